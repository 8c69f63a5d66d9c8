/** The config topic as readers of uncommitted data see it. */
export interface UncommittedReader {
  /** Whether some transaction is open now. */
  hasOpenTransaction(): Promise<boolean>;
  /** The offset of the newest record of each key between two offsets, aborted or not. */
  newestOffsets(range: { readonly from: number; readonly to: number }): Promise<ReadonlyMap<string, number>>;
  close(): Promise<void>;
}
