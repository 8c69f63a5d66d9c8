import { startBroker } from '@millrace/testing';
import { expect, it } from 'vitest';
import { runGatewayHistory } from '../gateways/run-gateway-history.ts';

const SECONDS = Number(process.env['MILLRACE_GATEWAY_HISTORY_SECONDS'] ?? 300);
const SEED = Number(process.env['MILLRACE_GATEWAY_HISTORY_SEED'] ?? 1);

it(
  'what clients are told is one history over a long time, with freezes longer than a transaction may last',
  async () => {
    const broker = await startBroker();
    const { faults, ...counts } = await runGatewayHistory({
      bootstrapServers: broker.bootstrapServers,
      seed: SEED,
      seconds: SECONDS,
      atLeast: 1_000,
      gateways: 4,
      clients: 12,
      longestFreezeMs: 14_000,
    });
    await broker.stop();
    console.log(`history of gateways: ${SECONDS} s, seed ${SEED}: ${JSON.stringify(counts)}`);
    expect(faults).toEqual([]);
    expect(counts.kills).toBeGreaterThan(0);
    expect(counts.freezes).toBeGreaterThan(0);
  },
  (3 * SECONDS + 240) * 1_000,
);
