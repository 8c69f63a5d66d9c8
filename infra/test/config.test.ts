import { fileURLToPath } from 'node:url';
import { readPropertiesFile, workerConfig } from '@millrace/config';
import { expect, it } from 'vitest';

it.each([
  ['connect-distributed', 'node'],
  ['connect-worker', 'worker'],
  ['connect-gateway', 'gateway'],
  ['connect-status', 'status'],
] as const)('config/%s.properties is what a %s takes, without a warning', (name, role) => {
  const path = fileURLToPath(new URL(`../config/${name}.properties`, import.meta.url));
  const warnings: string[] = [];
  const config = workerConfig(readPropertiesFile(path), role, (message) => warnings.push(message));
  expect(warnings).toEqual([]);
  expect(config.groupId).toBe('millrace');
  expect(config.bootstrapServers).toEqual(['localhost:9092']);
});
