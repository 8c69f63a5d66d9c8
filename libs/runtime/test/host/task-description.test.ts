import type { Props } from '@millrace/connect-api';
import type { LoadedConnector, PluginRegistry } from '@millrace/plugins';
import { expect, it } from 'vitest';

import { describeTask } from '../../src/host/task-description.ts';
import { converters } from '../task/parts.ts';

class LinesTask {
  version(): string {
    return '7';
  }
}

const loaded = { type: 'source', class: 'com.acme.Lines', version: '7.1' } as LoadedConnector;
const plugins = { converters: { ...converters, keyClass: 'Key', headerClass: 'Gone' } };

/** Knows aliases, but nothing that is called `Gone`. */
const registry: Pick<PluginRegistry, 'find'> = {
  find: (name, types, version) => {
    if (name === 'Gone') {
      throw new Error('It is not there');
    }
    return {
      class: `com.acme.${name}`,
      type: types?.[0] ?? 'source',
      version: version ?? '1',
      location: null,
    };
  },
};

function describeWith(connectorProps: Props, taskProps: Props = {}) {
  return describeTask({ registry, loaded, task: new LinesTask(), connectorProps, taskProps, plugins });
}

it('is classes and versions of connector, task and converters, aliases resolved', () => {
  const { texts } = describeWith(
    { 'key.converter.plugin.version': '[2]' },
    { 'task.class': 'com.acme.LinesTask' },
  );
  expect(texts).toEqual({
    'connector-class': 'com.acme.Lines',
    'connector-version': '7.1',
    'connector-type': 'source',
    'task-class': 'com.acme.LinesTask',
    'task-version': '7',
    'key-converter-class': 'com.acme.Key',
    'key-converter-version': '[2]',
    'value-converter-class': 'com.acme.V',
    'value-converter-version': '1',
    'header-converter-class': 'Gone',
    'header-converter-version': 'undefined',
  });
  expect(describeWith({}).texts['task-class']).toBe('LinesTask');
});

it('is transforms and predicates by alias', () => {
  const { transforms, predicates } = describeWith({
    transforms: 'mask, hoist',
    'transforms.mask.type': 'Mask',
    'transforms.mask.predicate': 'old',
    'transforms.hoist.type': 'Hoist',
    'transforms.hoist.plugin.version': '3',
    predicates: 'old',
    'predicates.old.type': 'IsOld',
  });
  expect(transforms).toEqual([
    { alias: 'mask', class: 'com.acme.Mask', version: '1' },
    { alias: 'hoist', class: 'com.acme.Hoist', version: '3' },
  ]);
  expect(predicates).toEqual([{ alias: 'old', class: 'com.acme.IsOld', version: '1' }]);
  expect(describeWith({})).toMatchObject({ transforms: [], predicates: [] });
});
