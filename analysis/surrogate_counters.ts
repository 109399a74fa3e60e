import { surrogateNormals } from "../random/mod.ts";
import { CoherencePlan } from "../wavelet/mod.ts";
import { CoherenceKernel } from "./kernel/coherence_kernel.ts";
import { type KernelPlan, type KernelSpec, kernelSpecOf, planKernel } from "./kernel/kernel_plan.ts";
import { layOut } from "./kernel/kernel_program.ts";
import type { SignificanceSpec } from "./significance_task.ts";
import { BINS } from "./surrogate_counts.ts";

/** Simulates surrogates and counts their coherence, in the number format that it stands for. */
export interface SurrogateCounter {
  /** Simulates the surrogates of these keys, two words each. */
  simulate(keys: Uint32Array): void;
  /** The counts so far, a row of {@linkcode BINS} for each tested scale. A view until the next call; to be zeroed by who takes them. */
  counts(): Uint32Array;
}

/** The readable oracle: surrogates in float64, by the same plan that analyses records. */
export function doubleCounter(spec: SignificanceSpec): SurrogateCounter {
  const { n, ar1: [g1, g2] } = spec;
  const plan = surrogatePlan(spec);
  const first = new Float64Array(n), second = new Float64Array(n);
  const counted = Array.from(plan.periods, (_, j) => plan.outside(j));
  const counts = new Uint32Array((plan.last + 1) * BINS);
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
    counts: () => counts,
  };
}

/** Records of fewer samples are counted at every one: neighbours hardly differ, but there are few. */
const SHORT = 192;

/** The fast kernel in single precision. */
export function kernelCounter(spec: SignificanceSpec): SurrogateCounter {
  const kernel = new CoherenceKernel(kernelSpec(spec));
  return {
    simulate: (keys) => kernel.simulate(keys),
    counts: () => kernel.histogram,
  };
}

/**
 * Plans how the kernel computes a task; a matter of milliseconds.
 *
 * @throws {InvalidArgumentError} If the record is so long that the kernel's memory does not hold what it takes.
 */
export function kernelPlan(spec: SignificanceSpec): KernelPlan {
  const plan = planKernel(kernelSpec(spec));
  layOut(plan);
  return plan;
}

/** What the kernel computes for a task. */
export function kernelSpec(spec: SignificanceSpec): KernelSpec {
  return { ...kernelSpecOf(surrogatePlan(spec), spec.ar1), stride: spec.n < SHORT ? 0 : 1 };
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
