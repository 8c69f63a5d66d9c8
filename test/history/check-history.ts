import type { Begun, Ended } from './operation.ts';

/** A committed `connector-…` record of the config topic. */
export interface HistoryRecord {
  readonly offset: number;
  readonly connector: string;
  /** null: a tombstone. */
  readonly config: { readonly id: string; readonly n: string } | null;
}

/** An operation with what is known of its end. */
export interface Operation extends Begun {
  readonly end: Ended | null;
}

/** What one connector was after some record. */
interface Version {
  readonly offset: number;
  readonly exists: boolean;
  readonly revision: number;
}

export interface Verdict {
  readonly faults: readonly string[];
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
  readonly reads: number;
}

/**
 * Whether the log is one history of the operations (design invariants 2 and 3): every record was allowed where it stands, what was
 * acknowledged stands in it once, what was refused does not and had to be, and order in time is order in the log.
 */
export function checkHistory(records: readonly HistoryRecord[], operations: readonly Operation[]): Verdict {
  const checker = new HistoryChecker(records, operations);
  return checker.check();
}

class HistoryChecker {
  readonly #records: readonly HistoryRecord[];
  readonly #operations: ReadonlyMap<string, Operation>;
  readonly #faults: string[] = [];
  /** Offsets of the records of an operation. */
  readonly #places = new Map<string, number[]>();
  /** What each connector was, in the order of the log. */
  readonly #versions = new Map<string, Version[]>();

  constructor(records: readonly HistoryRecord[], operations: readonly Operation[]) {
    this.#records = records;
    this.#operations = new Map(operations.map((operation) => [operation.id, operation]));
  }

  check(): Verdict {
    this.#replay();
    this.#checkPlaces();
    this.#checkDeletions();
    this.#checkOrder();
    this.#checkAnswers();
    const ends = [...this.#operations.values()].map(({ end }) => end?.outcome ?? 'unknown');
    const reads = [...this.#operations.values()].filter(
      ({ kind, end }) => kind === 'read' && end !== null,
    ).length;
    const unknown = ends.filter((outcome) => outcome === 'unknown').length;
    const done = ends.filter((outcome) => outcome === 'done').length;
    return {
      faults: this.#faults,
      acknowledged: done - reads,
      refused: ends.length - done - unknown,
      unknown,
      reads,
    };
  }

  /** Each record's precondition, where it stands. */
  #replay(): void {
    const current = new Map<string, { readonly n: number; readonly revision: number }>();
    for (const { offset, connector, config } of this.#records) {
      const before = current.get(connector);
      if (config === null) {
        this.#expect(before !== undefined, `${offset}: ${connector} is deleted without being there`);
        current.delete(connector);
      } else {
        this.#places.set(config.id, [...(this.#places.get(config.id) ?? []), offset]);
        this.#checkRecord({ offset, connector, config }, before);
        current.set(connector, { n: Number(config.n), revision: offset });
      }
      const versions = this.#versions.get(connector) ?? [];
      versions.push({ offset, exists: config !== null, revision: offset });
      this.#versions.set(connector, versions);
    }
  }

