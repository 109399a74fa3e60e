import { instantiateKernel } from "../kernel/coherence_kernel.ts";
import type { KernelPlan } from "../kernel/kernel_plan.ts";
import { MemoryPlan } from "../kernel/memory_plan.ts";
import { hilbertResponse, placeTransform, POINT } from "../kernel/transform_tables.ts";
import type { ProgramBuilder } from "./program_builder.ts";
import { addTransforms, Sink, Source, type TransformSpec } from "./transform_passes.ts";

/**
 * Adds the passes that make the spectra of both series for each padded length.
 *
 * @param program The program.
 * @param plan How the kernel computes.
 * @returns Where the spectrum of each level begins in a simulation's part: of both series as one complex one, or of one
 * analytic series after the other.
 */
export function addSpectra(program: ProgramBuilder, { levels }: KernelPlan): number[] {
  const direct: TransformSpec[] = [], back: TransformSpec[] = [], analytic: TransformSpec[] = [];
  const records = { kind: Source.records };
  const starts = levels.map(({ length, analytic: cut }) => {
    const start = program.reserve("spectrum", cut ? 2 * length : length);
    if (!cut) {
      direct.push({ length, lanes: 2, source: records, sink: { kind: Sink.spectra, start } });
      return start;
    }
    const { length: size, margin } = cut;
    const spectra = program.reserve("spectrum", size), series = program.reserve("spectrum", size);
    const filter = { start: program.tables.words.pushFloats(responseOf(size)), shift: 0 };
    const hilbert = { kind: Source.hilbert, start: spectra };
    direct.push({ length: size, lanes: 2, source: records, sink: { kind: Sink.spectra, start: spectra } });
    back.push({ length: size, lanes: 2, source: hilbert, filter, sink: { kind: Sink.spectra, start: series } });
    const source = { kind: Source.analytic, start: series, length: size };
    analytic.push({ length, lanes: 1, source, first: margin, sink: { kind: Sink.seriesSpectra, start } });
    return start;
  });
  addTransforms(program, "spectra", direct);
  addTransforms(program, "Hilbert transform", back);
  addTransforms(program, "analytic spectra", analytic);
  return starts;
}

/** The response of the discrete Hilbert transform, as the kernel makes it. */
function responseOf(size: number): Float32Array {
  const kernel = instantiateKernel(), memory = new MemoryPlan();
  const transform = placeTransform(size, memory), room = memory.room(POINT * size), work = memory.room(POINT * size);
  memory.fill(kernel);
  return hilbertResponse(size, kernel, transform, room, work);
}
