import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { uniqueName, waitFor, type Cluster, type RestClient } from '@millrace/testing';
import { fileSink, fileSource } from '../connectors.ts';
import { allArrived, appendLines, linesOf, numberedLines } from '../lines.ts';

interface Pipeline {
  readonly source: string;
  readonly sink: string;
  readonly input: string;
  readonly output: string;
  lines: number;
}

const WRITE_EVERY_MS = 50;
const LINES_PER_WRITE = 20;

/** File → topic → file pipelines with lines written all the time: the load under which things break. */
export class Pipelines {
  readonly #cluster: Cluster;
  readonly #rest: RestClient;
  readonly #pipelines: readonly Pipeline[];
  #writer: NodeJS.Timeout | null = null;

  private constructor(cluster: Cluster, rest: RestClient, pipelines: readonly Pipeline[]) {
    this.#cluster = cluster;
    this.#rest = rest;
    this.#pipelines = pipelines;
  }

  /** Creates `count` sources and as many sinks through a gateway, and waits until all of them run. */
  static async create(cluster: Cluster, rest: RestClient, count: number): Promise<Pipelines> {
    const pipelines = Array.from({ length: count }, () => {
      const name = uniqueName('pipe');
      const file = (kind: string): string => join(cluster.dir, `${name}.${kind}`);
      return {
        source: `${name}-source`,
        sink: `${name}-sink`,
        input: file('in'),
        output: file('out'),
        lines: 0,
      };
    });
    for (const { source, sink, input, output } of pipelines) {
      writeFileSync(input, numberedLines(0));
      await rest.create(source, fileSource(input, source));
      await rest.create(sink, fileSink(output, source));
    }
    const created = new Pipelines(cluster, rest, pipelines);
    await created.allRunning();
    return created;
  }

  get connectors(): readonly string[] {
    return this.#pipelines.flatMap(({ source, sink }) => [source, sink]);
  }

  /** Writes lines to every input until `settle`. */
  startWriting(): void {
    this.#writer ??= setInterval(() => {
      this.append(LINES_PER_WRITE);
    }, WRITE_EVERY_MS);
  }

  append(count: number): void {
    for (const pipeline of this.#pipelines) {
      appendLines(pipeline.input, count, pipeline.lines);
      pipeline.lines += count;
    }
  }

  /** Stops writing and waits until every line has arrived and everything runs again; milliseconds that this took. */
  async settle(timeoutMs = 60_000): Promise<number> {
    const begin = performance.now();
    if (this.#writer !== null) {
      clearInterval(this.#writer);
      this.#writer = null;
    }
    await this.arrived(timeoutMs);
    await this.allRunning(timeoutMs);
    return Math.round(performance.now() - begin);
  }

  /** Waits until what was written so far is in every output. */
  async arrived(timeoutMs = 60_000): Promise<void> {
    for (const { input, output } of this.#pipelines) {
      await allArrived(input, output, timeoutMs);
    }
  }

  /** Everything RUNNING, and on workers of which a process lives. */
  async allRunning(timeoutMs = 60_000): Promise<void> {
    for (const connector of this.connectors) {
      let seen: unknown;
      await waitFor(
        `${connector} to run on live workers`,
        async () => {
          const status = await this.#rest.status(connector);
          seen = status;
          const units = [status.connector, ...status.tasks];
          const live = this.#liveWorkers();
          return (
            status.tasks.length === 1 &&
            units.every(({ state, worker_id }) => state === 'RUNNING' && live.has(worker_id))
          );
        },
        { timeoutMs, seen: () => ({ seen, outputs: this.#cluster.outputs() }) },
      );
    }
  }

  /** How many lines each output holds, repeated ones included. */
  outputLengths(): readonly number[] {
    return this.#pipelines.map(({ output }) => linesOf(output).length);
  }

  /** Lines that are in an output more than once, over all outputs. */
  repeated(): number {
    return this.#pipelines.reduce((sum, { output }) => {
      const lines = linesOf(output);
      return sum + lines.length - new Set(lines).size;
    }, 0);
  }

  #liveWorkers(): ReadonlySet<string> {
    const live = this.#cluster.processes.filter(({ role, process }) => role !== 'gateway' && !process.ended);
    return new Set(live.map(({ workerId }) => workerId));
  }
}
