import { SourceRecord } from '@millrace/connect-api';
import { describe, expect, it } from 'vitest';
import { SourcePipeline } from '../../src/task/source-pipeline.ts';
import { TransformationChain } from '../../src/task/transformation-chain.ts';
import { converters, policy } from './parts.ts';

function recordsOf(...values: string[]): readonly SourceRecord[] {
  return values.map(
    (value, index) =>
      new SourceRecord({ sourcePartition: {}, sourceOffset: { n: BigInt(index) }, topic: 't', value }),
  );
}

function pipelineThat(tolerance: 'none' | 'all'): SourcePipeline {
  return new SourcePipeline(new TransformationChain([]), converters, policy({ tolerance }));
}

describe('A batch with a record that does not convert', () => {
  it('is sent up to that record where errors are not tolerated, and ends with the failure', async () => {
    const records = recordsOf('a', 'b', 'poison', 'c');
    const batch = await pipelineThat('none').convert(records);
    expect(batch.out.map(({ value }) => String(value))).toEqual(['a', 'b']);
    expect(batch.sources).toEqual(records.slice(0, 2));
    expect(batch.error).toMatchObject({
      message: 'Tolerance exceeded in error handler',
      cause: { message: 'poisoned' },
    });
  });

  it('is sent without it where they are', async () => {
    const records = recordsOf('a', 'poison', 'c');
    const batch = await pipelineThat('all').convert(records);
    expect(batch.out.map(({ value }) => String(value))).toEqual(['a', 'c']);
    expect(batch.dropped).toEqual([records[1]]);
    expect(batch.error).toBeNull();
  });
});
