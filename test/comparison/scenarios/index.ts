import type { Scenario } from '../scenario.ts';
import { ERRORS } from './errors.ts';
import { LIMITS } from './limits.ts';
import { RUNTIME } from './runtime.ts';
import { SINK_TRANSFORMS } from './sink-transforms.ts';
import { SINKS } from './sinks.ts';
import { SOURCE_TRANSFORMS } from './source-transforms.ts';
import { SOURCES } from './sources.ts';

export const SCENARIOS: readonly Scenario[] = [
  ...SOURCES,
  ...SOURCE_TRANSFORMS,
  ...SINKS,
  ...SINK_TRANSFORMS,
  ...ERRORS,
  ...LIMITS,
  ...RUNTIME,
];
