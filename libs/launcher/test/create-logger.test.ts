import { describe, expect, it } from 'vitest';
import { createLogger, setLogLevel } from '../src/create-logger.ts';

describe("A process's logger", () => {
  it('changes its level together with all that were made from it', () => {
    const root = createLogger('test', 'silent');
    const child = root.child({ connector: 'X' });
    const grandchild = child.child({ task: 0 });
    setLogLevel(root, 'warn');
    expect([root, child, grandchild].map(({ level }) => level)).toEqual(['warn', 'warn', 'warn']);
    setLogLevel(root, 'silent');
    expect(grandchild.isLevelEnabled('fatal')).toBe(false);
  });
});
