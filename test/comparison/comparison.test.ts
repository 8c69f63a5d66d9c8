import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CarriedPipeline } from './carry-on.ts';
import { DIFFERENCES, withDifference } from './differences.ts';
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
    const difference = DIFFERENCES[scenario.name];
    if (difference === undefined) {
      expect(millrace).toEqual(jvm);
    } else {
      const meant = withDifference(jvm, difference);
      expect(meant, `${difference.reason}: shows no more`).not.toEqual(jvm);
      expect(millrace, difference.reason).toEqual(meant);
    }
  });
});

it(
  'connectors go from the JVM to Millrace and back with their offsets',
  { timeout: SCENARIO_LIMIT_MS },
  async () => {
    const { jvm, millrace, raw } = sides;
    const pipeline = new CarriedPipeline(raw);
    const offsets = `${pipeline.name}-offsets`;
    for (const side of [jvm, millrace, jvm, millrace]) {
      await pipeline.createOn(side, { 'offsets.storage.topic': offsets });
      await pipeline.carryMore();
      await pipeline.deleteFrom(side);
      expect(await pipeline.produced(), side.name).toEqual(pipeline.expected);
      expect(pipeline.arrived, side.name).toEqual(pipeline.expected);
    }
    const keys = (await raw.read(offsets)).flat().map(({ key }) => String(key));
    expect(new Set(keys).size).toBe(1);
  },
);
