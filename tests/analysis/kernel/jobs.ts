import { type KernelSpec, kernelSpecOf } from "../../../analysis/kernel/kernel_plan.ts";
import { CoherencePlan, type CoherencePlanOptions } from "../../../wavelet/mod.ts";

/** What a test asks for: an analysis, the surrogates' AR(1), and how densely the coherence is counted. */
export interface Job extends Omit<CoherencePlanOptions, "dt"> {
  dt?: number;
  g?: [number, number];
  stride?: number;
  /** Smaller scales are not counted. */
  least?: number;
}

/** The analysis in float64 that a job's kernel must follow, up to the last scale with a sample outside the cone. */
export function oraclePlan({ g: _, stride: __, least: ___, ...options }: Job): CoherencePlan {
  const all = { dt: 1, ...options, truncate: false };
  return new CoherencePlan({ ...all, last: new CoherencePlan(all).lastOutside });
}

/** A job as the kernel takes it. */
export function kernelSpec(job: Job): KernelSpec {
  const { least = 0, stride, g = [0.7, 0.5] } = job, spec = kernelSpecOf(oraclePlan(job), g);
  const outside = spec.outside.map((range, j) => spec.scales[j] < least ? { start: 0, end: 0 } : range);
  return { ...spec, outside, stride };
}

/** pycwt's own length of surrogates for a record of 512 samples, every scale tested. */
export const JOB_A: Job = { n: 3151, J: 97 };

/** A record of 512 samples, the scales that it can test. */
export const JOB_B: Job = { n: 512, J: 97 };
