import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The history of transitions, and how far each partition has been written into it. */
export class CreateHistory1764000000000 implements MigrationInterface {
  readonly name = 'CreateHistory1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE history_event (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        topic TEXT NOT NULL,
        incarnation INTEGER NOT NULL,
        partition INTEGER NOT NULL,
        "offset" INTEGER NOT NULL,
        record_key TEXT NOT NULL,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        connector TEXT,
        task INTEGER,
        worker TEXT,
        state TEXT NOT NULL,
        previous TEXT,
        generation INTEGER,
        version TEXT,
        trace TEXT,
        detail TEXT,
        CONSTRAINT one_row_per_record UNIQUE (topic, incarnation, partition, "offset")
      )`);
    await runner.query('CREATE INDEX history_by_time ON history_event (at, id)');
    await runner.query('CREATE INDEX history_by_connector ON history_event (connector, at, id)');
    await runner.query('CREATE INDEX history_by_worker ON history_event (worker, at, id)');
    await runner.query('CREATE INDEX history_by_state ON history_event (state, at, id)');
    await runner.query('CREATE INDEX history_by_key ON history_event (topic, record_key, id)');
    await runner.query(`
      CREATE TABLE log_position (
        topic TEXT NOT NULL,
        partition INTEGER NOT NULL,
        cluster TEXT NOT NULL,
        incarnation INTEGER NOT NULL,
        next_offset INTEGER NOT NULL,
        PRIMARY KEY (topic, partition)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE log_position');
    await runner.query('DROP TABLE history_event');
  }
}
