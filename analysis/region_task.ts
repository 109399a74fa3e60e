import type { ModuleReference, TaskDefinition } from "../backends/mod.ts";
import { surrogateNormals } from "../random/mod.ts";
import { CoherencePlan, type CoherencePlanOptions } from "../wavelet/mod.ts";
import { PatchFinder } from "./patch_finder.ts";
import { RegionMass } from "./region_mass.ts";
import { autoregress } from "./surrogate_counters.ts";

/** All that decides the heaviest patches of surrogates, as data. */
export interface RegionSpec {
  /** How the map is made, of the record and of surrogates alike. */
  readonly plan: CoherencePlanOptions;
  /** Lag-1 autocorrelations of the two series. */
  readonly ar1: readonly [number, number];
  /** The pointwise level of each scale; NaN where nothing is tested. */
  readonly levels: Float64Array;
}

interface State {
  readonly spec: RegionSpec;
  readonly plan: CoherencePlan;
  /** At each scale, the samples outside the cone of influence, and what one weighs. */
  readonly ranges: readonly { start: number; end: number }[];
  readonly masses: readonly ((coherence: number) => number)[];
  readonly finder: PatchFinder;
  readonly first: Float64Array;
  readonly second: Float64Array;
  heaviest: number[];
}

/**
 * The levels are made from stream 0 of each key. They, too, are the outcome of chance: surrogates that made them would stay below them
 * a little more often than the record does.
 */
const STREAM = 1;

/**
 * Lists the mass of the heaviest significant patch of each surrogate map: two independent AR(1) series, analysed as the record
 * is and compared with the record's levels outside the cone of influence.
 */
export const regionTask: TaskDefinition<readonly [RegionSpec], State, Float64Array> = {
  associative: true,
  reusable: true,
  prepare([spec]) {
    const whole = new CoherencePlan(spec.plan);
    const plan = new CoherencePlan({ ...spec.plan, last: Math.max(0, whole.lastOutside) });
    const mass = new RegionMass(plan.periods, plan.dt, spec.levels);
    return {
      spec,
      plan,
      ranges: Array.from(plan.periods, (_, j) => plan.outside(j)),
      masses: Array.from(plan.periods, (_, j) => (coherence: number) => mass.of(j, coherence)),
      finder: new PatchFinder(),
      first: new Float64Array(plan.n),
      second: new Float64Array(plan.n),
      heaviest: [],
    };
  },
  simulate({ spec: { ar1, levels }, plan, ranges, masses, finder, first, second, heaviest }, key) {
    surrogateNormals(key, first, second, STREAM);
    autoregress(first, ar1[0]);
    autoregress(second, ar1[1]);
    finder.clear();
    plan.forEachScale(first, second, (j, { coherence }) => {
      finder.addScale(coherence, levels[j], ranges[j], masses[j]);
    });
    heaviest.push(finder.heaviest);
  },
  collect(state) {
    const heaviest = Float64Array.from(state.heaviest);
    state.heaviest = [];
    return heaviest;
  },
  merge(left, right) {
    const both = new Float64Array(left.length + right.length);
    both.set(left);
    both.set(right, left.length);
    return both;
  },
};

/** Where other threads and machines find {@linkcode regionTask}. */
export const REGION_TASK: ModuleReference = {
  module: import.meta.url,
  name: "regionTask",
  build: import.meta.resolve("./significance_build.js"),
};
