import { surrogateNormals } from "../random/mod.ts";
import { CoherencePlan } from "../wavelet/mod.ts";
import { CoherenceKernel } from "./kernel/coherence_kernel.ts";
import type { SignificanceSpec } from "./significance_task.ts";
import { BINS } from "./surrogate_counts.ts";

/** Simulates surrogates and counts their coherence, in the number format that it stands for. */
export interface SurrogateCounter {
  /** Simulates the surrogates of these keys, two words each. */
  simulate(keys: Uint32Array): void;
  /** The counts since the last call, a row of {@linkcode BINS} for each tested scale. */
  take(): Uint32Array;
}

/** The readable oracle: surrogates in float64, by the same plan that analyses records. */
export function doubleCounter(spec: SignificanceSpec): SurrogateCounter {
  const { n, ar1: [g1, g2] } = spec;
  const plan = surrogatePlan(spec);
  const first = new Float64Array(n), second = new Float64Array(n);
  const counted = Array.from(plan.periods, (_, j) => plan.outside(j));
  let counts = new Uint32Array((plan.last + 1) * BINS);
  return {
    simulate(keys) {
      for (let i = 0; i < keys.length; i += 2) {
        surrogateNormals(keys.subarray(i, i + 2), first, second);
        autoregress(first, g1);
        autoregress(second, g2);
        plan.forEachScale(first, second, (j, { coherence }) => {
          const { start, end } = counted[j];
          for (let t = start; t < end; t++) counts[j * BINS + Math.min(BINS - 1, Math.floor(coherence[t] * BINS))]++;
        });
      }
    },
    take() {
      const taken = counts;
      counts = new Uint32Array(taken.length);
      return taken;
    },
  };
}

/** The fast kernel in single precision. */
export function kernelCounter(spec: SignificanceSpec): SurrogateCounter {
  const kernel = makeKernel(spec);
  return {
    simulate: (keys) => kernel.simulate(keys),
    take: () => kernel.takeHistogram(),
  };
}

/** Records of fewer samples are counted at every one. */
const SHORT = 192;

/** The kernel for surrogates of a record. */
export function makeKernel(spec: SignificanceSpec): CoherenceKernel {
  const { mother, scales, last, window: { first, weights } } = surrogatePlan(spec);
  const reach = Math.max(-first, first + weights.length - 1);
  const centred = new Float64Array(2 * reach + 1);
  centred.set(weights, first + reach);
  const { n, dt, ar1: g } = spec;
  const [flambda, coi] = [mother.flambda(), mother.coi()];
  return new CoherenceKernel({
    n,
    dt,
    scales,
    tested: last + 1,
    g,
    mother: mother.toJSON(),
    weights: centred,
    flambda,
    coi,
  });
}

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
