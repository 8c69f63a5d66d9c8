const BAR_WIDTH = 30;

/** What the demo shows: on a terminal with colours and a bar that moves, elsewhere plain lines. */
export class Screen {
  readonly #tty = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  #begin = performance.now();
  #bar = '';

  /** A part of the story begins. */
  heading(text: string): void {
    this.#print(`\n${this.#style('1', text)}`);
    this.#begin = performance.now();
  }

  /** Something has been done; with the time since the last one. */
  done(text: string): void {
    const seconds = ((performance.now() - this.#begin) / 1_000).toFixed(1);
    this.#print(`  ${this.#style('32', '✓')} ${text} ${this.#style('2', `${seconds} s`)}`);
    this.#begin = performance.now();
  }

  note(text: string): void {
    this.#print(`  ${text}`);
  }

  failure(text: string): void {
    this.#print(`  ${this.#style('31', '✗')} ${text}`);
  }

  /** Columns as wide as they need to be. */
  table(rows: readonly (readonly string[])[]): void {
    const widths = rows.reduce<number[]>(
      (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
      [],
    );
    for (const row of rows) {
      const cells = row.map((cell, column) => this.#state(cell.padEnd(widths[column] ?? 0)));
      this.#print(`    ${cells.join('  ').trimEnd()}`);
    }
  }

  /** How much of something is done; shown on a terminal only. */
  progress(done: number, all: number, unit: string): void {
    if (!this.#tty) {
      return;
    }
    const filled = all === 0 ? BAR_WIDTH : Math.min(BAR_WIDTH, Math.floor((done / all) * BAR_WIDTH));
    const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
    this.#bar = `  ${bar} ${grouped(done)} of ${grouped(all)} ${unit}`;
    process.stdout.write(`\r\u001b[K${this.#bar}`);
  }

  #print(text: string): void {
    if (this.#bar !== '') {
      process.stdout.write('\r\u001b[K');
      this.#bar = '';
    }
    console.log(text);
  }

  #state(cell: string): string {
    const colour = COLOURS[cell.trim()];
    return colour === undefined ? cell : this.#style(colour, cell);
  }

  #style(code: string, text: string): string {
    return this.#tty ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

const COLOURS: Readonly<Record<string, string>> = {
  RUNNING: '32',
  FAILED: '31',
  UNASSIGNED: '33',
  DESTROYED: '2',
};

/** 12345 as 12,345. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
