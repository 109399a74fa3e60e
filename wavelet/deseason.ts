import { InvalidArgumentError, requireWhole } from "../random/mod.ts";
import { readSeries, type Series } from "./series.ts";
import { knownOptions } from "./known_options.ts";

/** Options of {@linkcode deseason}: one of the two is needed. */
export interface DeseasonOptions {
  /** Length of the seasonal cycle in samples, a whole number: 12 for monthly series. */
  period?: number;
  /** The season of each sample, such as its calendar month or the week of the year: whole numbers of any range. */
  season?: Series;
}

/**
 * Removes the mean seasonal cycle: from each sample the mean of all samples of its season, such as all Januaries, which is what
 * climatologists call an anomaly. The mean is removed with it.
 *
 * @example
 * ```ts
 * import { deseason } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * const quarterly = [1, 5, 9, 5, 2, 6, 10, 6, 3, 7, 11, 7];
 * assert.deepEqual([...deseason(quarterly, { period: 4 })], [-1, -1, -1, -1, 0, 0, 0, 0, 1, 1, 1, 1]);
 * ```
 *
 * @param x The series, finite samples.
 * @param options The cycle's `period`, or each sample's `season`.
 * @returns The anomalies.
 * @throws {InvalidArgumentError} If there are fewer than two samples of a season, whose anomaly would be nothing by construction.
 */
export function deseason(x: Series, options: DeseasonOptions): Float64Array<ArrayBuffer> {
  const { period, season } = knownOptions(options, { period: true, season: true });
  const series = readSeries("x", x, { least: 2 });
  if ((period === undefined) === (season === undefined)) {
    throw new InvalidArgumentError("period", period, "given, or else the season of each sample, not both");
  }
  const seasons = season === undefined ? repeated(period, series.length) : readSeries("season", season);
  if (seasons.length !== series.length) {
    throw new InvalidArgumentError("season", season, `as long as x, ${series.length}`);
  }
  const sums = new Map<number, { count: number; sum: number }>();
  seasons.forEach((key, t) => {
    if (!Number.isInteger(key)) throw new InvalidArgumentError(`season[${t}]`, key, "a whole number");
    const entry = sums.get(key) ?? { count: 0, sum: 0 };
    sums.set(key, { count: entry.count + 1, sum: entry.sum + series[t] });
  });
  for (const [key, { count }] of sums) {
    if (count >= 2) continue;
    const field = season === undefined ? "period" : "season";
    throw new InvalidArgumentError(
      field,
      season ?? period,
      `such that every season occurs twice, but ${key} occurs once`,
    );
  }
  return series.map((value, t) => {
    const { sum, count } = sums.get(seasons[t])!;
    return value - sum / count;
  });
}

function repeated(period: number | undefined, n: number): Float64Array {
  requireWhole("period", period, 2);
  return Float64Array.from({ length: n }, (_, t) => t % period);
}