  #checkRecord(
    record: {
      readonly offset: number;
      readonly connector: string;
      readonly config: { id: string; n: string };
    },
    before: { readonly n: number; readonly revision: number } | undefined,
  ): void {
    const { offset, config } = record;
    const operation = this.#operations.get(config.id);
    switch (operation?.kind) {
      case 'create':
        this.#expect(before === undefined, `${offset}: ${config.id} creates what is there`);
        break;
      case 'add':
        this.#expect(
          before !== undefined && Number(config.n) === before.n + 1,
          `${offset}: ${config.id} adds to ${String(before?.n)} and gets ${config.n}: an update is lost`,
        );
        break;
      case 'replace':
        this.#expect(
          before?.revision === operation.revision,
          `${offset}: ${config.id} replaces revision ${String(before?.revision)}, not ${String(operation.revision)}`,
        );
        break;
      case 'put':
        if (operation.end?.outcome === 'done') {
          const created = operation.end.created === true;
          this.#expect(
            created === (before === undefined),
            `${offset}: ${config.id} says created: ${created}`,
          );
        }
        break;
      case 'delete':
      case 'read':
        this.#faults.push(`${offset}: ${config.id} is a ${operation.kind} and wrote a configuration`);
        break;
      case undefined:
        // A foreign record: whoever wrote it asked for nothing.
        break;
    }
  }

  /** Acknowledged: once. Refused: never. Unknown: at most once. */
  #checkPlaces(): void {
    for (const { id, kind, end } of this.#operations.values()) {
      if (kind === 'delete' || kind === 'read') {
        continue;
      }
      const places = this.#places.get(id) ?? [];
      const outcome = end?.outcome ?? 'unknown';
      const right =
        outcome === 'done' ? places.length === 1 : places.length <= (outcome === 'unknown' ? 1 : 0);
      this.#expect(right, `${id} was ${outcome} and stands in the log at [${places.join(', ')}]`);
    }
  }

  /** Tombstones name nobody: they are counted. */
  #checkDeletions(): void {
    const connectors = new Set([...this.#operations.values()].map(({ connector }) => connector));
    for (const connector of connectors) {
      const written = this.#records.filter(
        (record) => record.connector === connector && record.config === null,
      ).length;
      const deletes = [...this.#operations.values()].filter(
        (operation) => operation.connector === connector && operation.kind === 'delete',
      );
      const done = deletes.filter(({ end }) => end?.outcome === 'done').length;
      const open = deletes.filter(({ end }) => end === null || end.outcome === 'unknown').length;
      this.#expect(
        written >= done && written <= done + open,
        `${connector}: ${done} deletes were acknowledged, ${open} are unknown, ${written} stand in the log`,
      );
    }
  }

  /** Nothing stands before what had been acknowledged when it began. */
  #checkOrder(): void {
    let latest: Operation | null = null;
    for (const { offset, config } of this.#records) {
      const operation = config === null ? undefined : this.#operations.get(config.id);
      if (operation === undefined) {
        continue;
      }
      if (latest !== null && operation.end !== null) {
        this.#expect(
          operation.end.at >= latest.at,
          `${offset}: ${operation.id} had ended when ${latest.id} began, which stands before it`,
        );
      }
      latest = latest === null || operation.at > latest.at ? operation : latest;
    }
  }

  /** Refusals and reads: some state that the log had between request and answer must justify them. */
  #checkAnswers(): void {
    const acknowledged = this.#acknowledgedByEnd();
    const begun = this.#placedByBegin();
    for (const operation of this.#operations.values()) {
      const { end } = operation;
      if (end === null || end.outcome === 'unknown') {
        continue;
      }
      const earliest = acknowledged(operation.at);
      const latest = begun(end.at);
      if (operation.kind === 'read') {
        const offset = end.offset ?? -1;
        this.#expect(
          earliest < 0 || offset > earliest,
          `${operation.id} read up to ${offset}, but ${earliest} had been acknowledged`,
        );
      } else if (end.outcome !== 'done') {
        this.#expect(
          this.#isJustified(operation, earliest, latest),
          `${operation.id} (${operation.kind} ${operation.connector}) was refused as ${end.outcome}, which was true at no ` +
            `time between offsets ${earliest} and ${latest}`,
        );
      }
    }
  }

  #isJustified(operation: Operation, earliest: number, latest: number): boolean {
    const versions = this.#versions.get(operation.connector) ?? [];
    const absent: Version = { offset: -1, exists: false, revision: -1 };
    const first = versions.findLastIndex(({ offset }) => offset <= earliest);
    const candidates = [first < 0 ? absent : (versions[first] ?? absent)];
    for (let index = first + 1; index < versions.length; index += 1) {
      const version = versions[index];
      if (version === undefined || version.offset >= latest) {
        break;
      }
      candidates.push(version);
    }
    const { revision, end } = operation;
    return candidates.some((version) => {
      if (end?.outcome === 'exists') {
        return version.exists;
      }
      return !version.exists || (end?.outcome === 'changed' && version.revision !== revision);
    });
  }

  /** The highest offset acknowledged before a time. */
  #acknowledgedByEnd(): (time: number) => number {
    const ends = [...this.#operations.values()]
      .flatMap(({ id, end }) => {
        const place = this.#places.get(id)?.[0];
        return end?.outcome === 'done' && place !== undefined ? [{ at: end.at, offset: place }] : [];
      })
      .sort((a, b) => a.at - b.at);
    let highest = -1;
    const known = ends.map(({ at, offset }) => ({ at, offset: (highest = Math.max(highest, offset)) }));
    return (time) => lastWhere(known, ({ at }) => at < time)?.offset ?? -1;
  }

  /** The lowest offset of what began after a time. */
  #placedByBegin(): (time: number) => number {
    const begins = [...this.#operations.values()]
      .flatMap(({ id, at }) => {
        const place = this.#places.get(id)?.[0];
        return place === undefined ? [] : [{ at, offset: place }];
      })
      .sort((a, b) => b.at - a.at);
    let lowest = Number.POSITIVE_INFINITY;
    const known = begins.map(({ at, offset }) => ({ at, offset: (lowest = Math.min(lowest, offset)) }));
    return (time) => lastWhere(known, ({ at }) => at > time)?.offset ?? Number.POSITIVE_INFINITY;
  }

  #expect(right: boolean, fault: string): void {
    if (!right) {
      this.#faults.push(fault);
    }
  }
}

/** The last item for which a condition holds that holds for none after the first for which it does not. */
function lastWhere<T>(items: readonly T[], condition: (item: T) => boolean): T | undefined {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && condition(item)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return items[low - 1];
}
