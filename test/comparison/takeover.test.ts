import { uniqueName, waitFor } from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CarriedPipeline } from './carry-on.ts';
import { Nodes } from './nodes.ts';

const LIMIT_MS = 240_000;

let nodes: Nodes;

beforeAll(async () => {
  nodes = await Nodes.create();
}, 120_000);

afterAll(async () => {
  await nodes.stop();
}, 60_000);

it(
  'a group goes from a JVM node to one of ours and back, with its connectors and offsets',
  { timeout: LIMIT_MS },
  async () => {
    const groupId = uniqueName('taken-over');
    const pipeline = new CarriedPipeline(nodes.raw);
    let created = false;
    for (const kind of ['jvm', 'millrace', 'jvm'] as const) {
      const node = await nodes[kind](groupId);
      if (!created) {
        await pipeline.createOn(node);
        created = true;
      }
      await pipeline.carryMore();
      for (const connector of pipeline.connectors) {
        await node.rest.running(connector);
      }
      await node.stop();
      await waitFor(
        'the group to be empty',
        async () => (await nodes.raw.admin.describeGroup(groupId)).members.length === 0,
      );
      expect(await pipeline.produced(), node.name).toEqual(pipeline.expected);
      expect(pipeline.arrived, node.name).toEqual(pipeline.expected);
    }
  },
);
