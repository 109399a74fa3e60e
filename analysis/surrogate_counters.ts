import { surrogateNormals } from "../random/mod.ts";
import { CoherencePlan } from "../wavelet/mod.ts";
import { CoherenceKernel, slowPath } from "./kernel/coherence_kernel.ts";
import { type KernelSpec, kernelSpecOf, MOST_COUNTED, planKernel } from "./kernel/kernel_plan.ts";
import { followsFrom } from "./kernel/kernel_mother.ts";
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
  const plan = surrogatePlan(spec), counts = new Uint32Array((plan.last + 1) * BINS);
  return { simulate: (keys) => countInDouble(plan, spec.ar1, keys, counts), counts: () => counts };
}

/** Counts the coherence of surrogates at the scales that a plan delivers. */
function countInDouble(
  plan: CoherencePlan,
  ar1: SignificanceSpec["ar1"],
  keys: Uint32Array,
  counts: Uint32Array,
): void {
  const first = new Float64Array(plan.n), second = new Float64Array(plan.n);
  const counted = Array.from({ length: plan.last + 1 }, (_, j) => plan.outside(j));
  for (let i = 0; i < keys.length; i += 2) {
    surrogateNormals(keys.subarray(i, i + 2), first, second);
    autoregress(first, ar1[0]);
    autoregress(second, ar1[1]);
    plan.forEachScale(first, second, (j, { coherence }) => {
      const { start, end } = counted[j];
      for (let t = start; t < end; t++) counts[j * BINS + Math.min(BINS - 1, Math.floor(coherence[t] * BINS))]++;
    });
  }
}

/** Records of fewer samples are counted at every one: neighbours hardly differ, but there are few. */
const SHORT = 192;

/** The fast kernel in single precision, and the oracle at the scales that are left to it. */
export function kernelCounter(spec: SignificanceSpec): SurrogateCounter {
  const { fine, exact, rest } = shareOut(spec);
  if (!rest) return doubleCounter(exact);
  const kernel = new CoherenceKernel(rest), oracle = fine > 0 ? surrogatePlan(exact, fine - 1) : undefined;
  return {
    simulate(keys) {
      kernel.simulate(keys);
      if (oracle) countInDouble(oracle, spec.ar1, keys, kernel.histogram);
    },
    counts: () => kernel.histogram,
  };
}

/**
 * Tells where a task is not the fast kernel's best: the mother or the scales are not band-limited enough.
 *
 * @param spec What decides the levels.
 * @param oracle Whether there is float64, which GPUs have not.
 * @throws {InvalidArgumentError} If the record is so long that the kernel's memory does not hold what it takes.
 */
export function kernelNote(spec: SignificanceSpec, oracle = true): string | undefined {
  const { least, fine, exact, rest } = shareOut(spec), notes: string[] = [];
  const start = exact.n < spec.n ? `, from the first ${exact.n.toLocaleString("en")} samples of each surrogate` : "";
  if (!rest && oracle) {
    return `in single precision this mother or these scales would not be right: all is computed in float64${start}`;
  }
  if (fine > 0) {
    const how = oracle
      ? `they are computed in float64${start}`
      : "in single precision about one value in a thousand is off there by more than 3e-4, where a power nearly vanishes";
    notes.push(`${fine} scales are smaller than ${least === 1 ? "a sample" : `${least} samples`}; ${how}`);
  }
  const plan = planKernel(oracle && rest || kernelSpec(spec)), slow = slowPath(plan);
  if (oracle) layOut(plan);
  if (slow) notes.push(slow);
  return notes.length > 0 ? notes.join(". ") : undefined;
}

/** How a task is shared out: what the kernel computes, if anything, and what is left to the oracle. */
interface Shares {
  /** The smallest scale, in samples, that the kernel can follow. */
  readonly least: number;
  /** How many scales are smaller. */
  readonly fine: number;
  /** The oracle's task, of which those scales are wanted, or all where there is no other. */
  readonly exact: SignificanceSpec;
  /** The kernel's task. */
  readonly rest: KernelSpec | undefined;
}

function shareOut(spec: SignificanceSpec): Shares {
  const whole = kernelSpec(spec), least = followsFrom(spec.wavelet);
  const fine = whole.outside.filter((_, j) => whole.scales[j] < least * spec.dt).length;
  const outside = whole.outside.map((range, j) => j < fine ? { start: 0, end: 0 } : range);
  // Neighbours at such small scales hardly depend on each other: of long surrogates, which are stationary, the beginning will do.
  const exact = least < Infinity ? { ...spec, n: Math.min(spec.n, MOST_COUNTED) } : spec;
  return { least, fine, exact, rest: fine < outside.length ? { ...whole, outside } : undefined };
}

/** What the kernel computes for a task. */
export function kernelSpec(spec: SignificanceSpec): KernelSpec {
  return { ...kernelSpecOf(surrogatePlan(spec), spec.ar1), stride: spec.n < SHORT ? 0 : 1 };
}

/**
 * The coherence of surrogates: nothing is cut off before smoothing, and only the scales up to `last` are delivered, by default those
 * that can be tested.
 */
export function surrogatePlan(spec: SignificanceSpec, last?: number): CoherencePlan {
  const { n, dt, dj, s0, J, wavelet, convention } = spec,
    options = { n, dt, dj, s0, J, wavelet, convention, truncate: false };
  return new CoherencePlan({ ...options, last: last ?? Math.max(0, new CoherencePlan(options).lastOutside) });
}

/** Turns unit white noise into a stationary AR(1) series of unit innovations (Torrence and Compo 1998, eq. 15), in place. */
export function autoregress(noise: Float64Array, g: number): void {
  let previous = noise[0] /= Math.sqrt(1 - g * g);
  for (let t = 1; t < noise.length; t++) previous = noise[t] += g * previous;
}
