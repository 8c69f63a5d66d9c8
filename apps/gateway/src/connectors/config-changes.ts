import {
  BadRequestError,
  ConflictError,
  NotFoundError,
  PreconditionFailedError,
  type ConfigInfos,
  type ConnectorInfo,
  type CreateConnectorRequest,
  type InitialState,
} from '@millrace/rest';
import {
  RevisionMismatchError,
  type ClusterConfigState,
  type ConnectorTaskId,
  type Props,
  type RevisionCondition,
  type TargetState,
} from '@millrace/topic-stores';
import { requireValid, type ConnectorValidator } from '../plugins/connector-validator.ts';
import type { ConfigAccess } from '../stores/config-access.ts';
import { changesWithoutSecrets, configDifference, withoutSecrets } from './config-difference.ts';
import { HIDDEN, type ConfigMask } from './config-mask.ts';
import { connectorInfo, masked, type TypeOf } from './connector-info.ts';
import { holds } from './entity-tag.ts';

/** A configuration that was written. */
export interface ConfigWritten {
  readonly info: ConnectorInfo;
  readonly revision: number | undefined;
  readonly created: boolean;
}

/** A configuration now (undefined: there is none) and then, and the tasks that there are. */
interface ConfigStep {
  readonly before: Props | undefined;
  readonly after: Props;
  readonly tasks: readonly ConnectorTaskId[];
}

const TARGET_STATES: Readonly<Record<InitialState, TargetState>> = {
  RUNNING: 'STARTED',
  PAUSED: 'PAUSED',
  STOPPED: 'STOPPED',
};

/** How often a change is made again because somebody else changed the configuration meanwhile. */
const REPLACE_ATTEMPTS = 20;

/** Creates and changes configurations: merge, validate, compare-and-append (design section 4). */
export class ConfigChanges {
  readonly #config: ConfigAccess;
  readonly #validator: ConnectorValidator;
  readonly #typeOf: TypeOf;
  readonly #mask: ConfigMask;

  constructor(options: {
    readonly config: ConfigAccess;
    readonly validator: ConnectorValidator;
    readonly typeOf: TypeOf;
    readonly mask: ConfigMask;
  }) {
    this.#config = options.config;
    this.#validator = options.validator;
    this.#typeOf = options.typeOf;
    this.#mask = options.mask;
  }

