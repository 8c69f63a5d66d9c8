import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CarriedPipeline } from './carry-on.ts';
import { DIFFERENCES, withDifference } from './differences.ts';
import { Nodes } from './nodes.ts';
import { ScenarioRun } from './run-scenario.ts';
import { SCENARIOS } from './scenarios/index.ts';
import type { Side } from './side.ts';

const START_LIMIT_MS = 180_000;
const SCENARIO_LIMIT_MS = 240_000;

let nodes: Nodes;
let sides: { readonly jvm: Side; readonly millrace: Side };

beforeAll(async () => {
  nodes = await Nodes.create();
  const [jvm, millrace] = await Promise.all([nodes.jvm(), nodes.millrace()]);
  sides = { jvm, millrace };
}, START_LIMIT_MS);

afterAll(async () => {
  await nodes.stop();
}, 60_000);

describe.concurrent('the same pipeline on the JVM and on Millrace', () => {
  it.for(SCENARIOS)('$name', { timeout: SCENARIO_LIMIT_MS }, async (scenario, { expect }) => {
    const [jvm, millrace] = await Promise.all([
      new ScenarioRun(scenario, sides.jvm, nodes.raw).run(),
      new ScenarioRun(scenario, sides.millrace, nodes.raw).run(),
    ]);
    const difference = DIFFERENCES[scenario.name];
    if (difference === undefined) {
      expect(millrace, sides.millrace.output()).toEqual(jvm);
    } else {
      const meant = withDifference(jvm, difference);
      expect(meant, `${difference.reason}: shows no more`).not.toEqual(jvm);
      expect(millrace, `${difference.reason}\n${sides.millrace.output()}`).toEqual(meant);
    }
  });
});

it(
  'connectors go from the JVM to Millrace and back with their offsets',
  { timeout: SCENARIO_LIMIT_MS },
  async () => {
    const { jvm, millrace } = sides;
    const { raw } = nodes;
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
