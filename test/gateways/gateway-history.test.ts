import { startKafka } from '@millrace/testing';
import { expect, it } from 'vitest';
import { runGatewayHistory } from './run-gateway-history.ts';

/** The fewest operations that prove anything. */
const ENOUGH = 150;

it('what clients are told is one history, whichever of the gateways are killed and frozen', async () => {
  const kafka = await startKafka();
  const { bootstrapServers } = kafka;
  const seed = Math.floor(Math.random() * 1_000_000);
  const history = await runGatewayHistory({
    ...{
      bootstrapServers,
      seed,
      seconds: 12,
      atLeast: ENOUGH,
      gateways: 3,
      clients: 6,
      longestFreezeMs: 1_500,
    },
  });
  await kafka.stop();
  const { faults, ...counts } = history;
  console.log(`history of gateways, seed ${seed}: ${JSON.stringify(counts)}`);
  expect(faults, `seed ${seed}`).toEqual([]);
  expect(counts.operations).toBeGreaterThanOrEqual(ENOUGH);
  expect(counts.kills).toBeGreaterThan(0);
  expect(counts.freezes).toBeGreaterThan(0);
}, 120_000);
