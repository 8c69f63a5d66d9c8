import { expect, it } from 'vitest';
import { prometheusText } from '../src/index.ts';

it('prints families with their help and type, and leaves out those without samples', () => {
  const text = prometheusText([
    {
      name: 'a_total',
      type: 'counter',
      help: 'How often\nit was',
      samples: [
        { labels: {}, value: 3 },
        { labels: { connector: 'a"b\\c\nd', task: '0' }, value: 0.5 },
      ],
    },
    { name: 'empty', type: 'gauge', help: 'Nothing', samples: [] },
  ]);
  expect(text).toBe(
    '# HELP a_total How often\\nit was\n' +
      '# TYPE a_total counter\n' +
      'a_total 3\n' +
      'a_total{connector="a\\"b\\\\c\\nd",task="0"} 0.5\n',
  );
});

it.each([
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
])('prints %s as Prometheus reads it', (value, expected) => {
  const text = prometheusText([{ name: 'a', type: 'gauge', help: 'A', samples: [{ labels: {}, value }] }]);
  expect(text).toContain(`\na ${expected}\n`);
});
