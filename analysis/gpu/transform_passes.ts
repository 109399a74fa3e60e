import butterfliesWgsl from "./butterflies.wgsl" with { type: "text" };
import type { ProgramBuilder } from "./program_builder.ts";
import { splitTransform } from "./transform_split.ts";
import transformWgsl from "./transform.wgsl" with { type: "text" };

/** Where points of a transform come from; the numbers are those of transform.wgsl. */
export const Source = {
  records: 0,
  hilbert: 1,
  analytic: 2,
  band: 3,
  analyticBand: 4,
  packedBand: 5,
  work: 6,
} as const;
/** Where its results go; likewise. */
export const Sink = {
  spectra: 0,
  seriesSpectra: 1,
  powers: 2,
  imaginaryPowers: 3,
  evenPowers: 4,
  oddPowers: 5,
  work: 6,
} as const;

/** A transform as transform.wgsl describes it. */
export interface TransformSpec {
  /** Points. */
  readonly length: number;
  /** Simulations a point. */
  readonly lanes: 1 | 2;
  /** One of {@linkcode Source}, where it begins within a simulation's part, and its length. */
  readonly source: { readonly kind: number; readonly start?: number; readonly length?: number };
  /** The first bin of a band, or how many samples precede time 0. */
  readonly first?: number;
  /** Where the filter begins in the tables; it is given at every 2^shift-th bin. */
  readonly filter?: { readonly start: number; readonly shift: number };
  /** One of {@linkcode Sink}, where it begins, the first result kept and how many. */
  readonly sink: { readonly kind: number; readonly start: number; readonly first?: number; readonly count?: number };
}

/** Words of a descriptor. */
const TRANSFORM = 20;

/**
 * Adds the passes of transforms that do not depend on each other.
 *
 * @param program The program.
 * @param label Names the passes.
 * @param specs The transforms.
 */
export function addTransforms(program: ProgramBuilder, label: string, specs: readonly TransformSpec[]): void {
  const { capacity, tile } = program, last: number[][] = [], splits: number[][][] = [];
  let work = 0;
  for (const spec of specs) {
    const { passes, radix, stages } = splitTransform(spec.length, capacity), radices = [...passes, radix];
    // Splits take turns in two places.
    const places = [work, work + spec.length];
    work += Math.min(passes.length, 2) * spec.length;
    let block = spec.length, source = spec.source;
    radices.forEach((radix, i) => {
      const final = i === passes.length, size = block / radix;
      const sink = final ? spec.sink : { kind: Sink.work, start: places[i % 2] };
      const sequences = final ? largestPower(Math.min(tile / spec.lanes, capacity / size)) : 1;
      const id = describe(program, { ...spec, source, sink }, [sequences, spec.length, block, radix, size], stages);
      for (let simulation = 0; simulation < tile; simulation += spec.lanes * sequences) {
        if (final) {
          for (let k = 0; k < spec.length / size; k++) last.push([id, simulation, k, firstResult(k, radices)]);
        } else {
          for (let at = 0; at < spec.length; at += capacity) (splits[i] ??= []).push([id, simulation, at, 0]);
        }
      }
      source = { kind: Source.work, start: places[i % 2] };
      block = size;
    });
  }
  program.strides.work = Math.max(program.strides.work, work);
  const code = program.code(transformWgsl, butterfliesWgsl),
    tables = ["transforms", "tables", "circles", "record", "spectrum"];
  for (const list of splits) {
    const bindings = [...tables, null, "work"];
    program.add({ label: `${label}, split`, code, entryPoint: "split", list, tile, bindings });
  }
  if (last.length === 0) return;
  program.add({ label, code, entryPoint: "transform", list: last, tile, bindings: [...tables, "powers", "work"] });
}

/** Writes a descriptor and tells its number. */
function describe(
  { tables, transforms }: ProgramBuilder,
  { length, lanes, source, first = 0, filter, sink }: TransformSpec,
  shape: readonly number[],
  stages: readonly number[],
): number {
  const { circle, fine } = tables.circle(length);
  return transforms.push([
    ...[source.kind, sink.kind, lanes, ...shape, tables.stages(stages), tables.order(stages), circle, fine],
    ...[source.start ?? 0, source.length ?? 0, first, filter?.start ?? 0, filter?.shift ?? 0],
    ...[sink.start, sink.first ?? 0, sink.count ?? 0],
  ]) / TRANSFORM;
}

/** The first result of block number `block` after passes of these radices. */
function firstResult(block: number, radices: readonly number[]): number {
  let result = 0, blocks = radices.reduce((product, radix) => product * radix, 1), stride = 1;
  for (const radix of radices) {
    blocks /= radix;
    result += stride * Math.floor(block / blocks);
    block %= blocks;
    stride *= radix;
  }
  return result;
}

function largestPower(limit: number): number {
  return 2 ** Math.floor(Math.log2(limit));
}
