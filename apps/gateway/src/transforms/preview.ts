import { chainSettings, hasReference } from '@millrace/config';
import { nodeToJson } from '@millrace/connect-api';
import { BadRequestError, BodyTooLargeError, NotFoundError, type PreviewRequest } from '@millrace/rest';
import type { PreviewJob } from '@millrace/runtime';
import type { Props } from '@millrace/topic-stores';
import { HIDDEN, type ConfigMask } from '../connectors/config-mask.ts';
import { JsonText } from '../http/reply.ts';
import type { PluginCatalog } from '../plugins/plugin-catalog.ts';
import type { ConfigAccess } from '../stores/config-access.ts';
import { nobodyAnswered, requireSuccess, type WorkerAsker } from '../workers/worker-requests.ts';
import type { OwnPreview } from './own-preview.ts';

export interface PreviewOptions {
  readonly config: ConfigAccess;
  readonly catalog: Pick<PluginCatalog, 'typeOf' | 'fullName'>;
  /** Knows which settings are passwords. */
  readonly passwords: ConfigMask;
  readonly workers: WorkerAsker;
  /** Whether there is anybody to ask. */
  readonly anyWorker: () => Promise<boolean>;
  readonly own: OwnPreview;
  /** What a worker lets transforms take (`config.validation.timeout.ms`). */
  readonly timeoutMs: number;
}

/** What is to be tried, and how a worker is told. */
interface Trial {
  readonly connectorClass: string;
  readonly job: PreviewJob;
  /** Arguments of the request; a stored configuration is read by the worker itself. */
  readonly args: unknown;
  /** The config offset at which what is stored was read. */
  readonly after: number;
  /** Passwords that the request would carry in clear. */
  readonly passwords: readonly string[];
}

/** A configuration, and the config offset that it was read at. */
interface Stored {
  readonly config: Props;
  readonly offset: number;
}

const NOTHING_STORED: Stored = { config: {}, offset: -1 };

/** For reaching a worker, and for it to start a host, on top of what the transforms may take. */
const WORKER_OVERHEAD_MS = 10_000;
/** JSON of a request that a record of the status topic holds with Kafka's usual limits. */
const LARGEST_REQUEST = 900_000;

/**
 * Tries transforms on samples: a worker does, since it has the plugins and may resolve references; without one the gateway does what it can
 * (design section 4, Requests). Nothing is written, and no value of a reference is answered (docs/decisions).
 */
export class Preview {
  readonly #options: PreviewOptions;

  constructor(options: PreviewOptions) {
    this.#options = options;
  }

  /** A TransformPreview. Throws BadRequestError, NotFoundError, BodyTooLargeError, OperationFailedError, RequestTimedOutError. */
  async of(request: PreviewRequest): Promise<JsonText> {
    const trial = await this.#read(request);
    const fits = Buffer.byteLength(JSON.stringify(trial.args)) <= LARGEST_REQUEST;
    if (fits && trial.passwords.length === 0 && (await this.#options.anyWorker())) {
      const answer = await this.#atWorker(trial);
      if (answer !== null) {
        return answer;
      }
    }
    const why = this.#whyNotHere(trial.job.config);
    if (why === null) {
      return answerText(null, await this.#options.own.run(trial.job));
    }
    throw refusal(trial, { fits, why, limitMs: this.#limitMs() });
  }

  /** null: nobody answered. */
  async #atWorker({ connectorClass, args, after }: Trial): Promise<JsonText | null> {
    const answer = await this.#options.workers.ask({
      op: 'preview',
      to: `plugin:${this.#options.catalog.fullName(connectorClass)}`,
      args,
      after,
      timeoutMs: this.#limitMs(),
    });
    if (answer === null) {
      return null;
    }
    const { worker, body } = requireSuccess(answer);
    return answerText(worker, recordsOf(body));
  }

  async #read({ connector, config, records }: PreviewRequest): Promise<Trial> {
    if (connector === null && config === null) {
      throw new BadRequestError('A preview needs a "connector", a "config", or both');
    }
    const { config: stored, offset } = connector === null ? NOTHING_STORED : await this.#stored(connector);
    // What comes back hidden stands for what is stored.
    const given = Object.fromEntries(Object.entries(config ?? {}).filter(([, value]) => value !== HIDDEN));
    const merged = patched(stored, given);
    const connectorClass = merged['connector.class'] ?? '';
    const type = this.#options.catalog.typeOf(connectorClass);
    if (type === 'unknown') {
      throw new BadRequestError(
        connectorClass === ''
          ? 'The configuration has no "connector.class", which says whether records go through its transforms to Kafka or from there'
          : `Connector class ${connectorClass} is known neither here nor to any worker`,
      );
    }
    const change = chainPart(given);
    const text = nodeToJson(records);
    return {
      connectorClass,
      job: { type, config: chainSettings(merged), records: text },
      args: { connector, config: change, type, records: text },
      after: offset,
      passwords: await this.#passwordsIn(change, merged),
    };
  }

