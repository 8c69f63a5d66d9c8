/** Who may import whom: the table of rooms in docs/architecture.md. `infra/gates/boundaries.ts` runs it. */
const lib = (name) => `^libs/${name}/`;

/** Each room's allowed neighbours; itself is always allowed. */
const ROOMS = {
  'connect-api': [],
  metrics: [],
  config: ['connect-api'],
  kafka: ['config', 'connect-api'],
  'topic-stores': ['kafka', 'config', 'connect-api'],
  rebalance: ['kafka', 'topic-stores', 'config', 'connect-api'],
  plugins: ['connect-api', 'config'],
  converters: ['connect-api'],
  transforms: ['connect-api'],
  launcher: ['config', 'connect-api'],
  runtime: [
    'connect-api',
    'config',
    'kafka',
    'topic-stores',
    'rebalance',
    'plugins',
    'converters',
    'metrics',
  ],
  rest: ['connect-api'],
  client: [],
  connectors: ['connect-api'],
  testing: [],
};

const roomRules = Object.entries(ROOMS).map(([room, neighbours]) => ({
  name: `room-${room}`,
  comment: `libs/${room} may import ${neighbours.length === 0 ? 'no other room' : neighbours.join(', ')}`,
  severity: 'error',
  from: { path: [`^libs/${room}/src/`, `^libs/${room}/[^/]+/src/`] },
  to: {
    path: '^(libs|apps|infra|test)/',
    pathNot: [room, ...neighbours].map(lib),
  },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'only-kafka-knows-kafkajs',
      comment: 'libs/kafka is the one room that knows a Kafka client (design section 6)',
      severity: 'error',
      from: { pathNot: '^libs/kafka/' },
      to: { path: 'node_modules/kafkajs' },
    },
    {
      name: 'nest-in-apps-only',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/rest/' },
      to: { path: 'node_modules/(@nestjs|class-validator|class-transformer|typeorm)' },
    },
    {
      name: 'apps-are-strangers',
      comment: 'apps never import each other, but the one-process node, which runs two of them',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/connect-distributed/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'sources-do-not-import-tests',
      severity: 'error',
      from: { path: '/src/' },
      to: { path: ['/test/', '^libs/testing/'], pathNot: '^libs/testing/src/' },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules/(?!@millrace))/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      conditionNames: ['millrace-source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
