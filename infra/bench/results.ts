/** A thing that is measured. */
export interface Metric {
  readonly name: string;
  readonly unit: string;
  /** Whether more is better; the ratio says how much better ours is. */
  readonly better: 'more' | 'less';
  readonly digits: number;
}

/** What was measured, by contender and metric, one value per round. */
export class Results {
  readonly #values = new Map<string, number[]>();

  add(contender: string, metric: Metric, value: number): void {
    const key = keyOf(contender, metric);
    this.#values.set(key, [...(this.#values.get(key) ?? []), value]);
  }

  values(contender: string, metric: Metric): readonly number[] {
    return this.#values.get(keyOf(contender, metric)) ?? [];
  }

  median(contender: string, metric: Metric): number {
    return median(this.values(contender, metric));
  }
}

/** The middle value; of two middle ones the mean. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return low === undefined || high === undefined ? NaN : (low + high) / 2;
}

/** A Markdown table of the medians, the first contender's advantage over the second in its last column. */
export function table(contenders: readonly string[], metrics: readonly Metric[], results: Results): string {
  const [ours, theirs] = contenders;
  const header = ['', ...contenders, ...(theirs === undefined ? [] : ['ratio'])];
  const rows = metrics.map((metric) => {
    const { name, unit, digits } = metric;
    const cells = contenders.map((contender) => number(results.median(contender, metric), digits));
    const ratio = ours === undefined || theirs === undefined ? [] : [ratioOf(metric, results, ours, theirs)];
    return [`${name}, ${unit}`, ...cells, ...ratio];
  });
  const widths = header.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}

function ratioOf(metric: Metric, results: Results, ours: string, theirs: string): string {
  const [a, b] = [results.median(ours, metric), results.median(theirs, metric)];
  const ratio = metric.better === 'more' ? a / b : b / a;
  return a === 0 || b === 0 ? '' : `${number(ratio, 1)}×`;
}

function number(value: number, digits: number): string {
  return Number.isNaN(value)
    ? 'not measured'
    : value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function keyOf(contender: string, { name }: Metric): string {
  return `${contender}/${name}`;
}
