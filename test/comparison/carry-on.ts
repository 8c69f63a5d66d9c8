import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, uniqueName, waitFor } from '@millrace/testing';
import { linesOf } from '../lines.ts';
import { sink, source } from './configs.ts';
import type { RawTopics } from '../processes/raw-topics.ts';
import type { Side } from './side.ts';

const LIMIT_MS = 60_000;
const BATCH = 20;

/** A file into a topic and out of it, which one node after the other works on: nothing may be lost or come twice. */
export class CarriedPipeline {
  readonly name = uniqueName('carried');
  readonly #folder = tempDir('carried-');
  readonly #raw: RawTopics;
  #lines = 0;

  constructor(raw: RawTopics) {
    this.#raw = raw;
    writeFileSync(this.#input, '');
  }

  get #input(): string {
    return join(this.#folder, 'in.txt');
  }

  get #output(): string {
    return join(this.#folder, 'out.txt');
  }

  get connectors(): readonly string[] {
    return [`${this.name}-source`, `${this.name}-sink`];
  }

  /** Creates its connectors; `settings` are further ones of the source. */
  async createOn(side: Side, settings: Readonly<Record<string, string>> = {}): Promise<void> {
    await side.create(`${this.name}-source`, source({ file: this.#input, topic: this.name, ...settings }));
    await side.create(`${this.name}-sink`, sink({ file: this.#output, topics: this.name }));
  }

  async deleteFrom(side: Side): Promise<void> {
    for (const connector of this.connectors) {
      await side.delete(connector);
    }
    await waitFor(`${side.name} to leave the group`, async () => {
      const { members } = await this.#raw.admin.describeGroup(`connect-${this.name}-sink`);
      return members.length === 0;
    });
  }

  /** Writes further lines, and waits until each of all lines so far has arrived, in the topic and in the file. */
  async carryMore(): Promise<void> {
    const begin = this.#lines;
    this.#lines += BATCH;
    const fresh = Array.from({ length: BATCH }, (_, index) => `line ${begin + index}\n`);
    appendFileSync(this.#input, fresh.join(''));
    await waitFor(`${this.#lines} lines to arrive`, () => linesOf(this.#output).length >= this.#lines, {
      timeoutMs: LIMIT_MS,
      seen: () => linesOf(this.#output).slice(-3),
    });
  }

  /** What is expected in the topic and in the file. */
  get expected(): readonly string[] {
    return linesOf(this.#input);
  }

  get arrived(): readonly string[] {
    return linesOf(this.#output);
  }

  /** Values in the topic. */
  async produced(): Promise<readonly string[]> {
    const records = await this.#raw.read(this.name);
    return records.flat().map(({ value }) => String(value));
  }
}