  /** Throws BadRequestError, ConnectorExistsError. */
  async create(request: CreateConnectorRequest): Promise<ConfigWritten> {
    const { name, config } = named(request);
    requireValid(await this.#validator.validate(config));
    const state = request.initial_state ?? undefined;
    const written = await this.#config.write({
      kind: 'create-connector',
      connector: name,
      config,
      ...(state === undefined ? {} : { initialState: TARGET_STATES[state] }),
    });
    return this.#written(name, config, { ...written, created: true });
  }

  /** Creates or replaces. Throws BadRequestError, RevisionMismatchError. */
  async put(name: string, given: Props, condition?: RevisionCondition): Promise<ConfigWritten> {
    const config = withName(name, given);
    if (Object.values(config).includes(HIDDEN)) {
      return this.#replace(name, condition, (current) => this.#mask.restored(config, current));
    }
    requireValid(await this.#validator.validate(config));
    const written = await this.#config.write({
      kind: 'put-connector',
      connector: name,
      config,
      ...(condition === undefined ? {} : { condition }),
    });
    return this.#written(name, config, written);
  }

  /** Merges; null removes a key. Throws NotFoundError, BadRequestError, PreconditionFailedError. */
  patch(name: string, patch: Props, condition?: RevisionCondition): Promise<ConfigWritten> {
    return this.#replace(name, condition, (current) => this.#patched(name, patch, current));
  }

  async createDryRun(request: CreateConnectorRequest): Promise<ConnectorInfo> {
    const { name, config } = named(request);
    const infos = await this.#validator.validate(config);
    if ((await this.#config.readForWrite()).contains(name)) {
      throw new ConflictError(`Connector ${name} already exists`);
    }
    return this.#dryRun(name, { before: undefined, after: config, tasks: [] }, infos);
  }

  async putDryRun(name: string, given: Props, condition?: RevisionCondition): Promise<ConnectorInfo> {
    const config = withName(name, given);
    const state = await this.#config.readForWrite();
    requireCondition(name, state, condition);
    const before = state.connectorConfig(name);
    const after = this.#mask.restored(config, before);
    return this.#dryRun(
      name,
      { before, after, tasks: state.tasks(name) },
      await this.#validator.validate(after),
    );
  }

  async patchDryRun(name: string, patch: Props, condition?: RevisionCondition): Promise<ConnectorInfo> {
    const state = await this.#config.readForWrite();
    const before = state.connectorConfig(name);
    const after = this.#patched(name, patch, before);
    requireCondition(name, state, condition);
    return this.#dryRun(
      name,
      { before, after, tasks: state.tasks(name) },
      await this.#validator.validate(after),
    );
  }

  /**
   * Writes what `configOf` makes of the configuration as it is. What was validated is what is written: the revision it came from is
   * the condition, and when somebody else was faster all of it is done again.
   */
  async #replace(
    name: string,
    condition: RevisionCondition | undefined,
    configOf: (current: Props | undefined) => Props,
  ): Promise<ConfigWritten> {
    for (let attempt = 1; ; attempt += 1) {
      const state = await this.#config.readForWrite();
      const current = state.connectorConfig(name);
      const config = configOf(current);
      requireCondition(name, state, condition);
      requireValid(await this.#validator.validate(config));
      const revision = state.revision(name);
      try {
        const written = await this.#config.write({
          kind: 'put-connector',
          connector: name,
          config,
          condition:
            current === undefined || revision === undefined
              ? { ifNoneMatch: 'any' }
              : { ifMatch: [revision] },
        });
        return await this.#written(name, config, written);
      } catch (error) {
        if (!(error instanceof RevisionMismatchError) || attempt === REPLACE_ATTEMPTS) {
          throw error;
        }
      }
    }
  }

  #patched(name: string, patch: Props, current: Props | undefined): Props {
    if (current === undefined) {
      throw new NotFoundError(`Connector ${name} not found`);
    }
    return merged(current, this.#mask.restored(patch, current));
  }

  #dryRun(name: string, { before, after, tasks }: ConfigStep, validation: ConfigInfos): ConnectorInfo {
    return {
      name,
      config: withoutSecrets(after, validation),
      tasks,
      type: this.#typeOf(after['connector.class']),
      dry_run: {
        creates: before === undefined,
        valid: validation.error_count === 0,
        changes: changesWithoutSecrets(configDifference(before ?? {}, after), validation),
        validation,
      },
    };
  }

  /** What was written, also where somebody else has changed or deleted it since: then it has no revision that could be built upon. */
  async #written(
    name: string,
    config: Props,
    { state, created }: { readonly state: ClusterConfigState; readonly created: boolean },
  ): Promise<ConfigWritten> {
    const newest = connectorInfo(state, name, this.#typeOf);
    const isNewest = newest !== undefined && configDifference(newest.config, config).length === 0;
    const info = isNewest
      ? newest
      : { name, config, tasks: newest?.tasks ?? [], type: this.#typeOf(config['connector.class']) };
    return {
      info: await masked(info, this.#mask),
      revision: isNewest ? state.revision(name) : undefined,
      created,
    };
  }
}

/** The name and configuration of a request to create; the name is trimmed, and "" when there is none. */
function named(request: CreateConnectorRequest): { readonly name: string; readonly config: Props } {
  const name = (request.name ?? '').trim();
  return { name, config: withName(name, request.config) };
}

/** Adds the name to a configuration; throws BadRequestError when it has another one. */
function withName(name: string, config: Props): Props {
  const given = config['name'];
  if (given === undefined || given === null) {
    return { ...config, name };
  }
  if (given !== name) {
    throw new BadRequestError(
      `Connector name configuration (${given}) doesn't match connector name in the URL (${name})`,
    );
  }
  return config;
}

function merged(config: Props, patch: Props): Props {
  return Object.fromEntries(Object.entries({ ...config, ...patch }).filter(([key]) => patch[key] !== null));
}

function requireCondition(
  name: string,
  state: ClusterConfigState,
  condition: RevisionCondition | undefined,
): void {
  const revision = state.contains(name) ? state.revision(name) : undefined;
  if (!holds(condition, revision)) {
    throw new PreconditionFailedError(
      `The configuration of connector ${name} is at revision ${revision ?? 'none'}, which the request's condition excludes`,
    );
  }
}
