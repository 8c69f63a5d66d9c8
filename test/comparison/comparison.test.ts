import { afterAll, beforeAll, describe, it } from 'vitest';
import { DIFFERENCES } from './differences.ts';
import { ScenarioRun } from './run-scenario.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { startSides, type Sides } from './sides.ts';

const START_LIMIT_MS = 180_000;
const SCENARIO_LIMIT_MS = 240_000;

let sides: Sides;

beforeAll(async () => {
  sides = await startSides();
}, START_LIMIT_MS);

afterAll(async () => {
  await sides.stop();
}, 60_000);

describe.concurrent('the same pipeline on the JVM and on Millrace', () => {
  it.for(SCENARIOS)('$name', { timeout: SCENARIO_LIMIT_MS }, async (scenario, { expect }) => {
    const [jvm, millrace] = await Promise.all([
      new ScenarioRun(scenario, sides.jvm, sides.raw).run(),
      new ScenarioRun(scenario, sides.millrace, sides.raw).run(),
    ]);
    const forgive = DIFFERENCES[scenario.name]?.forgive ?? ((outcome) => outcome);
    expect(forgive(millrace)).toEqual(forgive(jvm));
  });
});
