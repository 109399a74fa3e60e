import type { GpuAdapterTraits, GpuPass, GpuProgram } from "../../backends/mod.ts";
import { randomWgsl } from "../../random/mod.ts";
import { instantiateKernel } from "../kernel/coherence_kernel.ts";
import type { KernelPlan, ScalePlan } from "../kernel/kernel_plan.ts";
import { bandFilter, firstBin, timeSmoothing } from "../kernel/scale_tables.ts";
import { hilbertResponse, POINT, writeTransform } from "../kernel/transform_tables.ts";
import { BATCH, BINS, type SurrogateCounts, THRESHOLDS } from "../surrogate_counts.ts";
import countWgsl from "./count.wgsl" with { type: "text" };
import { GpuTables, Words } from "./gpu_tables.ts";
import jobWgsl from "./job.wgsl" with { type: "text" };
import noiseWgsl from "./noise.wgsl" with { type: "text" };
import { readCounts } from "./read_counts.ts";
import smoothWgsl from "./smooth.wgsl" with { type: "text" };
import { Sink, Source, type TransformContext, transformPasses, type TransformSpec } from "./transform_passes.ts";
import transformWgsl from "./transform.wgsl" with { type: "text" };

/** Threads of a workgroup. */
const THREADS = 256;
/** Points that a workgroup transforms at once, where its memory holds them: as many leave room for other workgroups beside it. */
const CAPACITY = 2048;
/** Samples that a thread draws in a row. */
const EACH = 4;
/** Smoothed values of a workgroup. */
const SMOOTHED = 4 * THREADS;
/** Bytes of a point: powers and cross spectrum, or two complex numbers. */
const POINT_BYTES = 16;
/** Powers of one simulation that are kept at a time: scales take turns, so that long records do not need room for all. */
const POWERS = 2 ** 18;

/**
 * Plans the work of {@linkcode CoherenceKernel} for a GPU: the same lengths, bands, filters and smoothing, the same counts of
 * samples; each step for all scales and many surrogates at once.
 *
 * @param plan How the kernel computes.
 * @param adapter What the device can do.
 * @returns The program.
 */
