import { describe, expect, test } from 'vitest';
import {
  ConfigDef,
  ConfigError,
  Password,
  Validators,
  configKeyInfo,
  configValueInfo,
  type ConfigKeyInit,
  type Props,
} from '../../src/index.ts';

function key(init: Partial<ConfigKeyInit> & { readonly name: string }): ConfigKeyInit {
  return { type: 'STRING', importance: 'LOW', documentation: '', ...init };
}

function def(...keys: (Partial<ConfigKeyInit> & { readonly name: string })[]): ConfigDef {
  return keys.reduce((all, init) => all.define(key(init)), new ConfigDef());
}

function errors(definition: ConfigDef, props: Props): string[] {
  return definition.validate(props).flatMap((value) => value.errors);
}

describe('defining keys', () => {
  test('a key can be defined once', () => {
    expect(() => def({ name: 'a' }, { name: 'a' })).toThrow('Configuration a is defined twice.');
  });

  test('a default that its own validator refuses is an error of the author', () => {
    expect(() => def({ name: 'a', type: 'INT', defaultValue: 0, validator: Validators.atLeast(1) })).toThrow(
      'Invalid value 0 for configuration a: Value must be at least 1',
    );
  });

  test('a default of another type is an error of the author', () => {
    expect(() => def({ name: 'a', type: 'BOOLEAN', defaultValue: 3 })).toThrow(ConfigError);
    expect(() => def({ name: 'a', type: 'LONG', defaultValue: 1.5 })).toThrow('is no LONG');
  });

  test('defaults may be given as text, and longs as plain numbers', () => {
    const definition = def(
      { name: 'i', type: 'INT', defaultValue: '7' },
      { name: 'l', type: 'LONG', defaultValue: 60_000 },
      { name: 'list', type: 'LIST', defaultValue: 'a, b' },
    );
    expect(definition.parse({})).toEqual({ i: 7, l: 60_000n, list: ['a', 'b'] });
  });

  test('groups and keys keep the order in which they were defined', () => {
    const definition = def(
      { name: 'b', group: 'Second' },
      { name: 'a', group: 'First' },
      { name: 'c', group: 'Second' },
    );
    expect(definition.groups()).toEqual(['Second', 'First']);
    expect(definition.keys().map(({ name }) => name)).toEqual(['b', 'a', 'c']);
  });
});