  async #stored(connector: string): Promise<Stored> {
    const state = await this.#options.config.read();
    const config = state.connectorConfig(connector);
    if (config === undefined) {
      throw new NotFoundError(`Connector ${connector} not found`);
    }
    return { config, offset: state.offset };
  }

  async #passwordsIn(change: Props, merged: Props): Promise<readonly string[]> {
    const shown = await this.#options.passwords.shown(chainPart({ ...merged, ...change }));
    return Object.keys(change).filter((key) => shown[key] === HIDDEN && change[key] !== HIDDEN);
  }

  /** What the gateway lacks to try it by itself; null: nothing. */
  #whyNotHere(config: Props): string | null {
    const missing = classesIn(config).filter((each) => !this.#options.own.has(each));
    if (missing.length > 0) {
      return `this gateway has no ${missing.join(', ')}`;
    }
    return Object.values(config).some((value) => value !== null && hasReference(value))
      ? 'references are resolved on workers only'
      : null;
  }

  #limitMs(): number {
    return this.#options.timeoutMs + WORKER_OVERHEAD_MS;
  }
}

/** As PATCH does: null removes a key. */
function patched(config: Props, patch: Props): Props {
  return Object.fromEntries(Object.entries({ ...config, ...patch }).filter(([key]) => patch[key] !== null));
}

/** What of a change can be of transforms; with what is stored, more of them may be in use than the change lists. */
function chainPart(change: Props): Props {
  return Object.fromEntries(
    Object.entries(change).filter(([key]) => /^(transforms|predicates)(\.|$)/.test(key)),
  );
}

/** Classes of the transforms and predicates in a chain. */
function classesIn(chain: Props): readonly string[] {
  return ['transforms', 'predicates'].flatMap((list) =>
    (chain[list] ?? '').split(',').flatMap((alias) => chain[`${list}.${alias.trim()}.type`] ?? []),
  );
}

interface Obstacle {
  readonly fits: boolean;
  readonly why: string;
  readonly limitMs: number;
}

function refusal({ passwords }: Trial, { fits, why, limitMs }: Obstacle): Error {
  if (!fits) {
    return new BodyTooLargeError(
      `The samples are more than a request to a worker can hold (${LARGEST_REQUEST} bytes), and ${why}; send fewer or smaller records`,
    );
  }
  return passwords.length > 0
    ? new BadRequestError(
        `${passwords.join(', ')}: a password in clear is not sent to a worker, and ${why}; give it as a reference (\${provider:path:key})`,
      )
    : nobodyAnswered(`Trying the transforms (${why})`, limitMs);
}

function recordsOf(body: unknown): string {
  const records = typeof body === 'object' && body !== null && 'records' in body ? body.records : undefined;
  return typeof records === 'string' ? records : '[]';
}

/** `records` is JSON already, whose integers would not survive being parsed. */
function answerText(worker: string | null, records: string): JsonText {
  return new JsonText(`{"worker":${JSON.stringify(worker)},"records":${records}}`);
}
