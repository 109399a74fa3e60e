import type { ModuleReference, TaskDefinition } from "../backends/mod.ts";
import type { Convention, MotherSpec } from "../wavelet/mod.ts";
import { doubleCounter, kernelCounter } from "./surrogate_counters.ts";
import type { SurrogateCounter } from "./surrogate_counters.ts";
import { addShares, BATCH, BINS, type SurrogateCounts, THRESHOLDS } from "./surrogate_counts.ts";

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
  readonly spec: SignificanceSpec;
  readonly counter: SurrogateCounter;
  readonly keys: Uint32Array;
  /** Surrogates of the batch under way. */
  pending: number;
  /** Surrogates in the counter, whose counts are 32 bits wide. */
  counted: number;
  /** For each scale and threshold, the counts above it in the counter before the batch under way. */
  readonly above: Float64Array;
  collected: SurrogateCounts;
}

/**
 * Surrogates from which a graphics card is recommended: an estimate. To plan and compile takes a few tenths of a second on Mesa's
 * lavapipe, longer with drivers of cards, and in half a second one core does about 4,000 surrogates of a record of 512 samples.
 */
const GPU_BREAK_EVEN = 10_000;

/**
 * Counts the coherence of surrogate pairs: two independent AR(1) series with the record's autocorrelations, of the record's
 * own length, so that the ends disturb them as they disturb the record. Only samples outside the cone of influence count.
 */
export const significanceTask: TaskDefinition<readonly [SignificanceSpec], unknown, SurrogateCounts> = {
  chunk: BATCH,
  associative: true,
  reusable: true,
  prepare([spec]): State {
    const counter = spec.precision === "double" ? doubleCounter(spec) : kernelCounter(spec);
    const scales = counter.counts().length / BINS;
    return {
      spec,
      counter,
      keys: new Uint32Array(2 * BATCH),
      pending: 0,
      counted: 0,
      above: new Float64Array(scales * THRESHOLDS),
      collected: noCounts(scales),
    };
  },
  simulate(state: State, key) {
    state.keys.set(key, 2 * state.pending++);
    if (state.pending === BATCH) simulateBatch(state);
  },
  collect(state: State) {
    if (state.pending > 0) simulateBatch(state);
    empty(state);
    const { collected } = state;
    state.collected = noCounts(collected.histogram.length / BINS);
    return collected;
  },
  merge(left, right) {
    add(left.histogram, right.histogram);
    add(left.batches, right.batches);
    add(left.shares, right.shares);
    return left;
  },
  gpu: {
    async program([spec], adapter) {
      const { significanceProgram } = await import("./gpu/significance_program.ts");
      return significanceProgram(spec, adapter);
    },
    breakEven: GPU_BREAK_EVEN,
  },
};

/** Changes whenever the numbers that come of the same plan and seed do, so that no cache serves old ones. */
export const ALGORITHM = 4;

/** Where other threads and machines find {@linkcode significanceTask}. */
export const SIGNIFICANCE_TASK: ModuleReference = {
  module: import.meta.url,
  name: "significanceTask",
  build: import.meta.resolve("./significance_build.js"),
};

function noCounts(scales: number): SurrogateCounts {
  return {
    histogram: new Float64Array(scales * BINS),
    batches: new Float64Array(1),
    shares: new Float64Array(3 * THRESHOLDS * scales),
  };
}

function simulateBatch(state: State): void {
  const { spec, counter, keys, pending, above, collected: { batches, shares } } = state;
  if ((state.counted + pending) * spec.n >= 2 ** 32) empty(state);
  counter.simulate(keys.subarray(0, 2 * pending));
  state.counted += pending;
  state.pending = 0;
  if (pending < BATCH) return;
  batches[0]++;
  const counts = counter.counts(), width = BINS / THRESHOLDS, added = new Float64Array(THRESHOLDS);
  for (let scale = 0, row = 0; row < above.length; scale++, row += THRESHOLDS) {
    // The counter goes on counting: what the batch has added above a threshold is the difference to what was there before.
    let sum = 0;
    for (let k = THRESHOLDS - 1; k >= 0; k--) {
      for (let b = (row + k) * width, end = b + width; b < end; b++) sum += counts[b];
      added[k] = sum - above[row + k];
      above[row + k] = sum;
    }
    addShares(shares, scale, added);
  }
}

/** Moves the counter's counts to where they may grow large. */
function empty(state: State): void {
  const { counter, above, collected: { histogram } } = state;
  const counts = counter.counts();
  for (let b = 0; b < counts.length; b++) histogram[b] += counts[b];
  counts.fill(0);
  above.fill(0);
  state.counted = 0;
}

function add(left: Float64Array, right: Float64Array): void {
  for (let i = 0; i < left.length; i++) left[i] += right[i];
}
