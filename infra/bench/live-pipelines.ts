import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectRest } from './connect-rest.ts';

const WRITE_EVERY_MS = 20;
const LOOK_EVERY_MS = 5;
const LIMIT_MS = 240_000;

interface Pipeline {
  readonly name: string;
  readonly input: string;
  readonly output: string;
  lines: number;
  /** Size of the output when it was last looked at, and when it last grew. */
  size: number;
  grewAt: number;
  longestGapMs: number;
}

/** File → topic → file pipelines into which lines are written all the time, watched for how long nothing arrives. */
export class LivePipelines {
  readonly #pipelines: readonly Pipeline[];
  readonly #timers: readonly NodeJS.Timeout[];

  private constructor(pipelines: readonly Pipeline[]) {
    this.#pipelines = pipelines;
    this.#timers = [
      setInterval(() => {
        this.#write();
      }, WRITE_EVERY_MS),
      setInterval(() => {
        this.#look();
      }, LOOK_EVERY_MS),
    ];
  }

  /** Creates `count` sources with a sink each, and waits until lines arrive in all of them. */
  static async create(
    rest: ConnectRest,
    of: { readonly folder: string; readonly prefix: string; readonly count: number },
  ): Promise<LivePipelines> {
    const pipelines = Array.from({ length: of.count }, (_, index): Pipeline => {
      const name = `${of.prefix}-${index}`;
      const file = (kind: string): string => join(of.folder, `${name}.${kind}`);
      return { name, input: file('in'), output: file('out'), lines: 0, size: 0, grewAt: 0, longestGapMs: 0 };
    });
    for (const { name, input, output } of pipelines) {
      writeFileSync(input, '');
      await rest.create(`${name}-source`, {
        'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
        file: input,
        topic: name,
      });
      await rest.create(`${name}-sink`, {
        'connector.class': 'org.apache.kafka.connect.file.FileStreamSinkConnector',
        file: output,
        topics: name,
      });
    }
    const live = new LivePipelines(pipelines);
    await live.deliverAfterNow();
    return live;
  }

  get connectors(): readonly string[] {
    return this.#pipelines.flatMap(({ name }) => [`${name}-source`, `${name}-sink`]);
  }

  /** Milliseconds until every pipeline has delivered a line that was written after this call. */
  async deliverAfterNow(): Promise<number> {
    const begin = performance.now();
    const marks = this.#pipelines.map((pipeline) => ({ pipeline, line: lineOf(pipeline.lines) }));
    let waiting = marks;
    while (waiting.length > 0) {
      if (performance.now() - begin > LIMIT_MS) {
        throw new Error(
          `${waiting.map(({ pipeline }) => pipeline.name).join(', ')} deliver nothing any more`,
        );
      }
      await pause(LOOK_EVERY_MS);
      waiting = waiting.filter(
        ({ pipeline: { output }, line }) =>
          !existsSync(output) || !readFileSync(output, 'utf8').includes(line),
      );
    }
    return performance.now() - begin;
  }

  /** Forgets the gaps seen so far. */
  resetGaps(): void {
    const now = performance.now();
    for (const pipeline of this.#pipelines) {
      pipeline.grewAt = now;
      pipeline.longestGapMs = 0;
    }
  }

  /** The longest time, since the last reset, in which a pipeline delivered nothing; by its name. */
  gaps(): ReadonlyMap<string, number> {
    return new Map(this.#pipelines.map(({ name, longestGapMs }) => [name, longestGapMs]));
  }

  stop(): void {
    this.#timers.forEach(clearInterval);
  }

  #write(): void {
    for (const pipeline of this.#pipelines) {
      appendFileSync(pipeline.input, `${lineOf(pipeline.lines)}\n`);
      pipeline.lines += 1;
    }
  }

  #look(): void {
    const now = performance.now();
    for (const pipeline of this.#pipelines) {
      const size = existsSync(pipeline.output) ? statSync(pipeline.output).size : 0;
      pipeline.longestGapMs = Math.max(pipeline.longestGapMs, now - pipeline.grewAt);
      if (size !== pipeline.size) {
        pipeline.size = size;
        pipeline.grewAt = now;
      }
    }
  }
}

function lineOf(index: number): string {
  return `line ${String(index).padStart(9, '0')}`;
}
