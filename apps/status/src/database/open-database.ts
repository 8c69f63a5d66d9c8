import { ConnectError } from '@millrace/connect-api';
import { DataSource } from 'typeorm';
import { HistoryEventRow } from '../history/history-event.entity.ts';
import { LogPositionRow } from '../history/log-position.entity.ts';
import { CreateHistory1764000000000 } from './migrations/1764000000000-create-history.ts';
import { NodeSqliteDatabase } from './node-sqlite.ts';

/** The database file cannot be used; the message names it and says what would be right. */
class DatabaseError extends ConnectError {
  override readonly code = 'STATUS_DATABASE';
  readonly path: string;

  constructor(path: string, reason: string, cause: unknown) {
    super(`status.database ${path}: ${reason}`, { cause });
    this.path = path;
  }
}

/** SQLite's result codes that have a cure of their own (sqlite.org/rescode.html). */
const REASONS: Readonly<Record<number, string>> = {
  5: 'another process holds it; each aggregator needs a file of its own',
  8: 'it may not be written to',
  11: 'it is damaged; move it away to begin a new history',
  13: 'the disk is full',
  14: 'it cannot be opened; its folder must be there and be writable',
  26: 'it is no SQLite database; move it away or name another file',
};

/** Opens or creates the history's database and brings its tables up to date; DatabaseError says what is wrong with it. */
export async function openDatabase(path: string): Promise<DataSource> {
  const database = new DataSource({
    type: 'better-sqlite3',
    driver: NodeSqliteDatabase,
    database: path,
    enableWAL: path !== ':memory:',
    entities: [HistoryEventRow, LogPositionRow],
    migrations: [CreateHistory1764000000000],
    migrationsRun: true,
    synchronize: false,
    logging: false,
  });
  try {
    return await database.initialize();
  } catch (error) {
    throw databaseError(path, error);
  }
}

/** What SQLite threw, in words that say what to do. */
function databaseError(path: string, error: unknown): DatabaseError {
  const origin = rootOf(error);
  // The low byte is the primary code, the others tell variants apart.
  const code = typeof origin.errcode === 'number' ? origin.errcode & 0xff : -1;
  return new DatabaseError(path, REASONS[code] ?? origin.message, error);
}

function rootOf(error: unknown): { readonly message: string; readonly errcode?: unknown } {
  if (!(error instanceof Error)) {
    return { message: String(error) };
  }
  const { driverError, cause } = error as { readonly driverError?: unknown; readonly cause?: unknown };
  const inner = driverError ?? cause;
  return inner instanceof Error && inner !== error ? rootOf(inner) : error;
}
