interface Remembered {
  readonly sources: readonly unknown[];
  readonly text: string;
}

/** JSON texts of parts of an answer, each made anew only when something has changed that it is made from. */
export class TextMemo {
  readonly #remembered = new WeakMap<object, Remembered>();

  /**
   * The JSON text of what `make` returns, which looks at `owner` and `sources` and nothing else: values, or objects that are replaced and
   * never changed. The text is forgotten with its owner.
   */
  text(owner: object, sources: readonly unknown[], make: () => unknown): string {
    const remembered = this.#remembered.get(owner);
    if (remembered !== undefined && same(remembered.sources, sources)) {
      return remembered.text;
    }
    const text = JSON.stringify(make());
    this.#remembered.set(owner, { sources, text });
    return text;
  }
}

function same(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((source, index) => source === other[index]);
}
