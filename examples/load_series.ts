import { csvParseRows } from "d3-dsv";
import { InvalidArgumentError } from "../random/mod.ts";

/** A series of observations, in order of time. */
export interface Series {
  /** When each value was observed, UTC. */
  dates: Date[];
  /** The same as decimal years: 1958.5 is the middle of 1958. */
  years: Float64Array;
  /** The observations, NaN where there is none. */
  values: Float64Array;
}

/** Reads a CSV file with a header, a date (YYYY-MM or YYYY-MM-DD) and a value (empty: missing) in each row. */
export async function loadSeries(path: string | URL): Promise<Series> {
  return parseSeries(await Deno.readTextFile(path));
}

/** Parses what {@linkcode loadSeries} reads. */
export function parseSeries(csv: string): Series {
  const rows = (csvParseRows(csv) as string[][]).slice(1);
  const dates = rows.map(([date], i) => parseDate(date, `date of row ${i + 1}`));
  const values = Float64Array.from(rows, ([, value], i) => {
    const number = value?.trim() ? Number(value) : NaN;
    if (value?.trim() && !Number.isFinite(number)) {
      throw new InvalidArgumentError(`value of row ${i + 1}`, value, "a number or empty");
    }
    return number;
  });
  return series(dates, values);
}

/** Averages what there is in each calendar month; a month without observations is NaN. Dates are the first of the month. */
export function monthlyMeans({ dates, values }: Series): Series {
  if (!dates.length) return series([], new Float64Array(0));
  const first = monthOf(dates[0]);
  const n = monthOf(dates[dates.length - 1]) - first + 1;
  const sums = new Float64Array(n), counts = new Float64Array(n);
  dates.forEach((date, i) => {
    if (Number.isNaN(values[i])) return;
    sums[monthOf(date) - first] += values[i];
    counts[monthOf(date) - first]++;
  });
  return series(
    Array.from({ length: n }, (_, i) => new Date(Date.UTC(1970, first + i - 1970 * 12))),
    sums.map((s, i) => s / counts[i]),
  );
}

/** Cuts two series of equal step to the dates that both have. */
export function commonSpan(a: Series, b: Series): [Series, Series] {
  const cut = (one: Series, other: Series): Series => {
    const known = new Set(other.dates.map(Number));
    const keep = one.dates.flatMap((date, i) => known.has(Number(date)) ? [i] : []);
    return series(keep.map((i) => one.dates[i]), Float64Array.from(keep, (i) => one.values[i]));
  };
  return [cut(a, b), cut(b, a)];
}

function series(dates: Date[], values: Float64Array): Series {
  return { dates, years: Float64Array.from(dates, decimalYear), values };
}

function parseDate(text: string, field: string): Date {
  const date = /^\d{4}-\d{2}(-\d{2})?$/.test(text) ? new Date(`${text.padEnd(10, "-01")}T00:00Z`) : new Date(NaN);
  // A calendar day that does not exist (30 February) rolls over to another, so compare with what was read.
  if (Number.isNaN(Number(date)) || !date.toISOString().startsWith(text)) {
    throw new InvalidArgumentError(field, text, "a date as YYYY-MM or YYYY-MM-DD");
  }
  return date;
}

/** Months since the year 0, so that months of different years can be subtracted. */
function monthOf(date: Date): number {
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function decimalYear(date: Date): number {
  const year = date.getUTCFullYear();
  const start = Date.UTC(year), end = Date.UTC(year + 1);
  return year + (Number(date) - start) / (end - start);
}
