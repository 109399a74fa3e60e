import { InvalidArgumentError } from "../random/mod.ts";

/** A real series: numbers in a list or in a typed array. */
export type Series =
  | readonly number[]
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray;

/** What a series must satisfy beside being finite. */
export interface SeriesDemands {
  /** The least number of samples. */
  least?: number;
  /** Whether a constant series is refused. */
  varies?: boolean;
}

/**
 * Copies a series into float64 after checking every sample.
 *
 * @throws {InvalidArgumentError} If it is not a series, is too short, or a sample is not finite: the field says which.
 */
export function readSeries(field: string, value: unknown, demands: SeriesDemands = {}): Float64Array<ArrayBuffer> {
  const { least = 1, varies = false } = demands;
  const x = copySeries(field, value);
  if (x.length < least) {
    throw new InvalidArgumentError(field, value, `a series of at least ${least} sample${least === 1 ? "" : "s"}`);
  }
  for (let t = 0; t < x.length; t++) {
    if (!Number.isFinite(x[t])) {
      throw new InvalidArgumentError(`${field}[${t}]`, (value as ArrayLike<unknown>)[t], "a finite number", {
        hint: Number.isNaN(x[t]) ? "Fill gaps first, for example with fillGaps()" : undefined,
      });
    }
  }
  if (varies && x.every((v) => v === x[0])) {
    throw new InvalidArgumentError(field, value, "a series that varies", { hint: `Every sample is ${x[0]}` });
  }
  return x;
}

/** Copies a series into float64; NaN and infinities may be among the numbers. */
export function copySeries(field: string, value: unknown): Float64Array<ArrayBuffer> {
  const isTyped = ArrayBuffer.isView(value) && !(value instanceof DataView) &&
    !(value instanceof BigInt64Array) && !(value instanceof BigUint64Array);
  if (!Array.isArray(value) && !isTyped) {
    throw new InvalidArgumentError(field, value, "a list of numbers or a typed array");
  }
  const list = value as ArrayLike<unknown>;
  const x = new Float64Array(list.length);
  for (let t = 0; t < x.length; t++) {
    const v = list[t];
    if (typeof v !== "number") throw new InvalidArgumentError(`${field}[${t}]`, v, "a number");
    x[t] = v;
  }
  return x;
}

/** Reads two series of the same length. */
export function readPair(
  y1: unknown,
  y2: unknown,
  demands: SeriesDemands,
): [Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>] {
  const x1 = readSeries("y1", y1, demands), x2 = readSeries("y2", y2, demands);
  if (x1.length !== x2.length) {
    throw new InvalidArgumentError("y2", y2, `as long as y1, which has ${x1.length} samples`);
  }
  return [x1, x2];
}

/** Mean and standard deviation (divided by n) of a series, safe where squares would overflow or vanish. */
export function moments(x: Float64Array): { mean: number; deviation: number } {
  const n = x.length;
  let largest = 0;
  for (let t = 0; t < n; t++) largest = Math.max(largest, Math.abs(x[t]));
  if (largest === 0) return { mean: 0, deviation: 0 };
  let sum = 0;
  for (let t = 0; t < n; t++) sum += x[t] / largest;
  const mean = sum / n;
  let correction = 0, spread = 0;
  for (let t = 0; t < n; t++) {
    correction += x[t] / largest - mean;
    spread = Math.max(spread, Math.abs(x[t] / largest - mean));
  }
  if (spread === 0) return { mean: mean * largest, deviation: 0 };
  let squares = 0;
  for (let t = 0; t < n; t++) squares += ((x[t] / largest - mean) / spread) ** 2;
  return { mean: (mean + correction / n) * largest, deviation: Math.sqrt(squares / n) * spread * largest };
}
