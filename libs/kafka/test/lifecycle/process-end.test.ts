import { fileURLToPath } from 'node:url';
import { TestProcess } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { testClient, testTopic } from '../cluster.ts';

const SCRIPT = fileURLToPath(new URL('use-and-close.ts', import.meta.url));

/** Runs the script; its output and how it ended. */
async function run(
  bootstrapServers: string,
  topic: string,
): Promise<{ code: number | null; output: string }> {
  const child = new TestProcess({
    command: process.execPath,
    args: [
      '--conditions=millrace-source',
      '--disable-warning=TimeoutNegativeWarning',
      SCRIPT,
      bootstrapServers,
      topic,
    ],
  });
  const code = await child.exited();
  return { code, output: child.output };
}

describe('a process', () => {
  it('ends by itself once everything is closed', async () => {
    const topic = await testTopic(testClient());
    const ended = await run(process.env['KAFKA_BOOTSTRAP_SERVERS'] ?? '', topic);
    expect(ended).toEqual({ code: 0, output: 'closed\n' });
  });

  it('ends also when there was never a broker', async () => {
    expect(await run('127.0.0.1:1', 'topic')).toEqual({ code: 0, output: 'closed\n' });
  });
});
