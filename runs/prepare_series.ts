import { InvalidArgumentError } from "../random/mod.ts";
import { deseason, detrend, fillGaps, standardize } from "../wavelet/mod.ts";
import type { SeriesConfig, WctModel } from "./model.ts";
import { columnOf, formatOf, isMissing, placeOf, readTable } from "./table.ts";
import type { Cell, TableFormat } from "./table.ts";
import { commonSpan, monthlyMeans, placeOnAxis, readTimes, timeAt } from "./time_axis.ts";
import type { AxisSeries, TimeAxis } from "./time_axis.ts";

/** The two series of a study, ready for the analysis. */
export interface PreparedSeries {
  /** Their common axis. */
  readonly axis: TimeAxis;
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
 * @throws {InvalidArgumentError} Naming the file, the column and what is wrong with it.
 */
export async function prepareSeries(model: WctModel): Promise<PreparedSeries> {
  const read = [await readSeries(model, 0), await readSeries(model, 1)];
  const [first, second] = commonSpan(read);
  const { axis } = first;
  const when = Array.from({ length: axis.length }, (_, k) => timeAt(axis, k));
  const months = () => {
    if (axis.kind !== "numbers") return (when as Date[]).map((date) => date.getUTCMonth());
    throw new InvalidArgumentError("prepare.deseason", "month", "a number of samples, as the times are not dates");
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
    times: axis.kind === "numbers" ? Float64Array.from(when as number[]) : when as Date[],
    names: model.series.map(({ name, value }) => name ?? value) as [string, string],
    values: [ready(first), ready(second)],
    filled: [read[0].filled, read[1].filled],
  };
}

async function readSeries({ series, time }: WctModel, i: number): Promise<AxisSeries & { filled: number }> {
  const config = series[i], field = `model.series.${i}`;
  const format = requireFormat(config, field);
  const table = await readTable(config.file, format);
  let values = Float64Array.from(
    columnOf(table, `${field}.value`, config.value, config.file),
    (cell, k) => readValue(cell, placeOf(config.value, k, table, config.file)),
  );
  let times: (Date | number)[];
  if (config.time !== undefined) {
    const column = columnOf(table, `${field}.time`, config.time, config.file);
    times = readTimes(column, `${config.time} of ${config.file}`, (k) => placeOf(config.time!, k, table, config.file));
  } else {
    if (time.step === undefined) {
      throw new InvalidArgumentError(
        `${field}.time`,
        undefined,
        "the name of a column, or else time.step must be given",
      );
    }
    times = Array.from(values, (_, k) => k * time.step!);
  }
  if (config.mean === "monthly") ({ times, values } = monthlyMeans(times, values, `${field}.time`));
  const placed = placeOnAxis(times, values, { field: `${field}.time`, unit: time.unit, step: time.step });
  const whole = trim(placed);
  const { values: full, filled } = fill(whole, config, field);
  return {
    ...(config.growth ? growth({ axis: whole.axis, values: full }) : { axis: whole.axis, values: full }),
    filled,
  };
}

function requireFormat({ format, file }: SeriesConfig, field: string): TableFormat {
  const found = format ?? formatOf(file);
  if (found) return found;
  throw new InvalidArgumentError(`${field}.format`, format, `given, as the name ${file} does not tell it`);
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
  field: string,
): { values: Float64Array<ArrayBuffer>; filled: number } {
  const missing = values.findIndex(Number.isNaN);
  if (missing < 0) return { values, filled: 0 };
  const time = timeAt(axis, missing), at = time instanceof Date ? time.toISOString().slice(0, 10) : time;
  const count = values.reduce((n, v) => n + Number(Number.isNaN(v)), 0);
  if (config.gaps === "refuse") {
    throw new InvalidArgumentError(`${field}.gaps`, config.gaps, `"interpolate" for a series with gaps`, {
      hint: `${config.value} of ${config.file} lacks ${count} of ${axis.length} samples, the first at ${at}`,
    });
  }
  const { values: filled, gaps } = fillGaps(values);
  const longest = Math.max(...gaps.map(({ length }) => length));
  if (longest > (config.max_gap ?? Infinity)) {
    throw new InvalidArgumentError(`${field}.max_gap`, config.max_gap, `at least ${longest}, the longest gap there is`);
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
