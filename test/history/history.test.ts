import { startKafka } from '@millrace/testing';
import { expect, it } from 'vitest';
import { runHistory } from './run-history.ts';
import { ENOUGH, summary } from './summary.ts';

const SECONDS = 20;

it('the history of the config topic is one, whichever of its writers are killed and frozen', async () => {
  const kafka = await startKafka();
  const result = await runHistory({
    bootstrapServers: kafka.bootstrapServers,
    seconds: SECONDS,
    atLeast: ENOUGH,
    processes: 3,
    clients: 24,
    pauseMs: 20,
    longFreezes: false,
  });
  await kafka.stop();
  console.log(summary(SECONDS, result));
  expect(result.faults).toEqual([]);
  expect(result.acknowledged).toBeGreaterThanOrEqual(ENOUGH);
  expect(result.kills).toBeGreaterThan(0);
  expect(result.freezes).toBeGreaterThan(0);
}, 180_000);