describe('validate', () => {
  test('names a required key that is missing', () => {
    expect(errors(def({ name: 'topic' }), {})).toEqual([
      'Missing required configuration "topic" which has no default value.',
    ]);
  });

  test('a value that cannot be parsed is null, and its validator is asked all the same', () => {
    const [value] = def({
      name: 'tasks.max',
      type: 'INT',
      defaultValue: 1,
      validator: Validators.atLeast(1),
    }).validate({
      'tasks.max': 'zero',
    });
    expect(value).toMatchObject({
      value: null,
      errors: [
        'Invalid value zero for configuration tasks.max: Not a number of type INT',
        'Invalid value null for configuration tasks.max: Value must be non-null',
      ],
    });
  });

  test('a null that was given is no missing value', () => {
    const definition = def({ name: 'a' }, { name: 'n', type: 'INT', defaultValue: 3 });
    expect(
      definition.validate({ a: null, n: null }).map(({ value, errors: found }) => [value, found]),
    ).toEqual([
      [null, []],
      [null, []],
    ]);
  });

  test('reports every key, each with all that is wrong', () => {
    const definition = def(
      { name: 'a', type: 'BOOLEAN' },
      { name: 'b', validator: Validators.inList('x', 'y') },
      { name: 'c', type: 'LIST', validator: Validators.uniqueAliases('transformation aliases') },
    );
    expect(errors(definition, { a: 'maybe', b: 'z', c: 'p, p' })).toEqual([
      'Invalid value maybe for configuration a: Expected value to be either true or false',
      'Invalid value z for configuration b: String must be one of: x, y',
      'Invalid value [p, p] for configuration c: Duplicate alias provided.',
    ]);
  });

  test('never throws, whatever an author did', () => {
    const definition = def(
      {
        name: 'a',
        validator: Validators.of('anything', () => {
          throw new TypeError('x is not a function');
        }),
      },
      {
        name: 'b',
        defaultValue: null,
        recommend: () => {
          throw new Error('no connection');
        },
      },
      {
        name: 'c',
        defaultValue: null,
        parse: () => {
          throw 'a text' as unknown as Error;
        },
      },
    );
    expect(errors(definition, { a: 'v', c: 'v' })).toEqual([
      'Invalid value v for configuration a: x is not a function',
      'Invalid value null for configuration b: no connection',
      'Invalid value null for configuration c: a text',
    ]);
  });

  test('a key named as a dependent but not defined is reported and invisible', () => {
    const values = def({ name: 'a', type: 'INT', defaultValue: 1, dependents: ['zz'] }).validate({ a: 'x' });
    expect(values).toEqual([
      {
        name: 'a',
        value: null,
        recommendedValues: [],
        errors: ['Invalid value x for configuration a: Not a number of type INT'],
        visible: true,
      },
      {
        name: 'zz',
        value: null,
        recommendedValues: [],
        errors: ['zz is referred in the dependents, but not defined.'],
        visible: false,
      },
    ]);
  });

  test('recommendations and visibility see the whole configuration', () => {
    const definition = def({
      name: 'version',
      defaultValue: null,
      recommend: (props) => (props['class'] === 'X' ? ['1', '2'] : []),
      visible: (props) => props['class'] !== undefined,
    });
    expect(definition.validate({ class: 'X' })).toMatchObject([
      { recommendedValues: ['1', '2'], visible: true },
    ]);
    expect(definition.validate({})).toMatchObject([{ recommendedValues: [], visible: false }]);
  });

  test('a secret is in no error, not even one that its validator printed', () => {
    const definition = def({
      name: 'password',
      type: 'PASSWORD',
      validator: Validators.of('long ones', (_name, value) => {
        throw new ConfigError(`${value instanceof Password ? value.reveal() : ''} is too short`);
      }),
    });
    expect(errors(definition, { password: ' hunter2 ' })).toEqual(['[hidden] is too short']);
  });

  test('names like those of Object are keys like any other', () => {
    const definition = def({ name: 'constructor' }, { name: 'toString', defaultValue: null });
    expect(errors(definition, {})).toEqual([
      'Missing required configuration "constructor" which has no default value.',
    ]);
  });
});

describe('parse', () => {
  test('gives typed values with defaults', () => {
    const definition = def(
      { name: 'b', type: 'BOOLEAN' },
      { name: 'd', type: 'DOUBLE', defaultValue: 0.5 },
      { name: 'l', type: 'LONG' },
      { name: 's', defaultValue: null },
    );
    expect(definition.parse({ b: ' TRUE ', l: '9223372036854775807', other: 'ignored' })).toEqual({
      b: true,
      d: 0.5,
      l: 9_223_372_036_854_775_807n,
      s: null,
    });
  });

  test('throws for the first key that is wrong', () => {
    const definition = def({ name: 'a', type: 'SHORT' }, { name: 'b' });
    expect(() => definition.parse({ a: '40000' })).toThrow(
      'Invalid value 40000 for configuration a: Not a number of type SHORT',
    );
    expect(() => definition.parse({ a: '1' })).toThrow(
      'Missing required configuration "b" which has no default value.',
    );
  });

  test('throws when dependents are not defined', () => {
    expect(() => def({ name: 'a', defaultValue: null, dependents: ['zz'] }).parse({})).toThrow(
      'Some configurations in are referred in the dependents, but not defined: zz',
    );
  });

  test('drops what a list has twice where duplicates are not wanted, and only there', () => {
    const validator = Validators.list({ emptyAllowed: true, nullAllowed: false });
    const definition = def({ name: 'a', type: 'LIST', validator }, { name: 'b', type: 'LIST' });
    expect(definition.parse({ a: 'x,x', b: 'x,x' })).toEqual({ a: ['x'], b: ['x', 'x'] });
    expect(errors(definition, { a: 'x,x', b: 'x,x' })).toEqual([
      "Configuration 'a' values must not be duplicated.",
    ]);
  });
});

