import {
  ConfigDef,
  Schema,
  SinkConnector,
  SinkTask,
  SourceConnector,
  SourceRecord,
  SourceTask,
  type Props,
  type SinkRecord,
} from '@millrace/connect-api';
import type { PluginDefinition } from '@millrace/plugins';

/** What connectors of the test class read and write, by the name in their `pipe` setting. */
export class Pipes {
  readonly #inputs = new Map<string, string[]>();
  readonly #outputs = new Map<string, string[]>();

  input(pipe: string): string[] {
    return existing(this.#inputs, pipe);
  }

  output(pipe: string): string[] {
    return existing(this.#outputs, pipe);
  }

  /** Lines that arrived, each once. */
  arrived(pipe: string): ReadonlySet<string> {
    return new Set(this.output(pipe));
  }

  get plugins(): readonly PluginDefinition[] {
    return [
      { class: 'test.PipeSource', type: 'source', version: '7.0', create: () => new PipeSource(this) },
      { class: 'test.PipeSink', type: 'sink', version: '7.1', create: () => new PipeSink(this) },
    ];
  }
}

function existing(map: Map<string, string[]>, key: string): string[] {
  const lines = map.get(key) ?? [];
  map.set(key, lines);
  return lines;
}

/** Sends the lines of an input, spread over its tasks by their number. */
class PipeSource extends SourceConnector {
  readonly #pipes: Pipes;
  #props: Props = {};

  constructor(pipes: Pipes) {
    super();
    this.#pipes = pipes;
  }

  version = (): string => '7.0';
  config = (): ConfigDef => new ConfigDef();
  taskClass = (): string => 'test.PipeSourceTask';

  start(props: Props): void {
    this.#props = props;
  }

  taskConfigs(maxTasks: number): Props[] {
    return Array.from({ length: maxTasks }, (_, task) => ({
      ...this.#props,
      'of.tasks': String(maxTasks),
      number: String(task),
    }));
  }

  stop(): void {
    this.#props = {};
  }

  createTask(): SourceTask {
    return new PipeSourceTask(this.#pipes);
  }
}

class PipeSourceTask extends SourceTask {
  readonly #pipes: Pipes;
  #props: Props = {};
  #next = 0;

  constructor(pipes: Pipes) {
    super();
    this.#pipes = pipes;
  }

  version = (): string => '7.0';

  async start(props: Props): Promise<void> {
    this.#props = props;
    const offset = await this.context.offsetStorageReader.offset(this.#partition());
    this.#next = Number(offset?.['next'] ?? props['number'] ?? 0);
  }

  async poll(): Promise<readonly SourceRecord[] | null> {
    const lines = this.#pipes.input(this.#setting('pipe'));
    const records: SourceRecord[] = [];
    const step = Number(this.#setting('of.tasks'));
    for (; this.#next < lines.length && records.length < 100; this.#next += step) {
      records.push(
        new SourceRecord({
          sourcePartition: this.#partition(),
          sourceOffset: { next: BigInt(this.#next + step) },
          topic: this.#setting('topic'),
          valueSchema: Schema.STRING,
          value: lines[this.#next] ?? '',
        }),
      );
    }
    if (records.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return records;
  }

  stop(): void {
    this.#props = {};
  }

  #partition(): { readonly pipe: string; readonly number: string } {
    return { pipe: this.#setting('pipe'), number: this.#setting('number') };
  }

  #setting(key: string): string {
    return this.#props[key] ?? '';
  }
}

class PipeSink extends SinkConnector {
  readonly #pipes: Pipes;
  #props: Props = {};

  constructor(pipes: Pipes) {
    super();
    this.#pipes = pipes;
  }

  version = (): string => '7.1';
  config = (): ConfigDef => new ConfigDef();
  taskClass = (): string => 'test.PipeSinkTask';

  start(props: Props): void {
    this.#props = props;
  }

  taskConfigs(maxTasks: number): Props[] {
    return Array.from({ length: maxTasks }, () => this.#props);
  }

  stop(): void {
    this.#props = {};
  }

  createTask(): SinkTask {
    return new PipeSinkTask(this.#pipes);
  }
}

class PipeSinkTask extends SinkTask {
  readonly #pipes: Pipes;
  #output: string[] = [];

  constructor(pipes: Pipes) {
    super();
    this.#pipes = pipes;
  }

  version = (): string => '7.1';

  start(props: Props): void {
    this.#output = this.#pipes.output(props['pipe'] ?? '');
  }

  put(records: readonly SinkRecord[]): void {
    this.#output.push(...records.map(({ value }) => value as string));
  }

  stop(): void {
    this.#output = [];
  }
}
