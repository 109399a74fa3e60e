import { InvalidArgumentError, requirePositive, requireWhole } from "../random/mod.ts";
import type { Mother } from "./mother.ts";
import { readSeries, type Series } from "./series.ts";
import type { OptionNames } from "./known_options.ts";

/** What the scale axis is made from. */
export interface ScaleOptions {
  /** Interval between samples; its unit is the unit of scales and periods. */
  dt: number;
  /** Octaves between scales (default 1/12). */
  dj?: number;
  /** Smallest scale, in the unit of dt (default `2 dt / flambda`, whose period is two samples). */
  s0?: number;
  /** Number of scales less one (default `log2(n dt / s0) / dj`, rounded: up to the scale of the record's length). */
  J?: number;
}

/** Their names. */
export const SCALE_OPTIONS: OptionNames<ScaleOptions> = { dt: true, dj: true, s0: true, J: true };

/** The scales of a transform. */
export interface ScaleAxis {
  dt: number;
  dj: number;
  s0: number;
  J: number;
  /** Scales, in the unit of dt. */
  scales: Float64Array<ArrayBuffer>;
  /** Fourier frequencies, in cycles per unit of dt. */
  freqs: Float64Array<ArrayBuffer>;
  /** Fourier periods, in the unit of dt. */
  periods: Float64Array<ArrayBuffer>;
}

/** The finest and the coarsest spacing that make sense of a window in scale. */
const MOST_SCALES = 1e6;

/** Scales `s0 2^(j dj)`, j = 0...J, for a record of n samples (Torrence and Compo 1998, equations 9 and 10). */
export function scaleAxis(n: number, options: ScaleOptions, mother: Mother): ScaleAxis {
  const { dt, dj = 1 / 12 } = options;
  requirePositive("dt", dt);
  requirePositive("dj", dj);
  const { s0 = 2 * dt / mother.flambda() } = options;
  requirePositive("s0", s0);
  let { J } = options;
  if (J === undefined) {
    J = Math.round(Math.log2(n * dt / s0) / dj);
    if (!(J >= 0)) {
      throw new InvalidArgumentError("s0", s0, `a scale shorter than the record, ${n * dt}, where J is left out`);
    }
  }
  requireWhole("J", J, 0);
  if (J >= MOST_SCALES) throw new InvalidArgumentError("J", J, `below ${MOST_SCALES}`, { hint: "Is dj too small?" });
  const scales = new Float64Array(J + 1);
  for (let j = 0; j <= J; j++) scales[j] = s0 * 2 ** (j * dj);
  if (!Number.isFinite(scales[J] * mother.flambda())) {
    throw new InvalidArgumentError("J", J, "small enough for the largest scale, s0 2^(J dj), to be finite");
  }
  return { dt, dj, s0, J, scales, ...frequencies(scales, mother) };
}

/** The axis of the scales whose Fourier frequencies are given. */
export function frequencyAxis(field: string, values: Series, options: ScaleOptions, mother: Mother): ScaleAxis {
  const { dt, dj = 1 / 12 } = options;
  requirePositive("dt", dt);
  requirePositive("dj", dj);
  const given = readSeries(field, values);
  given.forEach((f, j) => requirePositive(`${field}[${j}]`, f));
  const scales = given.map((f) => 1 / (mother.flambda() * f));
  return { dt, dj, s0: scales[0], J: scales.length - 1, scales, ...frequencies(scales, mother) };
}

function frequencies(scales: Float64Array, mother: Mother): Pick<ScaleAxis, "freqs" | "periods"> {
  const flambda = mother.flambda();
  return {
    freqs: Float64Array.from(scales, (s) => 1 / (flambda * s)),
    periods: Float64Array.from(scales, (s) => flambda * s),
  };
}
