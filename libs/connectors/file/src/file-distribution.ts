/** Spreads files over tasks evenly, and moves as few as possible when files come or go. */
export class FileDistribution {
  #shares: string[][] = [];

  /** At most `maxTasks` shares, none empty; their sizes differ by one at most. */
  distribute(files: readonly string[], maxTasks: number): readonly (readonly string[])[] {
    const count = Math.min(maxTasks, files.length);
    const there = new Set(files);
    const shares = Array.from({ length: count }, (_, index) =>
      (this.#shares[index] ?? []).filter((file) => there.has(file)),
    );
    const least = count === 0 ? 0 : Math.floor(files.length / count);
    let larger = count === 0 ? 0 : files.length % count;
    for (const share of shares) {
      const size = share.length > least && larger > 0 ? least + 1 : least;
      larger -= size > least ? 1 : 0;
      share.length = Math.min(share.length, size);
    }
    const placed = new Set(shares.flat());
    for (const file of files) {
      if (!placed.has(file)) {
        shares.reduce((smallest, share) => (share.length < smallest.length ? share : smallest)).push(file);
      }
    }
    this.#shares = shares;
    return shares;
  }
}
