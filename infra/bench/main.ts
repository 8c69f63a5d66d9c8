/**
 * Ours beside the JVM's Kafka Connect, on the same broker in the same run. Usage: npm run bench [-- SCENARIO ...]
 * MILLRACE_BENCH_ROUNDS (3) and MILLRACE_BENCH_LINES (1000000) make it longer or shorter; MILLRACE_BENCH_ALONE=1 leaves the JVM out,
 * where only our own numbers before and after a change are wanted, or a profile.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createKafkaClient } from '@millrace/kafka';
import { pino } from 'pino';
import { jvmNode, NoJarsError } from '../processes/jvm-node.ts';
import { ProcessGroup } from '../processes/process-group.ts';
import { startBroker } from '../processes/start-broker.ts';
import type { Contender } from './contender.ts';
import { millrace } from './millrace.ts';
import { Results, table } from './results.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios/index.ts';

const RUN_FOLDER = fileURLToPath(new URL('../.run', import.meta.url));
const ROUNDS = Number(process.env['MILLRACE_BENCH_ROUNDS'] ?? 3);
const BROKER_PORT = 29_092;

/** A broker that is no bottleneck: its JVM compiles fully, and has memory. */
const BROKER_JVM = '-server -XX:+UseG1GC -XX:MaxGCPauseMillis=20';
const BROKER_HEAP = '-Xms1g -Xmx1g';

const say = (text: string): void => {
  console.log(`  ${text}`);
};

function scenariosNamed(names: readonly string[]): readonly Scenario[] {
  if (names.length === 0) {
    return [SCENARIOS[0]];
  }
  return names.map((name) => {
    const found = SCENARIOS.find((scenario) => scenario.name === name);
    if (found === undefined) {
      const known = SCENARIOS.map((scenario) => `\n  ${scenario.name}: ${scenario.about}`);
      console.error(`There is no scenario ${name}; there are:${known.join('')}`);
      process.exit(1);
    }
    return found;
  });
}

/** Both, or ours alone where that is asked for, or the JVM's jars cannot be had, which is said loudly. */
function contenders(group: ProcessGroup, folder: string): readonly Contender[] {
  if (process.env['MILLRACE_BENCH_ALONE'] === '1') {
    return [millrace(group)];
  }
  try {
    return [millrace(group), jvmNode(group, folder)];
  } catch (error) {
    if (!(error instanceof NoJarsError)) {
      throw error;
    }
    console.log(`\n*** THE JVM IS LEFT OUT: ${error.message}. There is nothing to compare with. ***\n`);
    return [millrace(group)];
  }
}

async function bench(group: ProcessGroup, folder: string, scenarios: readonly Scenario[]): Promise<void> {
  const bootstrapServers = await startBroker(group, {
    folder,
    preferredPort: BROKER_PORT,
    jvmOptions: BROKER_JVM,
    heapOptions: BROKER_HEAP,
  });
  const client = createKafkaClient(
    { 'bootstrap.servers': bootstrapServers },
    { logger: pino({ level: 'silent' }) },
  );
  const all = contenders(group, folder);
  const names = all.map(({ name }) => name);
  for (const scenario of scenarios) {
    console.log(`\n${scenario.name}: ${scenario.about}; ${ROUNDS} rounds`);
    const results = new Results();
    await scenario.run({ bootstrapServers, client, folder, contenders: all, rounds: ROUNDS, results, say });
    console.log(`\nMedians of ${ROUNDS} rounds:\n\n${table(names, scenario.metrics, results)}\n`);
  }
  await client.close();
}

const scenarios = scenariosNamed(process.argv.slice(2));
const [load = 0] = loadavg();
if (load > availableParallelism() / 2) {
  console.log(`This machine is busy (load ${load.toFixed(1)}): only the ratios mean anything.`);
}
mkdirSync(RUN_FOLDER, { recursive: true });
const folder = mkdtempSync(join(RUN_FOLDER, 'bench-'));
const group = new ProcessGroup();
const end = async (code: number): Promise<never> => {
  await group.stop();
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void end(130));
}
try {
  await bench(group, folder, scenarios);
  await end(0);
} catch (error) {
  console.error(error);
  await end(1);
}
