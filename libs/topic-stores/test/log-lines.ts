import { Writable } from 'node:stream';
import { pino, type Logger } from 'pino';

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A logger whose lines are kept. */
export class LogLines {
  readonly lines: LogLine[] = [];
  readonly logger: Logger;

  constructor() {
    const keep = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.lines.push(JSON.parse(chunk.toString('utf8')) as LogLine);
        done();
      },
    });
    this.logger = pino({ level: 'info', base: null }, keep);
  }

  /** Lines with this message. */
  of(message: string): readonly LogLine[] {
    return this.lines.filter(({ msg }) => msg === message);
  }
}
