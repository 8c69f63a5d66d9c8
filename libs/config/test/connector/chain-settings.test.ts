import { expect, test } from 'vitest';
import { chainSettings } from '../../src/index.ts';

test('only what the transforms and predicates that are listed are told counts', () => {
  const chain = {
    transforms: 'a, b.c',
    'transforms.a.type': 'A',
    'transforms.a.field.name': 'x',
    'transforms.b.c.type': 'B',
    predicates: 'p',
    'predicates.p.type': 'P',
  };
  const others = {
    name: 'c',
    'transforms.unused.type': '${vault:x}',
    'predicates.a.type': 'Q',
    'transforms.ab.type': 'C',
    transformsX: 'y',
  };
  expect(chainSettings({ ...others, ...chain })).toEqual(chain);
  expect(chainSettings({ 'transforms.a.type': 'A' })).toEqual({});
  expect(chainSettings({ transforms: null })).toEqual({ transforms: null });
});
