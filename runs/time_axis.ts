import { InvalidArgumentError, requireOneOf } from "../random/mod.ts";
import { exactSteps, roundedSteps } from "./even_steps.ts";
import { TIME_UNITS } from "./model.ts";
import { areMonths, monthDate, monthOf } from "./months.ts";
import type { SeriesTerms } from "./series_terms.ts";
import type { Cell } from "./table.ts";

/** A time axis of even steps: where sample k is, and the step in the study's unit. */
export interface TimeAxis {
  /** Whether times are dates or numbers. */
  readonly kind: "months" | "dates" | "numbers";
  /** Time of the first sample: months since the year 0, milliseconds since 1970, or a number. */
  readonly origin: number;
  /** Step in the same. */
  readonly step: number;
  /** How many samples from the first to the last. */
  readonly length: number;
  /** Step in the study's unit. */
  readonly dt: number;
}

/** A series on an even axis; NaN where a sample is missing. */
export interface AxisSeries {
  /** Its axis. */
  readonly axis: TimeAxis;
  /** Its values, one for each step. */
  readonly values: Float64Array<ArrayBuffer>;
}

/** The unit in which dates are counted where nobody says. What numbers count only the user knows. */
export const DATED_IN = "years";
/** Days in the mean year of the calendar. */
const YEAR_DAYS = 365.2425;
const MONTHS_IN = { years: 1 / 12, months: 1, days: YEAR_DAYS / 12 } as const;
const DAY = 86_400_000;
const MS = {
  years: YEAR_DAYS * DAY,
  months: YEAR_DAYS / 12 * DAY,
  days: DAY,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1000,
} as const;
const STEPS = { week: 7 * DAY, day: DAY, hour: MS.hours, minute: MS.minutes, second: MS.seconds };
/** How far a time may be from its place on the axis, in steps. Numbers are rounded, and months in decimal years are not even. */
const TOLERANCE = { months: 1e-3, dates: 1e-3, numbers: 0.1 };

/** The time of sample k: a date, or a number. */
export function timeAt({ kind, origin, step }: TimeAxis, k: number): Date | number {
  const at = origin + k * step;
  return kind === "months" ? monthDate(at) : kind === "dates" ? new Date(at) : at;
}

