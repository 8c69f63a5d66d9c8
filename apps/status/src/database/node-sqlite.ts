import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';

type Row = Record<string, SQLOutputValue>;

interface OpenOptions {
  readonly readonly: boolean;
  /** Milliseconds to wait for another process's lock. */
  readonly timeout: number;
}

/** A prepared statement with the members of better-sqlite3's that TypeORM calls. */
class Statement {
  /** Whether it gives rows. */
  readonly reader: boolean;
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
    this.reader = statement.columns().length > 0;
  }

  all(...values: readonly SQLInputValue[]): Row[] {
    return this.#statement.all(...values);
  }

  run(...values: readonly SQLInputValue[]): ReturnType<StatementSync['run']> {
    return this.#statement.run(...values);
  }
}

/**
 * Node's own SQLite behind the part of better-sqlite3's interface that TypeORM uses: nothing to install, nothing to
 * compile. It is the `driver` of a `better-sqlite3` data source.
 */
export class NodeSqliteDatabase {
  readonly #database: DatabaseSync;

  constructor(path: string, options: OpenOptions) {
    this.#database = new DatabaseSync(path, { readOnly: options.readonly, timeout: options.timeout });
  }

  prepare(sql: string): Statement {
    return new Statement(this.#database.prepare(sql));
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  pragma(text: string): Row[] {
    return this.#database.prepare(`PRAGMA ${text}`).all();
  }

  close(): void {
    this.#database.close();
  }
}
