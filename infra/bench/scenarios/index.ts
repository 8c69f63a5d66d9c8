import type { Scenario } from '../scenario.ts';
import { failover } from './failover.ts';
import { files } from './files.ts';
import { many } from './many.ts';
import { rest } from './rest.ts';

/** All scenarios; the first is run when none is named. */
export const SCENARIOS: readonly [Scenario, ...Scenario[]] = [files, failover, many, rest];