/** A step as people say it: "1 month", "1 week", "0.25". */
export function stepText({ kind, step }: Pick<TimeAxis, "kind" | "step">): string {
  if (kind === "numbers") return String(Number(step.toPrecision(6)));
  const units = kind === "months" ? { month: 1 } : STEPS;
  const [name, size] = Object.entries(units).find(([, size]) => step % size === 0) ?? ["second", 1000];
  const count = step / size;
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

/**
 * Puts values at their times on an even axis, whose step is the smallest there is. Times without a value are NaN. Dates on one day of
 * their months, or on the last, are months.
 */
export function placeOnAxis(
  times: readonly (Date | number)[],
  values: Float64Array<ArrayBuffer>,
  { field, unit = DATED_IN, step: given, terms }: { field: string; unit?: string; step?: number; terms: SeriesTerms },
): AxisSeries {
  const dates = times[0] instanceof Date;
  if (dates) requireOneOf(terms.unit, unit, TIME_UNITS, "Times are dates");
  const kind = !dates
    ? "numbers"
    : areMonths(times as Date[]) && !("hours minutes seconds".includes(unit))
    ? "months"
    : "dates";
  const places = times.map((time) => kind === "months" ? monthOf(time as Date) : Number(time));
  for (let i = 1; i < places.length; i++) {
    if (places[i] > places[i - 1]) continue;
    throw new InvalidArgumentError(
      field,
      timeText(times[i]),
      `later than the time before it, ${timeText(times[i - 1])}`,
      { hint: "Sort the rows by their times, each of which may be there once" },
    );
  }
  if (places.length < 2) throw new InvalidArgumentError(field, places.length, "the times of at least two samples");
  const { step, index } = dates ? exactSteps(places) : roundedSteps(places, given);
  const astray = index.findIndex((k, i) =>
    Math.abs(places[i] - places[0] - k * step) > step * Math.max(TOLERANCE[kind], k * 1e-6)
  );
  if (astray >= 0) {
    throw new InvalidArgumentError(
      field,
      timeText(times[astray]),
      `a whole number of steps of ${stepText({ kind, step })} after the first time`,
      { hint: dates ? `For records of uneven steps ${terms.monthly}` : "Samples must be evenly spaced" },
    );
  }
  const length = index.at(-1)! + 1;
  const placed = new Float64Array(length).fill(NaN);
  index.forEach((k, i) => placed[k] = values[i]);
  const dt = kind === "months"
    ? step * MONTHS_IN[unit as keyof typeof MONTHS_IN]
    : kind === "dates"
    ? step / MS[unit as keyof typeof MS]
    : step;
  return { axis: { kind, origin: places[0], step, length, dt }, values: placed };
}

/** The means of what each calendar month has; months without a sample are NaN. */
export function monthlyMeans(
  times: readonly (Date | number)[],
  values: Float64Array,
  field: string,
): { times: Date[]; values: Float64Array<ArrayBuffer> } {
  if (!times.every((time) => time instanceof Date)) {
    throw new InvalidArgumentError(field, `${times[0]}`, "dates, as their calendar months are asked for");
  }
  const months = times.map(monthOf), first = Math.min(...months), n = Math.max(...months) - first + 1;
  const sums = new Float64Array(n), counts = new Float64Array(n);
  months.forEach((month, i) => {
    if (Number.isNaN(values[i])) return;
    sums[month - first] += values[i];
    counts[month - first]++;
  });
  return { times: Array.from(sums, (_, i) => monthDate(first + i)), values: sums.map((sum, i) => sum / counts[i]) };
}

/** Refuses series whose samples are not at the same times; tells by how many steps each begins after the first. */
export function requireSameSteps(all: readonly AxisSeries[], terms: SeriesTerms): number[] {
  const [{ axis: first }] = all;
  return all.map(({ axis }, i) => {
    const offset = (axis.origin - first.origin) / first.step;
    const slack = 2 * TOLERANCE[axis.kind], drift = Math.abs(axis.step / first.step - 1) * axis.length;
    const fits = axis.kind === first.kind && drift <= slack && Math.abs(offset - Math.round(offset)) <= slack;
    if (fits) return Math.round(offset);
    const dated = axis.kind !== "numbers" && first.kind !== "numbers";
    throw new InvalidArgumentError(
      terms.field(i, "time"),
      `a step of ${stepText(axis)}`,
      `on the same times as the first series, whose step is ${stepText(first)}`,
      { hint: dated ? `For daily and weekly records ${terms.monthly}` : undefined },
    );
  });
}

/** Cuts series to the times that all have. @throws {InvalidArgumentError} If their axes do not fit, or nothing is common. */
export function commonSpan(all: readonly AxisSeries[], terms: SeriesTerms): AxisSeries[] {
  const [{ axis: first }] = all;
  const starts = requireSameSteps(all, terms);
  const start = Math.max(...starts), end = Math.min(...all.map(({ axis }, i) => starts[i] + axis.length));
  if (end - start < 2) {
    throw new InvalidArgumentError("series", end - start, "two series with at least two times in common");
  }
  return all.map(({ axis, values }, i) => ({
    axis: { ...axis, origin: first.origin + start * first.step, step: first.step, dt: first.dt, length: end - start },
    values: values.slice(start - starts[i], end - starts[i]),
  }));
}

/** Reads a column of times: dates as YYYY, YYYY-MM, YYYY-MM-DD or ISO 8601 (UTC unless said), or numbers. */
export function readTimes(
  cells: readonly Cell[],
  field: string,
  place: (k: number) => string = (k) => `${field}[${k}]`,
): (Date | number)[] {
  const times = cells.map((cell, i) => {
    const time = readTime(cell);
    if (time !== undefined) return time;
    throw new InvalidArgumentError(place(i), cell, "a date as YYYY-MM, YYYY-MM-DD or ISO 8601, or a number");
  });
  const dates = times.filter((time) => time instanceof Date).length;
  if (dates !== 0 && dates !== times.length) {
    throw new InvalidArgumentError(field, `${dates} dates of ${times.length}`, "all dates or all numbers");
  }
  return times;
}

/** Whether a column holds dates, as its first cell tells. */
export function holdsDates([first]: readonly Cell[]): boolean {
  return first !== undefined && readTime(first) instanceof Date;
}

function readTime(cell: Cell): Date | number | undefined {
  if (cell instanceof Date) return cell;
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : undefined;
  if (cell === null) return undefined;
  const day = /^(\d{4}-\d{2})(-\d{2})?$/.exec(cell);
  if (day) {
    const date = new Date(`${day[1]}${day[2] ?? "-01"}T00:00Z`);
    // 30 February rolls over to March: compare with what was read.
    return !Number.isNaN(Number(date)) && date.toISOString().startsWith(cell) ? date : undefined;
  }
  if (/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(cell)) {
    const text = cell.replace(" ", "T");
    const date = new Date(/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`);
    return Number.isNaN(Number(date)) ? undefined : date;
  }
  const number = Number(cell);
  return Number.isFinite(number) ? number : undefined;
}

function timeText(time: Date | number): string {
  return time instanceof Date ? time.toISOString().replace("T00:00:00.000Z", "") : String(time);
}
