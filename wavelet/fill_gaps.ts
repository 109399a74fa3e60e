import { InvalidArgumentError, requireOneOf, requireWhole } from "../random/mod.ts";
import { copySeries, type Series } from "./series.ts";
import { knownOptions } from "./known_options.ts";

/** Options of {@linkcode fillGaps}. */
export interface FillGapsOptions {
  /** The longest gap that may be filled, in samples (default: any). */
  maxGap?: number;
  /** What to do with a gap at the start or the end: "refuse" it (default), or repeat the "nearest" value. */
  edges?: "refuse" | "nearest";
}

/** What {@linkcode fillGaps} returns. */
export interface FilledSeries {
  /** The series without gaps. */
  values: Float64Array<ArrayBuffer>;
  /** How many samples were filled. */
  filled: number;
  /** The gaps there were, in order. */
  gaps: { start: number; length: number }[];
}

/**
 * Fills gaps, which are NaN, on a straight line between their neighbours, and says how many there were: filled samples are
 * smoother than measured ones, so that many of them are a reason for caution.
 *
 * @example
 * ```ts
 * import { fillGaps } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * const { values, filled, gaps } = fillGaps([1, NaN, NaN, 4, 5]);
 * assert.deepEqual([...values], [1, 2, 3, 4, 5]);
 * assert.equal(filled, 2);
 * assert.deepEqual(gaps, [{ start: 1, length: 2 }]);
 * ```
 *
 * @param x The series: finite samples and NaN.
 * @param options How long a gap may be, and what happens at the ends.
 * @returns The filled series and the gaps.
 * @throws {InvalidArgumentError} If a gap is too long or, unless asked, at an end, or if a sample is infinite.
 */
export function fillGaps(x: Series, options: FillGapsOptions = {}): FilledSeries {
  const { maxGap, edges = "refuse" } = knownOptions(options, { maxGap: true, edges: true });
  if (maxGap !== undefined && maxGap !== Infinity) requireWhole("maxGap", maxGap, 0);
  requireOneOf("edges", edges, ["refuse", "nearest"]);
  const values = copySeries("x", x), n = values.length;
  const infinite = values.findIndex((v) => v === Infinity || v === -Infinity);
  if (infinite >= 0) throw new InvalidArgumentError(`x[${infinite}]`, values[infinite], "a finite number or NaN");
  if (values.every(Number.isNaN)) throw new InvalidArgumentError("x", x, "a series with at least one number");
  const gaps: FilledSeries["gaps"] = [];
  for (let t = 0; t < n; t++) {
    if (!Number.isNaN(values[t])) continue;
    const start = t;
    while (t < n && Number.isNaN(values[t])) t++;
    gaps.push({ start, length: t - start });
  }
  for (const { start, length } of gaps) {
    const atEdge = start === 0 || start + length === n;
    if (atEdge && edges === "refuse") {
      const hint = `Cut the series there, or choose edges: "nearest"`;
      throw new InvalidArgumentError(`x[${start}]`, NaN, "a number, as there is none beyond to draw a line to", {
        hint,
      });
    }
    if (length > (maxGap ?? Infinity)) {
      throw new InvalidArgumentError(
        `x[${start}]`,
        NaN,
        `in a gap of at most ${maxGap} samples, but this one has ${length}`,
      );
    }
  }
  for (const { start, length } of gaps) {
    const end = start + length;
    const before = start > 0 ? values[start - 1] : values[end], after = end < n ? values[end] : before;
    for (let k = 1; k <= length; k++) {
      const share = k / (length + 1);
      values[start + k - 1] = before * (1 - share) + after * share;
    }
  }
  return { values, filled: gaps.reduce((sum, { length }) => sum + length, 0), gaps };
}
