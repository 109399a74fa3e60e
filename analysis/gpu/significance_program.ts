import type { GpuAdapterTraits, GpuProgram } from "../../backends/mod.ts";
import { InvalidArgumentError } from "../../random/mod.ts";
import { followsFrom } from "../kernel/kernel_mother.ts";
import { planKernel } from "../kernel/kernel_plan.ts";
import type { SignificanceSpec } from "../significance_task.ts";
import { kernelSpec } from "../surrogate_counters.ts";
import type { SurrogateCounts } from "../surrogate_counts.ts";
import { coherenceProgram } from "./coherence_program.ts";

/**
 * Makes the significance task's program for a GPU: the same surrogates as everywhere, counted at the same samples, in single
 * precision. Coherence differs from the kernel's by rounding, so that a value at the border of two bins may count in the other.
 * The smallest scales, which processors leave to the oracle, are in single precision, too; `kernelNote` tells what that means.
 *
 * @param spec What decides the levels.
 * @param adapter What the device can do.
 * @returns The program.
 * @throws {InvalidArgumentError} If double precision is asked for, or needed, which WebGPU does not have.
 */
export function significanceProgram(spec: SignificanceSpec, adapter: GpuAdapterTraits): GpuProgram<SurrogateCounts> {
  if (spec.precision !== "single") {
    throw new InvalidArgumentError("precision", spec.precision, '"single" on a GPU, which has no double precision', {
      hint: "Every other backend has it",
    });
  }
  if (followsFrom(spec.wavelet) === Infinity) {
    throw new InvalidArgumentError("wavelet", spec.wavelet, "one that single precision is enough for, on a GPU", {
      hint: "Every other backend computes Morlet's with f0 below 4.8 and Paul's of order 1 in float64",
    });
  }
  return coherenceProgram(planKernel(kernelSpec(spec)), adapter);
}
