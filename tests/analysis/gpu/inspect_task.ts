// The GPU program of a job, with buffers read back that are otherwise not.
import type { GpuBufferSpec, GpuProgram, ModuleReference, TaskDefinition } from "../../../backends/mod.ts";
import { coherenceProgram } from "../../../analysis/gpu/coherence_program.ts";
import { planKernel } from "../../../analysis/kernel/kernel_plan.ts";
import { type Job, kernelSpec } from "../kernel/jobs.ts";

/** Which job, which buffers, and how little memory a workgroup is said to have. */
export interface Inspection {
  job: Job;
  buffers: string[];
  storage?: number;
}

/** What was read back of one batch of `count` simulations. */
export interface Inspected {
  count: number;
  buffers: Record<string, ArrayBuffer>;
}

export const inspectTask: TaskDefinition<readonly [Inspection], unknown, Inspected[]> = {
  associative: true,
  chunk: 16,
  prepare: () => undefined,
  simulate() {
    throw new Error("only for GPUs");
  },
  collect: () => [],
  merge: (left, right) => [...left, ...right],
  gpu: {
    program([{ job, buffers, storage }], adapter): GpuProgram<Inspected[]> {
      const limits = { ...adapter.limits };
      if (storage) limits.maxComputeWorkgroupStorageSize = storage;
      const program = coherenceProgram(planKernel(kernelSpec(job)), { ...adapter, limits });
      const specs: Record<string, GpuBufferSpec> = { ...program.buffers };
      for (const [name, spec] of Object.entries(specs)) {
        if ("bytes" in spec) specs[name] = { ...spec, result: buffers.includes(name) };
      }
      return { ...program, buffers: specs, partials: (buffers, { count }) => [[{ count, buffers }]] };
    },
  },
};

export const INSPECT_TASK: ModuleReference = { module: import.meta.url, name: "inspectTask" };
