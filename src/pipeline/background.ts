/** Work of a run that goes on beside its stages. The run owns it: when the run has ended, all of it has. */
export interface Background {
  /** Takes work on. The first piece that fails ends the run, also where nobody waits for it yet. */
  start<T>(work: Promise<T>): Promise<T>;
  /** Takes on work whose failure somebody else sees. */
  adopt(work: Promise<unknown>): void;
  /** Waits until all of it has ended, well or not. */
  settled(): Promise<void>;
}

/** @param onFailure - called for every piece that fails, when it does */
export function openBackground(onFailure: (error: unknown) => void): Background {
  const pieces = new Set<Promise<void>>();
  const own = (work: Promise<unknown>, failed: (error: unknown) => void): void => {
    const piece = work.then(() => undefined, failed).finally(() => pieces.delete(piece));
    pieces.add(piece);
  };
  return {
    start: (work) => {
      own(work, onFailure);
      return work;
    },
    adopt: (work) => own(work, () => undefined),
    settled: async () => {
      while (pieces.size > 0) await Promise.all(pieces);
    },
  };
}
