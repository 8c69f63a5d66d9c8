import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../processes/until.ts';
import type { DemoCluster, Node } from './demo-cluster.ts';
import { GatewayCalls, type ConnectorStatus } from './gateway-calls.ts';
import { difference, linesOf, textOf } from './lines.ts';
import { grouped, type Screen } from './screen.ts';

export interface StoryOptions {
  readonly screen: Screen;
  readonly cluster: DemoCluster;
  readonly folder: string;
  /** Lines to stream. */
  readonly lines: readonly string[];
  /** Topics of the two pipelines; they are there. */
  readonly topics: { readonly lines: string; readonly folder: string };
}

/** Lines of the file and of the folder's files together. */
export interface LineCounts {
  readonly in: number;
  readonly out: number;
}

/** What was written is not what was read. */
export class DifferenceError extends Error {}

const CONNECTORS = ['file-source', 'file-sink', 'folder-source', 'folder-sink'] as const;
const LIMIT_MS = 120_000;
const APPENDED_LINES = 1_000;
const FOLDER_FILES = 3;
const FOLDER_LINES = 200;
const HISTORY_ROWS = 16;

/** The demo's story over a cluster that is ready: what is streamed, changed, broken and looked at. */
export class Story {
  readonly #options: StoryOptions;
  readonly #first: GatewayCalls;
  readonly #second: GatewayCalls;
  readonly #aggregator: Node;
  readonly #paths: Readonly<Record<'input' | 'output' | 'folder' | 'folderOutput', string>>;

