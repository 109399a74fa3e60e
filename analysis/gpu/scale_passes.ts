import type { KernelPlan, ScalePlan } from "../kernel/kernel_plan.ts";
import { bandFilter, firstBin, type TimeSmoothing, timeSmoothing } from "../kernel/scale_tables.ts";
import { type ProgramBuilder, THREADS } from "./program_builder.ts";
import smoothWgsl from "./smooth.wgsl" with { type: "text" };
import { addTransforms, Sink, Source, type TransformSpec } from "./transform_passes.ts";

/** Powers of one simulation that there is room for: in long records scales take turns. */
const ROOM = 2 ** 18;
/** Words of a descriptor. */
const SCALE = 8;

/**
 * Adds the passes that take each scale's band back to time, and smooth its powers in time.
 *
 * @param program The program.
 * @param plan How the kernel computes.
 * @param spectra Where the spectrum of each level begins.
 * @returns Where the smoothed powers of each scale begin in a simulation's part.
 */
export function addScales(program: ProgramBuilder, plan: KernelPlan, spectra: readonly number[]): number[] {
  const { levels, scales, mother } = plan, starts: number[] = [];
  for (let i = 0; i < scales.length;) {
    const transforms: TransformSpec[] = [], list: number[][] = [];
    let room = 0;
    for (; i < scales.length; i++) {
      const scale = scales[i], smoothing = timeSmoothing(scale, levels[scale.level].length, mother);
      if (room > 0 && room + smoothing.count > ROOM) break;
      const start = program.reserve("smoothed", scale.count);
      starts.push(start);
      transforms.push(bandTransform(program, plan, scale, spectra[scale.level], smoothing, room));
      const id = describe(program, scale, smoothing, room, start);
      for (let at = 0; at < program.tile * scale.count; at += THREADS) list.push([id, at, 0, 0]);
      room += smoothing.count;
    }
    program.strides.powers = Math.max(program.strides.powers, room);
    addTransforms(program, "scales", transforms);
    program.add({
      label: "smoothing",
      code: program.code(smoothWgsl),
      list,
      tile: program.tile,
      bindings: ["scales", "tables", "powers", "smoothed"],
    });
  }
  return starts;
}

/** From a band of a level's spectrum to the powers of one scale. */
function bandTransform(
  { tables }: ProgramBuilder,
  { levels, mother }: KernelPlan,
  scale: ScalePlan,
  spectrum: number,
  { first, count }: TimeSmoothing,
  room: number,
): TransformSpec {
  const level = levels[scale.level], { samples: length } = scale, { values, shift } = bandFilter(scale, level, mother);
  // Real wavelets take both series as one complex one; analytic series have a spectrum each.
  const analytic = level.analytic !== undefined, packed = mother.real && !analytic;
  const kinds = packed
    ? [Source.packedBand, mother.odd ? Sink.oddPowers : Sink.evenPowers]
    : [analytic ? Source.analyticBand : Source.band, mother.real ? Sink.imaginaryPowers : Sink.powers];
  return {
    length,
    lanes: packed ? 2 : 1,
    source: { kind: kinds[0], start: spectrum, length: level.length },
    first: firstBin(scale, level, mother),
    filter: { start: tables.words.pushFloats(values()), shift },
    sink: { kind: kinds[1], start: room, first: (first % length + length) % length, count },
  };
}

/** Writes how a scale is smoothed and tells its number. */
function describe(
  { tables: { words }, scales }: ProgramBuilder,
  { count }: ScalePlan,
  { taps, forward, phases }: TimeSmoothing,
  room: number,
  start: number,
): number {
  const starts = words.push(phases.map((phase) => phase.start)), values = new Float32Array(taps * phases.length);
  phases.forEach((phase, p) => phase.weights().forEach((weight, tap) => values[tap * phases.length + p] = weight));
  const weights = words.pushFloats(values);
  return scales.push([room, start, count, phases.length, taps, forward, starts, weights]) / SCALE;
}
