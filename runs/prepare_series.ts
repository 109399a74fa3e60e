import { basename } from "node:path";
import { InvalidArgumentError } from "../random/mod.ts";
import { deseason, detrend, fillGaps, standardize } from "../wavelet/mod.ts";
import type { SeriesConfig, WctModel } from "./model.ts";
import { STUDY_TERMS } from "./series_terms.ts";
import type { SeriesTerms } from "./series_terms.ts";
import { columnOf, formatOf, isMissing, placeOf, readTable } from "./table.ts";
import type { Cell, TableFormat } from "./table.ts";
import {
  commonSpan,
  DATED_IN,
  holdsDates,
  monthlyMeans,
  placeOnAxis,
  readTimes,
  requireSameSteps,
  timeAt,
} from "./time_axis.ts";
import type { AxisSeries, TimeAxis } from "./time_axis.ts";

/** The two series of a study, ready for the analysis. */
export interface PreparedSeries {
  /** Their common axis. */
  readonly axis: TimeAxis;
  /** The unit of its step; empty where times are numbers and nobody said what they count. */
  readonly unit: string;
  /** When each sample is. */
  readonly times: readonly Date[] | Float64Array<ArrayBuffer>;
  /** What they are called. */
  readonly names: readonly [string, string];
  /** Their values. */
  readonly values: readonly [Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>];
  /** How many samples of each were filled. */
  readonly filled: readonly [number, number];
}

/**
 * Reads the series of a study, puts them on their common times and prepares them.
 *
 * @param model The study's model, its files readable from here.
 * @param terms How messages call the settings (default: as a study's file does).
 * @throws {InvalidArgumentError} Naming the file, the column and what is wrong with it.
 */
export async function prepareSeries(model: WctModel, terms: SeriesTerms = STUDY_TERMS): Promise<PreparedSeries> {
  const tables = [await readColumns(model, 0, terms), await readColumns(model, 1, terms)];
  if (model.series.every(({ time }) => time === undefined)) requireSameLength(model, tables, terms);
  const placed = tables.map((columns, i) => placeColumns(columns, model, i, terms));
  requireSameSteps(placed, terms);
  const read = placed.map((series, i) => completeSeries(series, model.series[i], i, terms));
  const [first, second] = commonSpan(read, terms);
  const { axis } = first;
  const when = Array.from({ length: axis.length }, (_, k) => timeAt(axis, k));
  const months = () => {
    if (axis.kind !== "numbers") return (when as Date[]).map((date) => date.getUTCMonth());
    throw new InvalidArgumentError(terms.deseason, "month", "a number of samples, as the times are not dates");
  };
  const ready = ({ values }: AxisSeries) => {
    const { deseason: cycle, detrend: order, standardize: scaled } = model.prepare;
    let x = values;
    if (cycle !== undefined) x = deseason(x, cycle === "month" ? { season: months() } : { period: cycle });
    if (order !== "none") x = detrend(x, { order });
    return scaled ? standardize(x) : x;
  };
  return {
    axis,
    unit: model.time.unit ?? (axis.kind === "numbers" ? "" : DATED_IN),
    times: axis.kind === "numbers" ? Float64Array.from(when as number[]) : when as Date[],
    names: model.series.map(({ name, value }) => name ?? value) as [string, string],
    values: [ready(first), ready(second)],
    filled: [read[0].filled, read[1].filled],
  };
}

/** What the file of a series holds. */
interface Columns {
  readonly values: Float64Array<ArrayBuffer>;
  /** None where steps are counted. */
  readonly times?: (Date | number)[];
  /** The name of a column of dates, if there is one. */
  readonly dates?: string;
}

/** Without times nothing tells which samples belong together, unless the series are of one length. */
function requireSameLength({ series }: WctModel, [first, second]: readonly Columns[], terms: SeriesTerms): void {
  if (first.values.length === second.values.length) return;
  const [a, b] = series.map(({ file }) => basename(file));
  const dates = first.dates !== undefined && first.dates === second.dates;
  throw new InvalidArgumentError(
    terms.step,
    `${first.values.length} and ${second.values.length} samples`,
    `given for series of one length, and ${a} has ${first.values.length} samples, ${b} has ${second.values.length}`,
    {
      hint: dates
        ? `Both have dates: in the place of ${terms.step} give ${
          terms.times(first.dates)
        }, and where a record is not ` +
          `monthly ${terms.monthly}`
        : `Give ${terms.times()} with the times, or cut the files to the same samples`,
    },
  );
}

