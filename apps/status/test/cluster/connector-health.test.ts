import { expect, it } from 'vitest';
import { connectorHealth } from '../../src/cluster/connector-health.ts';

it.each([
  ['HEALTHY', 'STARTED', 'RUNNING', ['RUNNING', 'RUNNING'], 2],
  ['DEGRADED', 'STARTED', 'RUNNING', ['RUNNING', 'FAILED'], 2],
  ['DEGRADED', 'STARTED', 'RUNNING', ['RUNNING'], 2],
  ['UNHEALTHY', 'STARTED', 'RUNNING', ['FAILED', 'FAILED'], 2],
  ['UNHEALTHY', 'STARTED', 'RUNNING', [], 2],
  ['UNHEALTHY', 'STARTED', 'FAILED', ['RUNNING'], 1],
  ['UNHEALTHY', 'STARTED', null, [], 0],
  ['PAUSED', 'PAUSED', 'PAUSED', ['PAUSED'], 1],
  ['DEGRADED', 'PAUSED', 'PAUSED', ['PAUSED', 'FAILED'], 2],
  ['STOPPED', 'STOPPED', 'STOPPED', [], 0],
] as const)('%s: to be %s, connector %s, tasks %j of %i', (...row) => {
  const [health, target, connector, tasks, count] = row;
  expect(connectorHealth(target, connector, tasks, count)).toBe(health);
});
