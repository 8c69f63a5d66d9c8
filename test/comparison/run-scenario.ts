import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { waitFor } from '@millrace/testing';
import { linesOf } from '../lines.ts';
import type { RawTopics } from '../processes/raw-topics.ts';
import {
  newest,
  causes,
  seenRecord,
  shortened,
  type Outcome,
  type SeenFailure,
  type SeenRecord,
  type SeenTopic,
} from './outcome.ts';
import type { Actor, ExpectedTopic, Scenario } from './scenario.ts';
import type { Side } from './side.ts';

const LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 200;

/** A scenario on one side. */
export class ScenarioRun {
  readonly #scenario: Scenario;
  readonly #side: Side;
  readonly #raw: RawTopics;
  readonly #prefix: string;
  readonly #folder: string;

  constructor(scenario: Scenario, side: Side, raw: RawTopics) {
    this.#scenario = scenario;
    this.#side = side;
    this.#raw = raw;
    this.#prefix = `${side.prefix}-${scenario.name}`;
    this.#folder = join(side.folder, scenario.name);
  }

  /** Runs it to its expected outcome, and gives what is there then. Throws with what was seen when that does not come. */
  async run(): Promise<Outcome> {
    const { connectors, then, outcome } = this.#scenario;
    await this.#prepare();
    try {
      for (const [name, config] of Object.entries(connectors)) {
        const filled = Object.entries(config).map(
          ([key, value]) => [this.#fill(key), this.#fill(value)] as const,
        );
        await this.#side.create(`${this.#prefix}-${name}`, Object.fromEntries(filled));
      }
      await then?.(this.#actor());
      await this.#arrived();
      const failures = await this.#eachAsync(outcome.failed ?? [], (name) => this.#failures(name));
      const committed = await this.#eachAsync(Object.keys(outcome.committed ?? {}), (group) =>
        this.#committed(group),
      );
      await this.#end();
      const offsets = outcome.offsets === undefined ? [] : await this.#offsets();
      return { ...(await this.#written()), failures, committed, offsets };
    } catch (error) {
      await this.#end();
      throw error;
    }
  }

  async #prepare(): Promise<void> {
    const { files = {}, topics = {} } = this.#scenario;
    mkdirSync(this.#folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      const file = join(this.#folder, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    for (const [name, { partitions = 1, configs = {}, records = [] }] of Object.entries(topics)) {
      const topic = `${this.#prefix}-${name}`;
      await this.#raw.create(topic, partitions, { 'retention.ms': '-1', ...configs });
      if (records.length > 0) {
        await this.#raw.write(topic, records);
      }
    }
  }

  async #end(): Promise<void> {
    for (const name of Object.keys(this.#scenario.connectors)) {
      await this.#side.delete(`${this.#prefix}-${name}`);
    }
  }

  /** Waits for all that the scenario expects. */
  async #arrived(): Promise<void> {
    let missing: readonly string[] = [];
    await waitFor(
      `${this.#scenario.name} to be done on ${this.#side.name}`,
      async () => {
        missing = await this.#missing();
        return missing.length === 0;
      },
      { timeoutMs: LIMIT_MS, intervalMs: LOOK_EVERY_MS, seen: () => missing.join('\n') },
    ).catch(async (error: unknown) => {
      throw new Error(`${(error as Error).message}\n${await this.#all()}\n${this.#side.output()}`);
    });
  }

  /** What is still to come, for people. */
  async #missing(): Promise<readonly string[]> {
    const { topics = {}, files = {}, failed = [], committed = {}, offsets = [] } = this.#scenario.outcome;
    const missing: string[] = [];
    for (const [name, lines] of Object.entries(files)) {
      const seen = this.#lines(name).length;
      if (seen < lines) {
        missing.push(`${name} has ${seen} lines, ${lines} are expected`);
      }
    }
    for (const [name, { records }] of Object.entries(topics)) {
      const topic = `${this.#prefix}-${name}`;
      const seen = await this.#raw.count(topic);
      if (typeof records === 'number' ? seen < records : !(await this.#holds(topic, records))) {
        missing.push(`topic ${name} has ${seen} records, expected: ${records}`);
      }
    }
    for (const name of failed) {
      if ((await this.#failures(name)).length === 0) {
        missing.push(`${name} is not FAILED`);
      }
    }
    for (const [group, count] of Object.entries(committed)) {
      const seen = Object.values(await this.#committed(group)).reduce((sum, offset) => sum + offset, 0);
      if (seen < count) {
        missing.push(`group ${group} has committed ${seen} of ${count}`);
      }
    }
    if (offsets.length > 0) {
      const seen = (await this.#offsets()).map(({ value }) => String(value));
      const unseen = offsets.filter((offset) => !seen.includes(offset));
      missing.push(...unseen.map((offset) => `offset ${offset} is not committed, but ${seen.join(', ')}`));
    }
    return missing;
  }

  async #holds(topic: string, value: string): Promise<boolean> {
    const records = (await this.#raw.read(topic)).flat();
    return records.some((record) => record.value?.toString('utf8') === value);
  }

  async #written(): Promise<Pick<Outcome, 'topics' | 'files'>> {
    const { topics = {}, files = {}, linesAsSet } = this.#scenario.outcome;
    const lines = (name: string): readonly string[] => {
      const all = this.#lines(name).map((line) => shortened(this.#plain(line)));
      return linesAsSet === true ? [...new Set(all)].sort() : all;
    };
    return {
      topics: Object.fromEntries(
        await Promise.all(
          Object.entries(topics).map(
            async ([name, expected]) => [name, await this.#topic(name, expected)] as const,
          ),
        ),
      ),
      files: Object.fromEntries(Object.keys(files).map((name) => [name, lines(name)])),
    };
  }

  async #topic(name: string, expected: ExpectedTopic): Promise<SeenTopic> {
    const topic = `${this.#prefix}-${name}`;
    const records = (await this.#raw.read(topic)).map((partition) =>
      partition.map((record) =>
        seenRecord(record, (text) => this.#plain(text), expected.timestamps === true),
      ),
    );
    const configs = expected.described === true ? await this.#raw.admin.topicConfigs(topic) : null;
    return {
      records: expected.newest === true ? [newest(records)] : records,
      ...(configs === null ? {} : { configs: Object.fromEntries([...configs].sort()) }),
    };
  }

  async #failures(name: string): Promise<readonly SeenFailure[]> {
    const { connector, tasks } = await this.#side.rest.status(`${this.#prefix}-${name}`);
    const units = [
      { unit: 'connector', ...connector },
      ...tasks.map((task) => ({ unit: String(task.id), ...task })),
    ];
    return units.some(({ state }) => state === 'FAILED')
      ? units.map(({ unit, state, trace = '' }) => ({
          unit,
          state,
          why: causes(trace).map((text) => this.#plain(text)),
        }))
      : [];
  }

  async #committed(group: string): Promise<Readonly<Record<string, number>>> {
    const offsets = await this.#raw.admin.groupOffsets(this.#fill(group));
    return Object.fromEntries(
      offsets
        .map(({ topic, partition, offset }) => [this.#plain(`${topic}-${partition}`), offset] as const)
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  }

  async #offsets(): Promise<readonly SeenRecord[]> {
    const records = (await this.#raw.read(this.#side.offsetsTopic)).map((partition) =>
      partition
        .map((record) => seenRecord(record, (text) => this.#plain(text), false))
        .filter(({ key }) => key?.startsWith('["{T}-') === true),
    );
    return newest(records);
  }

  /** Everything there is, for the message of a run that did not come to its end. */
  async #all(): Promise<string> {
    const statuses = await this.#eachAsync(Object.keys(this.#scenario.connectors), (name) =>
      this.#side.rest.status(`${this.#prefix}-${name}`).catch((error: unknown) => String(error)),
    );
    return JSON.stringify({ statuses, ...(await this.#written()) }, null, 1)
      .replaceAll('\\n', '\n')
      .slice(0, 12_000);
  }

  async #eachAsync<T>(
    names: readonly string[],
    get: (name: string) => Promise<T>,
  ): Promise<Record<string, T>> {
    const entries: (readonly [string, T])[] = [];
    for (const name of names) {
      entries.push([name, await get(name)]);
    }
    return Object.fromEntries(entries);
  }

  #actor(): Actor {
    return {
      fill: (text) => this.#fill(text),
      write: (topic, records) => this.#raw.write(topic, records),
      lines: (file) => this.#lines(file),
      waitFor: async (what, condition) => {
        await waitFor(`${what} on ${this.#side.name}`, condition, {
          timeoutMs: LIMIT_MS,
          intervalMs: LOOK_EVERY_MS,
        });
      },
    };
  }

  #lines(name: string): readonly string[] {
    return linesOf(join(this.#folder, name));
  }

  #fill(text: string): string {
    return text.replaceAll('{T}', this.#prefix).replaceAll('{F}', this.#folder);
  }

  #plain(text: string): string {
    return text.replaceAll(this.#prefix, '{T}').replaceAll(this.#folder, '{F}');
  }
}
