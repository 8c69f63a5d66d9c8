import { ConfigDef, SourceConnector, type Props, type SourceTask } from '@millrace/connect-api';
import { describe, expect, it } from 'vitest';
import { askAboutOffsets, offsetChangeOf } from '../../src/host/offset-change.ts';

describe('A change of offsets', () => {
  it('has its integers back when it came as JSON', () => {
    const change = {
      type: 'source',
      offsets: [
        { partition: { file: 'a', part: '7n' }, offset: { position: '-12n', ratio: 0.5, name: '5 n' } },
      ],
    };
    expect(offsetChangeOf(change)).toEqual({
      type: 'source',
      offsets: [{ partition: { file: 'a', part: 7n }, offset: { position: -12n, ratio: 0.5, name: '5 n' } }],
    });
  });

  it('is none where it has no type or no offsets', () => {
    expect(offsetChangeOf(null)).toBeNull();
    expect(offsetChangeOf({ offsets: [] })).toBeNull();
    expect(offsetChangeOf({ type: 'source', offsets: {} })).toBeNull();
  });

  it('is shown to the connector that it is for', async () => {
    class Plugin extends SourceConnector {
      asked: unknown = null;
      version = (): string => '1';
      config = (): ConfigDef => new ConfigDef();
      taskClass = (): string => 'T';
      start = (): void => undefined;
      taskConfigs = (): Props[] => [];
      stop = (): void => undefined;
      createTask(): SourceTask {
        throw new Error('not needed here');
      }
      override alterOffsets(props: Props, offsets: ReadonlyMap<unknown, unknown>): boolean {
        this.asked = { props, offsets: [...offsets] };
        return true;
      }
    }
    const plugin = new Plugin();
    const loaded = { type: 'source', class: 'P', version: '1', create: () => plugin } as const;
    const change = { type: 'source', offsets: [{ partition: { a: 1n }, offset: null }] } as const;
    expect(await askAboutOffsets(loaded, { name: 'X' }, change)).toBe(true);
    expect(plugin.asked).toEqual({ props: { name: 'X' }, offsets: [[{ a: 1n }, null]] });
  });
});
