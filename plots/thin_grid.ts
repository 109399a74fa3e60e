/** Which rows and columns of a grid stand for all of it. */
export interface ThinGrid {
  /** Rows, increasing, the first and the last among them. */
  rows: number[];
  /** Columns, increasing, the first and the last among them. */
  columns: number[];
}

/**
 * Chooses at most `most` cells of a grid. They are samples, not means or maxima, so each number shown is one of the result. Rows are
 * given up first where there are many, since coherence is smoothed over 0.6 octave.
 */
export function thinGrid([rows, columns]: readonly [number, number], most: number): ThinGrid {
  let height = Math.min(rows, Math.max(2, Math.round(Math.sqrt(most / 8))));
  const width = Math.min(columns, Math.max(2, Math.floor(most / height)));
  height = Math.min(rows, Math.max(2, Math.floor(most / width)));
  return { rows: spread(rows, height), columns: spread(columns, width) };
}

/** `count` of the indices below `n`, as even as can be, both ends among them. */
export function spread(n: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.round(i * (n - 1) / (count - 1)));
}
