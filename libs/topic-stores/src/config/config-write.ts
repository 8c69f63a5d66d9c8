import type { Props, TargetState } from '../types.ts';
import type { ClusterConfigState } from './cluster-config-state.ts';

/** What an If-Match / If-None-Match header demands of the config's revision (its record offset). */
export interface RevisionCondition {
  /** The revision must be one of these; `'any'`: the connector must exist. */
  readonly ifMatch?: readonly number[] | 'any';
  /** The revision must be none of these; `'any'`: the connector must not exist. */
  readonly ifNoneMatch?: readonly number[] | 'any';
}

/**
 * Every kind of write to the config topic. The precondition of each stands in one table (`write-rules.ts`); it is checked
 * on the state at the moment of the write (design invariant 2).
 */
export type ConfigWrite =
  | {
      readonly kind: 'create-connector';
      readonly connector: string;
      readonly config: Props;
      readonly initialState?: TargetState;
    }
  | {
      readonly kind: 'put-connector';
      readonly connector: string;
      readonly config: Props;
      readonly condition?: RevisionCondition;
    }
  | {
      /** PATCH: `merge` is applied to the configuration as it is at the moment of the write; it may be called again. */
      readonly kind: 'patch-connector';
      readonly connector: string;
      readonly merge: (current: Props) => Props;
      readonly condition?: RevisionCondition;
    }
  | {
      readonly kind: 'delete-connector';
      readonly connector: string;
      readonly condition?: RevisionCondition;
    }
  | { readonly kind: 'set-target-state'; readonly connector: string; readonly state: 'STARTED' | 'PAUSED' }
  | { readonly kind: 'stop-connector'; readonly connector: string }
  | {
      /**
       * Says STOPPED once more, if no task can have run since its task configurations were of this generation: what was done in the meantime
       * was done to a connector that stood still.
       */
      readonly kind: 'reassert-stopped';
      readonly connector: string;
      readonly generation: number | undefined;
    }
  | {
      /** Written only if they differ (spec/topics.md section 2.2), the connector is STARTED and its config still has this revision. */
      readonly kind: 'put-task-configs';
      readonly connector: string;
      readonly configs: readonly Props[];
      readonly revision: number;
    }
  | {
      readonly kind: 'restart-connector';
      readonly connector: string;
      readonly includeTasks: boolean;
      readonly onlyFailed: boolean;
    }
  | { readonly kind: 'set-logger-level'; readonly namespace: string; readonly level: string }
  | {
      readonly kind: 'put-task-count';
      readonly connector: string;
      readonly taskCount: number;
      readonly generation: number;
    };

export interface ConfigWriteResult {
  /** False when the write was found to be unnecessary (task configs that do not differ). */
  readonly written: boolean;
  /** Whether a `put-connector` created it. */
  readonly created: boolean;
  /** A state that includes the write. */
  readonly state: ClusterConfigState;
}
