import type { ModuleReference, TaskDefinition } from "../backends/mod.ts";
import type { Convention, MotherSpec } from "../wavelet/mod.ts";
import { doubleCounter, kernelCounter } from "./surrogate_counters.ts";
import type { SurrogateCounter } from "./surrogate_counters.ts";
import { BATCH, BINS, type SurrogateCounts, THRESHOLDS } from "./surrogate_counts.ts";

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

interface State {
  readonly counter: SurrogateCounter;
  readonly keys: Uint32Array;
  pending: number;
  counts: SurrogateCounts | undefined;
}

/**
 * Counts the coherence of surrogate pairs: two independent AR(1) series with the record's autocorrelations, of the record's
 * own length, so that the ends disturb them as they disturb the record. Only samples outside the cone of influence count.
 */
export const significanceTask: TaskDefinition<readonly [SignificanceSpec], unknown, SurrogateCounts> = {
  chunk: BATCH,
  associative: true,
  prepare([spec]): State {
    const counter = spec.precision === "double" ? doubleCounter(spec) : kernelCounter(spec);
    return { counter, keys: new Uint32Array(2 * BATCH), pending: 0, counts: undefined };
  },
  simulate(state: State, key) {
    state.keys.set(key, 2 * state.pending++);
    if (state.pending === BATCH) simulateBatch(state);
  },
  collect(state: State) {
    if (state.pending > 0) simulateBatch(state);
    const counts = state.counts!;
    state.counts = undefined;
    return counts;
  },
  merge(left, right) {
    add(left.histogram, right.histogram);
    add(left.batches, right.batches);
    add(left.shares, right.shares);
    return left;
  },
};

/** Changes whenever the numbers that come of the same plan and seed do, so that no cache serves old ones. */
export const ALGORITHM = 2;

/** Where other threads and machines find {@linkcode significanceTask}. */
export const SIGNIFICANCE_TASK: ModuleReference = { module: import.meta.url, name: "significanceTask" };

function simulateBatch(state: State): void {
  const { counter, keys, pending } = state;
  counter.simulate(keys.subarray(0, 2 * pending));
  const counts = counter.take(), scales = counts.length / BINS;
  const { histogram, batches, shares } = state.counts ??= {
    histogram: new Float64Array(counts.length),
    batches: new Float64Array(1),
    shares: new Float64Array(scales * THRESHOLDS * 2),
  };
  const full = pending === BATCH, width = BINS / THRESHOLDS;
  if (full) batches[0]++;
  const above = new Float64Array(THRESHOLDS);
  for (let j = 0; j < scales; j++) {
    let sum = 0;
    for (let k = THRESHOLDS - 1; k >= 0; k--) {
      for (let b = j * BINS + k * width, end = b + width; b < end; b++) {
        const count = counts[b];
        histogram[b] += count;
        sum += count;
      }
      above[k] = sum;
    }
    if (!full) continue;
    for (let k = 0; k < THRESHOLDS; k++) {
      const share = Math.round(above[k] / sum * 65536), at = (j * THRESHOLDS + k) * 2;
      shares[at] += share;
      shares[at + 1] += share * share;
    }
  }
  state.pending = 0;
}

function add(left: Float64Array, right: Float64Array): void {
  for (let i = 0; i < left.length; i++) left[i] += right[i];
}