  constructor(options: StoryOptions) {
    const { cluster, folder } = options;
    const [first, second] = cluster.nodes.filter(({ role }) => role === 'gateway');
    const aggregator = cluster.nodes.find(({ role }) => role === 'status');
    if (first === undefined || second === undefined || aggregator === undefined) {
      throw new Error('The story needs two gateways and an aggregator');
    }
    this.#options = options;
    this.#first = new GatewayCalls(first.url);
    this.#second = new GatewayCalls(second.url);
    this.#aggregator = aggregator;
    this.#paths = {
      input: join(folder, 'input.txt'),
      output: join(folder, 'output.txt'),
      folder: join(folder, 'inbox'),
      folderOutput: join(folder, 'inbox-output.txt'),
    };
  }

  /** Tells it to its end; how many lines went in, and came out. */
  async tell(): Promise<LineCounts> {
    await this.#stream();
    await this.#showStatus();
    await this.#append();
    await this.#addFile();
    await this.#killWorker();
    await this.#showHistory();
    const { input, output, folderOutput } = this.#paths;
    return {
      in: linesOf(input).length + this.#folderLines().length,
      out: linesOf(output).length + linesOf(folderOutput).length,
    };
  }

  async #stream(): Promise<void> {
    const { screen, lines, topics } = this.#options;
    const { input, output, folder, folderOutput } = this.#paths;
    screen.heading('Files through Kafka');
    writeFileSync(input, textOf(lines));
    mkdirSync(folder);
    for (let index = 1; index <= FOLDER_FILES; index += 1) {
      this.#writeFolderFile(index);
    }
    const file = {
      'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
      file: input,
    };
    await this.#first.create('file-source', { ...file, topic: topics.lines });
    await this.#first.create('file-sink', sinkOf(output, topics.lines));
    await this.#first.create('folder-source', {
      'connector.class': 'millrace.file.DirectorySource',
      directory: folder,
      topic: topics.folder,
      'tasks.max': String(FOLDER_FILES + 1),
      'poll.interval.ms': '500',
    });
    await this.#first.create('folder-sink', sinkOf(folderOutput, topics.folder));
    screen.done(`4 connectors created through ${this.#first.url}`);
    await this.#arrived();
    screen.done(
      `${grouped(lines.length)} lines from input.txt through topic ${topics.lines} to output.txt: identical`,
    );
    await this.#folderArrived();
    screen.done(`${FOLDER_FILES} files of a folder through topic ${topics.folder} to one file: identical`);
  }

  async #showStatus(): Promise<void> {
    const { screen } = this.#options;
    screen.heading(`Who runs what, read through the other gateway ${this.#second.url}`);
    this.#showTasks(await this.#running(FOLDER_FILES));
  }

  async #append(): Promise<void> {
    const { screen } = this.#options;
    screen.heading('The file grows');
    this.#appendLines('appended');
    await this.#arrived();
    screen.done(`${grouped(APPENDED_LINES)} lines appended to input.txt have arrived`);
  }

  async #addFile(): Promise<void> {
    const { screen } = this.#options;
    screen.heading('A file is added to the folder');
    this.#writeFolderFile(FOLDER_FILES + 1);
    await this.#running(FOLDER_FILES + 1);
    await this.#folderArrived();
    screen.done(
      `folder-source went from ${FOLDER_FILES} to ${FOLDER_FILES + 1} tasks, and the new lines have arrived`,
    );
  }

  async #killWorker(): Promise<void> {
    const { screen, cluster } = this.#options;
    await this.#settled();
    const before = await this.#running(FOLDER_FILES + 1);
    const runner = before.find(({ name }) => name === 'file-source')?.tasks[0]?.worker_id;
    const victim = cluster.nodes.find(({ id }) => id === runner);
    if (victim === undefined) {
      throw new Error(`file-source runs on ${String(runner)}, which is no worker of ours`);
    }
    screen.heading(`kill -9 of the worker ${victim.id}, which runs file-source`);
    victim.process.kill('SIGKILL');
    await victim.process.exited;
    this.#appendLines('appended after the kill');
    const after = await this.#running(FOLDER_FILES + 1, victim.id);
    screen.done('everything runs on the other worker');
    this.#showMoves(before, after);
    await this.#arrived();
    await this.#folderArrived();
    screen.done(`${grouped(APPENDED_LINES)} lines appended meanwhile have arrived, all of them once`);
  }

  async #showHistory(): Promise<void> {
    const { screen } = this.#options;
    screen.heading(`The history that the aggregator kept, ${this.#aggregator.url}/history`);
    const response = await fetch(`${this.#aggregator.url}/history?limit=${HISTORY_ROWS}`);
    const { items } = (await response.json()) as { readonly items: readonly HistoryItem[] };
    screen.table(
      [...items]
        .reverse()
        .map(({ at, kind, connector, task, previous, state, worker }) => [
          at.slice(11, 23),
          kind,
          connector === null ? '' : `${connector}${task === null ? '' : ` ${task}`}`,
          previous ?? '',
          '→',
          state,
          worker ?? '',
        ]),
    );
  }

  /** Waits until the output is as long as the input, then compares them. */
  async #arrived(): Promise<void> {
    const { input, output } = this.#paths;
    const expected = linesOf(input);
    await this.#compare(expected, () => linesOf(output));
  }

  /** As `#arrived`, for the folder; its files' lines arrive in no order. */
  async #folderArrived(): Promise<void> {
    const expected = [...this.#folderLines()].sort();
    await this.#compare(expected, () => [...linesOf(this.#paths.folderOutput)].sort());
  }

  async #compare(expected: readonly string[], read: () => readonly string[]): Promise<void> {
    const { screen } = this.#options;
    let last = -1;
    const actual = await until(
      `${grouped(expected.length)} lines to arrive`,
      () => {
        const lines = read();
        if (lines.length !== last) {
          last = lines.length;
          screen.progress(lines.length, expected.length, 'lines');
        }
        return lines.length >= expected.length ? lines : null;
      },
      { limitMs: LIMIT_MS, check: this.#check },
    );
    const where = difference(expected, actual);
    if (where !== null) {
      throw new DifferenceError(`What came out is not what went in: ${where}`);
    }
  }

  /** Waits until all connectors and tasks run, none of them on the worker named; their statuses. */
  #running(folderTasks: number, notOn?: string): Promise<readonly ConnectorStatus[]> {
    return until(
      'all connectors and tasks to run',
      async () => {
        const statuses = await Promise.all(CONNECTORS.map((name) => this.#second.status(name)));
        const all = statuses.flatMap(({ connector, tasks }) => [connector, ...tasks]);
        const tasks = statuses.find(({ name }) => name === 'folder-source')?.tasks.length;
        const run = all.every(({ state, worker_id }) => state === 'RUNNING' && worker_id !== notOn);
        return run && tasks === folderTasks && statuses.every((status) => status.tasks.length > 0)
          ? statuses
          : null;
      },
      { limitMs: LIMIT_MS, check: this.#check },
    );
  }

  /** Waits until all progress is committed: what is killed then has nothing to do again. */
  async #settled(): Promise<void> {
    const size = (path: string): number => statSync(path).size;
    const folderFiles = Array.from({ length: FOLDER_FILES + 1 }, (_, index) => this.#folderFile(index + 1));
    const expected = {
      'file-source': size(this.#paths.input),
      'file-sink': linesOf(this.#paths.input).length,
      'folder-source': folderFiles.reduce((sum, path) => sum + size(path), 0),
      'folder-sink': this.#folderLines().length,
    };
    await until(
      'all progress to be committed',
      async () => {
        const progress = await Promise.all(CONNECTORS.map((name) => this.#second.progress(name)));
        return CONNECTORS.every((name, index) => progress[index] === expected[name]) ? true : null;
      },
      { limitMs: LIMIT_MS, check: this.#check },
    );
  }

  #showTasks(statuses: readonly ConnectorStatus[]): void {
    this.#options.screen.table(
      statuses.flatMap(({ name, connector, tasks }) => [
        [name, 'connector', connector.state, connector.worker_id],
        ...tasks.map(({ id, state, worker_id }) => ['', `task ${id}`, state, worker_id]),
      ]),
    );
  }

  #showMoves(before: readonly ConnectorStatus[], after: readonly ConnectorStatus[]): void {
    const [from, to] = [workersOf(before), workersOf(after)];
    const moved = [...to].filter(([what, worker]) => from.get(what) !== worker);
    this.#options.screen.table(moved.map(([what, worker]) => [what, from.get(what) ?? '', '→', worker]));
  }

  #appendLines(what: string): void {
    const lines = Array.from({ length: APPENDED_LINES }, (_, index) => `${what} ${index + 1}`);
    appendFileSync(this.#paths.input, textOf(lines));
  }

  #folderFile(index: number): string {
    return join(this.#paths.folder, `${index}.txt`);
  }

  #writeFolderFile(index: number): void {
    const lines = Array.from({ length: FOLDER_LINES }, (_, line) => `file ${index} line ${line + 1}`);
    writeFileSync(this.#folderFile(index), textOf(lines));
  }

  #folderLines(): readonly string[] {
    return Array.from({ length: FOLDER_FILES + 1 }, (_, index) =>
      linesOf(this.#folderFile(index + 1)),
    ).flat();
  }

  /** Ends a wait as soon as a process that should run does not. */
  readonly #check = (): void => {
    for (const { process: started } of this.#options.cluster.nodes) {
      if (!started.killed) {
        started.requireRunning();
      }
    }
  };
}

interface HistoryItem {
  readonly at: string;
  readonly kind: string;
  readonly connector: string | null;
  readonly task: number | null;
  readonly previous: string | null;
  readonly state: string;
  readonly worker: string | null;
}

/** Which worker runs each connector and task. */
function workersOf(statuses: readonly ConnectorStatus[]): ReadonlyMap<string, string> {
  return new Map(
    statuses.flatMap(({ name, connector, tasks }) => [
      [`${name} connector`, connector.worker_id] as const,
      ...tasks.map(({ id, worker_id }) => [`${name} task ${id}`, worker_id] as const),
    ]),
  );
}

function sinkOf(file: string, topics: string): Readonly<Record<string, string>> {
  return { 'connector.class': 'org.apache.kafka.connect.file.FileStreamSinkConnector', file, topics };
}