describe('embedding one definition in another', () => {
  const inner = def(
    { name: 'pattern', validator: Validators.regex(), importance: 'MEDIUM' },
    { name: 'optional.low', defaultValue: null },
    { name: 'optional.high', defaultValue: null, importance: 'HIGH' },
    { name: 'grouped', group: 'G', orderInGroup: 5, defaultValue: 'v', dependents: ['pattern'] },
    { name: 'offered', defaultValue: null, recommend: (props) => [props['pattern'] ?? 'none'] },
  );
  const outer = new ConfigDef().embed(inner, 'predicates.p.', { group: 'Predicates: p', startingOrder: 2 });

  test('sorts as the JVM: without a group first, required before optional, by importance, by name', () => {
    expect(outer.keys().map((each) => [each.name, each.group, each.orderInGroup])).toEqual([
      ['predicates.p.pattern', 'Predicates: p', 2],
      ['predicates.p.optional.high', 'Predicates: p', 3],
      ['predicates.p.offered', 'Predicates: p', 4],
      ['predicates.p.optional.low', 'Predicates: p', 5],
      ['predicates.p.grouped', 'Predicates: p: G', 6],
    ]);
    expect(outer.key('predicates.p.grouped')).toMatchObject({
      displayName: 'grouped',
      dependents: ['predicates.p.pattern'],
    });
  });

  test('validators and recommendations see the names without the prefix', () => {
    const values = outer.validate({ 'predicates.p.pattern': '(' });
    expect(values[0]?.errors).toEqual([
      'Invalid value ( for configuration pattern: Invalid regex: Unclosed group near index 1\n(',
    ]);
    expect(values.find(({ name }) => name === 'predicates.p.offered')?.recommendedValues).toEqual(['(']);
  });
});

describe('as data for REST answers', () => {
  test('a key carries its default as text and what the JVM puts in place of what is not given', () => {
    expect(
      configKeyInfo(key({ name: 'a', type: 'LIST', defaultValue: ['x', 'y'] }), 'value.converter.'),
    ).toEqual({
      name: 'value.converter.a',
      type: 'LIST',
      required: false,
      default_value: 'x,y',
      importance: 'LOW',
      documentation: '',
      group: null,
      order_in_group: -1,
      width: 'NONE',
      display_name: 'a',
      dependents: [],
    });
    expect(configKeyInfo(key({ name: 'a' }))).toMatchObject({ required: true, default_value: null });
    expect(configKeyInfo(key({ name: 'a', defaultValue: null }))).toMatchObject({
      required: false,
      default_value: null,
    });
  });

  test('values are text, secrets hidden, doubles as Java prints them', () => {
    const definition = def(
      { name: 'password', type: 'PASSWORD' },
      { name: 'double', type: 'DOUBLE', recommend: () => [1, 1e21] },
      { name: 'list', type: 'LIST', recommend: () => ['a', 'b'] },
      { name: 'none', type: 'INT', defaultValue: null },
    );
    const infos = definition
      .validate({ password: 'secret', double: '2', list: 'a , b' })
      .map((value) => configValueInfo(value, definition.key(value.name)?.type ?? 'STRING'));
    expect(infos.map(({ value, recommended_values }) => [value, recommended_values])).toEqual([
      ['[hidden]', []],
      ['2.0', ['1.0', '1.0E21']],
      ['a,b', ['a', 'b']],
      [null, []],
    ]);
    expect(JSON.stringify(infos)).not.toContain('secret');
  });
});
