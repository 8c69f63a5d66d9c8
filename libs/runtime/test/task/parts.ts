import {
  ConfigDef,
  Schema,
  type Converter,
  type HeaderConverter,
  type PluginLogger,
} from '@millrace/connect-api';
import type { Producer } from '@millrace/kafka';
import { pino } from 'pino';
import { DeadLetterQueue } from '../../src/errors/dead-letter-queue.ts';
import type { UnitEvent } from '../../src/host/messages.ts';
import type { TaskDescription } from '../../src/host/task-description.ts';
import type { TaskMeasuresOptions } from '../../src/metrics/task-measures.ts';
import type { TaskConverters } from '../../src/task/converters.ts';
import { ErrorPolicy, type ErrorPolicySettings } from '../../src/errors/error-policy.ts';

export const silent = pino({ level: 'silent' });

export const pluginLog: PluginLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Strings as UTF-8; fails for the value `poison`. */
export const strings: Converter & HeaderConverter = {
  config: () => new ConfigDef(),
  configure: () => undefined,
  fromConnectData: (_topic, _schema, value) => {
    if (value === 'poison') {
      throw new Error('poisoned');
    }
    return value === null ? null : Buffer.from(value as string);
  },
  toConnectData: (_topic, bytes) => {
    const value = bytes === null ? null : Buffer.from(bytes).toString();
    if (value === 'poison') {
      throw new Error('poisoned');
    }
    return { schema: Schema.OPTIONAL_STRING, value };
  },
  fromConnectHeader: (_topic, _key, _schema, value) => Buffer.from(value as string),
  toConnectHeader: (_topic, _key, bytes) => ({
    schema: Schema.STRING,
    value: bytes === null ? null : Buffer.from(bytes).toString(),
  }),
};

export const converters: TaskConverters = {
  key: strings,
  keyClass: 'K',
  value: strings,
  valueClass: 'V',
  header: strings,
  headerClass: 'H',
};

/** The dead letter queue `dlq` of task X-0, with context. */
export function deadLetterQueue(producer: Producer): DeadLetterQueue {
  const settings = { topic: 'dlq', replicationFactor: 1, contextHeaders: true };
  return new DeadLetterQueue({ settings, connector: 'X', task: 0, producer });
}

export function policy(
  settings: Partial<ErrorPolicySettings> = {},
  deadLetters: DeadLetterQueue | null = null,
): ErrorPolicy {
  return new ErrorPolicy({
    settings: {
      tolerance: 'none',
      retryTimeoutMs: 0,
      retryDelayMaxMs: 60_000,
      log: false,
      logMessages: false,
      ...settings,
    },
    task: 'X-0',
    log: () => undefined,
    deadLetters,
    now: () => performance.now(),
    random: Math.random,
    sleep: () => Promise.resolve(),
  });
}

/** How tasks measure in tests; the clock is the caller's. */
export function measuring(options: Partial<TaskMeasuresOptions> = {}): TaskMeasuresOptions {
  return {
    samples: 2,
    windowMs: 30_000,
    progressTimeoutMs: 300_000,
    now: () => performance.now(),
    ...options,
  };
}

export const description: TaskDescription = { texts: {}, transforms: [], predicates: [] };

/** Keeps what a runner reports. */
export class Reports {
  readonly events: UnitEvent[] = [];
  readonly report = (event: UnitEvent): void => {
    this.events.push(event);
  };

  get kinds(): readonly string[] {
    return this.events.map(({ kind }) => kind);
  }

  /** The trace of the failure that was reported. */
  get trace(): string | undefined {
    const failed = this.events.find((event) => event.kind === 'failed');
    return failed?.error.trace;
  }
}