async function readColumns({ series, time }: WctModel, i: number, terms: SeriesTerms): Promise<Columns> {
  const { file, value, time: when, missing } = series[i];
  const table = await readTable(file, requireFormat(series[i], terms.field(i, "format")));
  const values = Float64Array.from(
    columnOf(table, terms.field(i, "value"), value, file),
    (cell, k) => readValue(cell, placeOf(value, k, table, file)),
  ).map((x) => x === missing ? NaN : x);
  if (when !== undefined) {
    const column = columnOf(table, terms.field(i, "time"), when, file);
    return { values, times: readTimes(column, `${when} of ${file}`, (k) => placeOf(when, k, table, file)) };
  }
  if (time.step === undefined) {
    const constraint = `the name of a column, or else ${terms.step} must be given`;
    throw new InvalidArgumentError(terms.field(i, "time"), when, constraint, {
      hint: `Give ${terms.step} (such as 1/12) or ${terms.times()} (${basename(file)} has: ${
        [...table.keys()].join(", ")
      })`,
    });
  }
  return { values, dates: [...table].find(([, cells]) => holdsDates(cells))?.[0] };
}

function placeColumns({ values, times }: Columns, { series, time }: WctModel, i: number, terms: SeriesTerms) {
  const field = terms.field(i, "time");
  const rows = { times: times ?? Array.from(values, (_, k) => k * time.step!), values };
  const even = series[i].mean === "monthly" ? monthlyMeans(rows.times, values, field) : rows;
  return placeOnAxis(even.times, even.values, { field, unit: time.unit, step: time.step, terms });
}

function completeSeries(placed: AxisSeries, config: SeriesConfig, i: number, terms: SeriesTerms) {
  const { axis, ...whole } = trim(placed);
  const { values, filled } = fill({ axis, ...whole }, config, i, terms);
  return { ...(config.growth ? growth({ axis, values }) : { axis, values }), filled };
}

function requireFormat({ format, file }: SeriesConfig, field: string): TableFormat {
  const found = format ?? formatOf(file);
  if (found) return found;
  throw new InvalidArgumentError(field, format, `given, as the name ${file} does not tell it`);
}

function readValue(cell: Cell, field: string): number {
  if (cell === null || (typeof cell === "string" && isMissing(cell))) return NaN;
  const number = typeof cell === "string" ? Number(cell) : cell;
  if (typeof number === "number" && (Number.isFinite(number) || Number.isNaN(cell))) return number;
  throw new InvalidArgumentError(field, cell, "a number, or empty");
}

/** Leaves out what is missing at the ends, which is where a record begins and ends rather than a gap. */
function trim({ axis, values }: AxisSeries): AxisSeries {
  const first = values.findIndex((v) => !Number.isNaN(v)), last = values.findLastIndex((v) => !Number.isNaN(v));
  const cut = values.slice(first, last + 1);
  return { axis: { ...axis, origin: axis.origin + first * axis.step, length: cut.length }, values: cut };
}

function fill(
  { axis, values }: AxisSeries,
  config: SeriesConfig,
  i: number,
  terms: SeriesTerms,
): { values: Float64Array<ArrayBuffer>; filled: number } {
  const missing = values.findIndex(Number.isNaN);
  if (missing < 0) return { values, filled: 0 };
  const time = timeAt(axis, missing),
    at = time instanceof Date ? time.toISOString().slice(0, 10) : Number(time.toPrecision(6));
  const count = values.reduce((n, v) => n + Number(Number.isNaN(v)), 0);
  if (config.gaps === "refuse") {
    const lacks = `${count} of ${axis.length} samples missing`;
    throw new InvalidArgumentError(`${config.value} of ${config.file}`, lacks, "a series without gaps", {
      hint: `The first is missing at ${at}: to fill gaps on a straight line ${terms.fillGaps}`,
    });
  }
  const { values: filled, gaps } = fillGaps(values);
  const longest = Math.max(...gaps.map(({ length }) => length));
  if (longest > (config.max_gap ?? Infinity)) {
    throw new InvalidArgumentError(
      terms.field(i, "max_gap"),
      config.max_gap,
      `at least ${longest}, the longest gap there is`,
    );
  }
  return { values: filled, filled: count };
}

/** The rate of change by centred differences: one sample less at each end. */
function growth({ axis, values }: AxisSeries): AxisSeries {
  const rate = Float64Array.from(
    { length: Math.max(0, values.length - 2) },
    (_, i) => (values[i + 2] - values[i]) / (2 * axis.dt),
  );
  return { axis: { ...axis, origin: axis.origin + axis.step, length: rate.length }, values: rate };
}
