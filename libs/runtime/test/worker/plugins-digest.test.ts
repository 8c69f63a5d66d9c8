import { describe, expect, it } from 'vitest';
import { pluginsDigest } from '../../src/worker/plugins-digest.ts';

describe('The digest of plugins', () => {
  const a = { class: 'A', type: 'source', version: '1', location: '/x' } as const;
  const b = { class: 'B', type: 'sink', version: '1', location: null } as const;

  it('is the same for the same plugins, wherever and in which order they are', () => {
    expect(pluginsDigest([a, b])).toBe(pluginsDigest([b, { ...a, location: '/y' }]));
  });

  it('differs with a version', () => {
    expect(pluginsDigest([a])).not.toBe(pluginsDigest([{ ...a, version: '2' }]));
  });
});
