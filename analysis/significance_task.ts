import type { ModuleReference, TaskDefinition } from "../backends/mod.ts";
import { surrogateNormals } from "../random/mod.ts";
import { CoherencePlan } from "../wavelet/mod.ts";
import type { Convention, MotherSpec } from "../wavelet/mod.ts";
import { BINS } from "./levels.ts";

/** All that decides the levels of significance, as data. */
export interface SignificanceSpec {
  /** Samples of the record whose coherence is tested, and of each surrogate. */
  readonly n: number;
  /** Sampling interval. */
  readonly dt: number;
  /** Scales are `s0 * 2^(j dj)`. */
  readonly dj: number;
  /** Smallest scale, in the unit of dt. */
  readonly s0: number;
  /** The scales are numbered 0 to J. */
  readonly J: number;
  /** The mother wavelet. */
  readonly wavelet: MotherSpec;
  /** Whose smoothing window is used. */
  readonly convention: Convention;
  /** Lag-1 autocorrelations of the two series. */
  readonly ar1: readonly [number, number];
  /** `"double"`: the readable oracle in float64. `"single"`: the fast kernel. */
  readonly precision: "double" | "single";
}

interface DoubleState {
  readonly plan: CoherencePlan;
  readonly ar1: readonly [number, number];
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** For each scale the samples outside the cone. */
  readonly counted: readonly { readonly start: number; readonly end: number }[];
  histogram: Float64Array;
}

/**
 * Counts the coherence of surrogate pairs: two independent AR(1) series with the record's autocorrelations, of the record's
 * own length, so that the ends disturb them as they disturb the record. Only samples outside the cone of influence count.
 * The partial is a histogram of coherence for each scale, row-major, shape [scales, {@linkcode BINS}].
 */
export const significanceTask: TaskDefinition<readonly [SignificanceSpec], unknown, Float64Array> = {
  associative: true,
  prepare([spec]): DoubleState {
    const { n, ar1 } = spec;
    const plan = surrogatePlan(spec);
    return {
      plan,
      ar1,
      first: new Float64Array(n),
      second: new Float64Array(n),
      counted: Array.from(plan.periods, (_, j) => plan.outside(j)),
      histogram: new Float64Array((spec.J + 1) * BINS),
    };
  },
  simulate(state: DoubleState, key) {
    const { plan, ar1, first, second, counted, histogram } = state;
    surrogateNormals(key, first, second);
    autoregress(first, ar1[0]);
    autoregress(second, ar1[1]);
    plan.forEachScale(first, second, (j, { coherence }) => {
      const { start, end } = counted[j];
      for (let t = start; t < end; t++) {
        histogram[j * BINS + Math.min(BINS - 1, Math.floor(coherence[t] * BINS))]++;
      }
    });
  },
  collect(state: DoubleState) {
    const histogram = state.histogram;
    state.histogram = new Float64Array(histogram.length);
    return histogram;
  },
  merge(left, right) {
    for (let i = 0; i < left.length; i++) left[i] += right[i];
    return left;
  },
};

/** Changes whenever the numbers that come of the same plan and seed do, so that no cache serves old ones. */
export const ALGORITHM = 1;

/** Where other threads and machines find {@linkcode significanceTask}. */
export const SIGNIFICANCE_TASK: ModuleReference = { module: import.meta.url, name: "significanceTask" };

/** The coherence of surrogates: nothing is cut off before smoothing, and only the scales that can be tested are delivered. */
export function surrogatePlan({ n, dt, dj, s0, J, wavelet, convention }: SignificanceSpec): CoherencePlan {
  const options = { n, dt, dj, s0, J, wavelet, convention, truncate: false };
  const { lastOutside } = new CoherencePlan(options);
  return new CoherencePlan({ ...options, last: Math.max(0, lastOutside) });
}

/** Turns unit white noise into a stationary AR(1) series of unit innovations (Torrence and Compo 1998, eq. 15), in place. */
export function autoregress(noise: Float64Array, g: number): void {
  let previous = noise[0] /= Math.sqrt(1 - g * g);
  for (let t = 1; t < noise.length; t++) previous = noise[t] += g * previous;
}
