import { csvFormatRows } from "d3-dsv";
import type { WctStudyResult } from "./analyse_wct.ts";

/** The levels of significance of a study as CSV: a row for each scale. NaN is an empty field. */
export function levelsToCsv(
  { result: { periods, scales, significance, level }, unit }: WctStudyResult,
): string {
  return csv([
    [withUnit("period", unit), withUnit("scale", unit), `coherence at the ${level} level`],
    ...Array.from(periods, (period, j) => [period, scales[j], significance[j]]),
  ]);
}

/** The coherence map of a study as CSV: a row for each period and time. NaN is an empty field. */
export function coherenceToCsv({ result, times, axis, unit }: WctStudyResult): string {
  const { coherence, smoothedPhase, pValues, significant, periods, shape: [, n] } = result;
  const when = Array.from({ length: n }, (_, t) => timeText(times[t], axis.kind === "months"));
  return csv([
    ["time", withUnit("period", unit), "coherence", "smoothed phase (rad)", "p-value", "significant"],
    ...Array.from(coherence, (value, at) => {
      const t = at % n;
      return [when[t], periods[(at - t) / n], value, smoothedPhase[at], pValues[at], significant[at]];
    }),
  ]);
}

/** Rows as CSV. */
export function csv(rows: readonly (readonly (string | number)[])[]): string {
  return `${csvFormatRows(rows.map((row) => row.map((cell) => Number.isNaN(cell) ? "" : String(cell))))}\n`;
}

/** The head of a column: its name, and its unit where it has one. */
export function withUnit(name: string, unit: string): string {
  return unit ? `${name} (${unit})` : name;
}

/** A time as it is written: a month, a day, a moment, or a number. */
export function timeText(time: Date | number, months = false): string {
  if (!(time instanceof Date)) return String(time);
  const text = time.toISOString();
  return months ? text.slice(0, 7) : text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text;
}