export function coherenceProgram(plan: KernelPlan, { limits }: GpuAdapterTraits): GpuProgram<SurrogateCounts> {
  const { spec: { n, g }, mother, levels, scales, windows } = plan;
  // Two batches side by side fill workgroups better; of long records a simulation alone does.
  const tile = n <= 4096 ? 2 * BATCH : BATCH;
  const capacity = Math.min(CAPACITY, Math.floor(limits.maxComputeWorkgroupStorageSize / POINT_BYTES));
  const constants = [
    `const THREADS = ${THREADS}u;`,
    `const CAPACITY = ${capacity}u;`,
    `const EACH = ${EACH}u;`,
    `const SMOOTHED = ${SMOOTHED}u;`,
    `const BINS = ${BINS}u;`,
    `const THRESHOLDS = ${THRESHOLDS}u;`,
    `const BATCH = ${BATCH}u;`,
  ].join("\n");
  const code = (...sources: string[]) => [...sources, jobWgsl, constants].join("\n");
  const tables = new GpuTables(), entries = new Words(), descriptors = new Words(), transforms = new Words();
  const context: TransformContext = { tables, transforms, entries, capacity, tile, code: code(transformWgsl) };

  // Spectra: of each level where its bands find them.
  let spectrumStride = 0, work = 0;
  const spectrumRoom = (length: number) => (spectrumStride += length) - length;
  const first: TransformSpec[] = [], second: TransformSpec[] = [], third: TransformSpec[] = [];
  const starts = levels.map(({ length, analytic }) => {
    const start = spectrumRoom(analytic ? 2 * length : length);
    if (!analytic) {
      const sink = { kind: Sink.spectra, start };
      first.push({ length, lanes: 2, source: { kind: Source.records }, sink });
      return start;
    }
    const size = analytic.length, spectra = spectrumRoom(size), series = spectrumRoom(size);
    const filter = { start: tables.words.pushFloats(hilbertTable(size)), shift: 0 };
    first.push({
      length: size,
      lanes: 2,
      source: { kind: Source.records },
      sink: { kind: Sink.spectra, start: spectra },
    });
    second.push({
      length: size,
      lanes: 2,
      source: { kind: Source.hilbert, start: spectra },
      filter,
      sink: { kind: Sink.spectra, start: series },
    });
    third.push({
      length,
      lanes: 1,
      source: { kind: Source.analytic, start: series, length: size },
      first: analytic.margin,
      sink: { kind: Sink.seriesSpectra, start },
    });
    return start;
  });
  const passes: GpuPass[] = [{
    label: "noise",
    code: code(noiseWgsl, randomWgsl),
    bindings: ["job", "keys", "decay", "record"],
    workgroups: (simulations) => [simulations],
  }];
  const addTransforms = (label: string, specs: readonly TransformSpec[]) => {
    if (specs.length === 0) return;
    const made = transformPasses(label, specs, context);
    passes.push(...made.passes);
    work = Math.max(work, made.work);
  };
  addTransforms("spectra", first);
  addTransforms("Hilbert transform", second);
  addTransforms("analytic spectra", third);

  // Scales: transform and smoothing, as many at a time as there is room for.
  const smoothings = scales.map((scale) => timeSmoothing(scale, levels[scale.level].length, mother));
  const smoothedStarts: number[] = [];
  let smoothedStride = 0, powersStride = 0;
  for (let i = 0; i < scales.length;) {
    const specs: TransformSpec[] = [], list: number[][] = [];
    let room = 0;
    for (; i < scales.length && (room === 0 || room + smoothings[i].count <= POWERS); i++) {
      const scale = scales[i], { count, taps, forward, phases } = smoothings[i];
      specs.push(bandSpec(scale, room, i));
      const id = descriptors.push([
        ...[room, smoothedStride, scale.count, phases.length, taps, forward],
        tables.words.push(phases.map((phase) => phase.start)),
        ...phases.map(({ weights }) => tables.words.pushFloats(weights)).slice(0, 1),
      ]) / 8;
      for (let at = 0; at < tile * scale.count; at += SMOOTHED) list.push([id, at, 0, 0]);
      smoothedStarts.push(smoothedStride);
      smoothedStride += scale.count;
      room += count;
    }
    powersStride = Math.max(powersStride, room);
    addTransforms("scales", specs);
    const offset = 4 * entries.align(64);
    entries.push(list.flat());
    passes.push({
      label: "smoothing",
      code: code(smoothWgsl),
      bindings: [
        "batch",
        "job",
        { buffer: "entries", offset, bytes: 16 * list.length },
        "scales",
        "tables",
        "powers",
        "smoothed",
      ],
      workgroups: (simulations) => [list.length, Math.ceil(simulations / tile)],
    });
  }

  function bandSpec(scale: ScalePlan, room: number, i: number): TransformSpec {
    const level = levels[scale.level], cut = level.analytic !== undefined, { first, count } = smoothings[i];
    const { values, shift } = bandFilter(scale, level, mother), length = scale.samples;
    const packed = mother.real && !cut;
    return {
      length,
      lanes: packed ? 2 : 1,
      source: {
        kind: packed ? Source.packedBand : cut ? Source.analyticBand : Source.band,
        start: starts[scale.level],
        length: level.length,
      },
      first: firstBin(scale, level, mother),
      filter: { start: tables.words.pushFloats(values), shift },
      sink: {
        kind: !packed
          ? (mother.real ? Sink.imaginaryPowers : Sink.powers)
          : mother.odd
          ? Sink.oddPowers
          : Sink.evenPowers,
        start: room,
        first: (first % length + length) % length,
        count,
      },
    };
  }

  const windowWords = new Words();
  for (const { step, first, count, neighbours } of windows) {
    const at = tables.words.length;
    for (const { scale, weight } of neighbours) {
      const ratio = step / scales[scale].step;
      tables.words.push([smoothedStarts[scale] + first * ratio - scales[scale].first, ratio]);
      tables.words.pushFloats([weight]);
    }
    windowWords.push([count, at, neighbours.length]);
  }
  passes.push({
    label: "coherence",
    code: code(countWgsl),
    bindings: ["batch", "job", "windows", "tables", "smoothed", "histogram", "above"],
    workgroups: (simulations) => [windows.length, Math.ceil(simulations / BATCH)],
  });

  const job = new Words();
  job.push([n, tile, n + 1, spectrumStride, powersStride, smoothedStride, work, windows.length]);
  job.pushFloats([...g, ...g.map((g) => 1 / Math.sqrt(1 - g * g))]);
  const decay = Float32Array.from(
    { length: 2 * THREADS + 2 },
    (_, i) => g[i % 2] ** (EACH * Math.floor(i / 2)),
  );
  // Passes work on whole tiles.
  const room = (bytes: number) => (simulations: number) => Math.max(16, bytes * tile * Math.ceil(simulations / tile));
  const buffers = {
    job: { data: job.data(), usage: "uniform" },
    decay: { data: decay },
    tables: { data: tables.words.data() },
    circles: { data: tables.circles },
    entries: { data: entries.data() },
    transforms: { data: transforms.data() },
    scales: { data: descriptors.data() },
    windows: { data: windowWords.data() },
    record: { bytes: room(8 * (n + 1)) },
    spectrum: { bytes: room(8 * spectrumStride) },
    powers: { bytes: room(POINT_BYTES * powersStride) },
    work: { bytes: room(POINT_BYTES * work) },
    smoothed: { bytes: room(POINT_BYTES * smoothedStride) },
    histogram: { bytes: 4 * BINS * windows.length, clear: true, result: true },
    above: {
      bytes: (simulations: number) => 4 * THRESHOLDS * windows.length * Math.ceil(simulations / BATCH),
      result: true,
    },
  } as const;
  return {
    buffers,
    passes,
    partials: (results, { count }) => [readCounts(results.histogram, results.above, count, windows.length)],
    simulationsPerBatch: 2 ** 15,
    requiredLimits: {},
  };
}

/** The response of the discrete Hilbert transform, as the kernel makes it. */
function hilbertTable(size: number): Float32Array {
  const kernel = instantiateKernel(), { memory } = kernel;
  let top = 65536;
  const allocate = (bytes: number) => {
    const at = top;
    top += bytes;
    if (top > memory.buffer.byteLength) memory.grow(Math.ceil((top - memory.buffer.byteLength) / 65536));
    return at;
  };
  const transform = writeTransform(size, memory, allocate);
  return hilbertResponse(size, kernel, transform, allocate(POINT * size), allocate(POINT * size));
}
