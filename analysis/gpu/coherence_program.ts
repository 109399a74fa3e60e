import type { GpuAdapterTraits, GpuProgram } from "../../backends/mod.ts";
import { randomWgsl } from "../../random/mod.ts";
import type { KernelPlan } from "../kernel/kernel_plan.ts";
import { BATCH, BINS, type SurrogateCounts, THRESHOLDS } from "../surrogate_counts.ts";
import countWgsl from "./count.wgsl" with { type: "text" };
import { Words } from "./gpu_tables.ts";
import noiseWgsl from "./noise.wgsl" with { type: "text" };
import { COUNTED, EACH, POINT_BYTES, ProgramBuilder, THREADS } from "./program_builder.ts";
import { readCounts } from "./read_counts.ts";
import { addScales } from "./scale_passes.ts";
import { addSpectra } from "./spectra_passes.ts";

/** Simulations of a batch: with more, counts of 32 bits could overflow. */
const MOST = 2 ** 15;
/** Bytes of a complex number. */
const COMPLEX = 8;

/**
 * Plans the work of {@linkcode CoherenceKernel} for a GPU: the same lengths, bands, filters and smoothing, and the same samples
 * counted, each step for all scales and many surrogates at once. Nothing optional helps it: the 11 bits of `shader-f16` are too few,
 * and `subgroups` could shorten only the scan in the noise, a hundredth of the time on lavapipe.
 *
 * @param plan How the kernel computes.
 * @param adapter What the device can do.
 * @returns The program.
 */
export function coherenceProgram(plan: KernelPlan, { limits }: GpuAdapterTraits): GpuProgram<SurrogateCounts> {
  const { spec: { n, g }, windows } = plan;
  const program = new ProgramBuilder(n, limits.maxComputeWorkgroupStorageSize);
  program.passes.push({
    label: "noise",
    code: program.code(noiseWgsl, randomWgsl),
    bindings: ["job", "keys", "decay", "record"],
    workgroups: (simulations) => [simulations],
  });
  addCounting(program, plan, addScales(program, plan, addSpectra(program, plan)));

  const { tile, strides, tables } = program, job = new Words();
  job.push([n, tile, n + 1, strides.spectrum, strides.powers, strides.smoothed, strides.work, windows.length]);
  job.pushFloats([...g, ...g.map((g) => 1 / Math.sqrt(1 - g * g))]);
  const decay = Float32Array.from({ length: 2 * (THREADS + 1) }, (_, i) => g[i % 2] ** (EACH * (i >> 1)));
  // Passes do whole tiles.
  const room = (bytes: number) => ({
    bytes: (simulations: number) => Math.max(POINT_BYTES, bytes * tile * Math.ceil(simulations / tile)),
  });
  const perBatch = 4 * THRESHOLDS * windows.length;
  return {
    buffers: {
      job: { data: job.data(), usage: "uniform" },
      decay: { data: decay },
      tables: { data: tables.words.data() },
      circles: { data: tables.circles },
      entries: { data: program.entries.data() },
      transforms: { data: program.transforms.data() },
      scales: { data: program.scales.data() },
      windows: { data: program.windows.data() },
      neighbours: { data: program.neighbours.data() },
      record: room(COMPLEX * (n + 1)),
      spectrum: room(COMPLEX * strides.spectrum),
      work: room(POINT_BYTES * strides.work),
      powers: room(POINT_BYTES * strides.powers),
      smoothed: room(POINT_BYTES * strides.smoothed),
      histogram: { bytes: 4 * BINS * windows.length, clear: true, result: true },
      above: { bytes: (simulations) => perBatch * Math.ceil(simulations / BATCH), clear: true, result: true },
    },
    passes: program.passes,
    partials: ({ histogram, above }, { count }) => [readCounts(histogram, above, count, windows.length)],
    simulationsPerBatch: MOST,
    requiredLimits: { maxComputeInvocationsPerWorkgroup: THREADS, maxStorageBuffersPerShaderStage: 8 },
  };
}

/** Adds the pass that smooths over scales and counts the coherence; `starts`: where each scale's smoothed powers begin. */
function addCounting(program: ProgramBuilder, { scales, windows }: KernelPlan, starts: readonly number[]): void {
  const list: number[][] = [];
  windows.forEach(({ step, first, count, neighbours }, j) => {
    const begin = program.neighbours.length / 4;
    for (const { scale, weight } of neighbours) {
      const ratio = step / scales[scale].step;
      program.neighbours.push([starts[scale] + first * ratio - scales[scale].first, ratio]);
      program.neighbours.pushFloats([weight, 0]);
    }
    program.windows.push([count, begin, begin + neighbours.length]);
    for (let start = 0; start < BATCH * count; start += COUNTED) list.push([j, start, 0, 0]);
  });
  program.add({
    label: "coherence",
    code: program.code(countWgsl),
    list,
    tile: BATCH,
    bindings: ["windows", "neighbours", "smoothed", "histogram", "above"],
  });
}
