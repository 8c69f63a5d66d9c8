import { describe, expect, it } from 'vitest';
import { SinkOffsets } from '../../src/task/sink-offsets.ts';

const at = (partition: number, offset: number) => ({ topic: 't', partition, offset });

describe('Offsets of a sink task', () => {
  it('begin at the position of an assigned partition, with nothing to commit', () => {
    const offsets = new SinkOffsets();
    offsets.assign(at(0, 5));
    expect(offsets.current()).toEqual([at(0, 5)]);
    expect(offsets.acceptable(offsets.current())).toEqual({ offsets: [], refused: [] });
  });

  it('may be committed up to what was put, and once', () => {
    const offsets = new SinkOffsets();
    offsets.assign(at(0, 5));
    offsets.put(at(0, 9));
    expect(offsets.acceptable([at(0, 8)]).offsets).toEqual([at(0, 8)]);
    expect(offsets.acceptable([at(0, 10)])).toEqual({
      offsets: [],
      refused: ['t-0: 10 is past the last record put, 9'],
    });
    offsets.markCommitted([at(0, 8)]);
    expect(offsets.acceptable([at(0, 8)]).offsets).toEqual([]);
  });

  it('of partitions that are not assigned are refused', () => {
    const offsets = new SinkOffsets();
    expect(offsets.acceptable([at(3, 1)])).toEqual({ offsets: [], refused: ['t-3 is not assigned'] });
    offsets.put(at(3, 1));
    offsets.markCommitted([at(3, 1)]);
    expect(offsets.current()).toEqual([]);
  });

  it('go back to the last commit after a failed flush', () => {
    const offsets = new SinkOffsets();
    offsets.assign(at(0, 5));
    offsets.assign(at(1, 0));
    offsets.put(at(0, 9));
    offsets.markCommitted([at(0, 7)]);
    expect(offsets.rewind()).toEqual([at(0, 7), at(1, 0)]);
    expect(offsets.current()).toEqual([at(0, 7), at(1, 0)]);
  });

  it('are forgotten with their partition', () => {
    const offsets = new SinkOffsets();
    offsets.assign(at(0, 5));
    offsets.assign(at(1, 6));
    offsets.remove([{ topic: 't', partition: 0 }]);
    expect(offsets.assigned()).toEqual([{ topic: 't', partition: 1 }]);
    expect(offsets.current()).toEqual([at(1, 6)]);
    expect(offsets.committed()).toEqual([at(1, 6)]);
  });
});
