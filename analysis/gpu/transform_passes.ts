import type { GpuPass } from "../../backends/mod.ts";
import type { GpuTables, Words } from "./gpu_tables.ts";
import { splitTransform } from "./transform_split.ts";

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
/** Where they go. */
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
  /** Where the filter begins in the tables, and at every how manieth bin it is given, as a power of 2. */
  readonly filter?: { readonly start: number; readonly shift: number };
  /** One of {@linkcode Sink}, where it begins, the first result kept and how many. */
  readonly sink: { readonly kind: number; readonly start: number; readonly first?: number; readonly count?: number };
}

/** What the passes of transforms share. */
export interface TransformContext {
  readonly tables: GpuTables;
  /** Descriptors of transforms. */
  readonly transforms: Words;
  /** What each workgroup does. */
  readonly entries: Words;
  /** Points that a workgroup's memory holds. */
  readonly capacity: number;
  /** Simulations a row of workgroups. */
  readonly tile: number;
  readonly code: string;
}

/** Words of a descriptor. */
const TRANSFORM = 20;
/** Parts of the buffer of entries begin at multiples of so many words. */
const ALIGNMENT = 64;

/**
 * Plans transforms that do not depend on each other.
 *
 * @param label Names the passes.
 * @param specs The transforms.
 * @param context What the passes share.
 * @returns The passes, and how many points of working memory they take a simulation.
 */
export function transformPasses(
  label: string,
  specs: readonly TransformSpec[],
  context: TransformContext,
): { passes: GpuPass[]; work: number } {
  const { tables, transforms, capacity, tile } = context;
  const depth: number[][][] = [], last: number[][] = [];
  let work = 0;
  for (const spec of specs) {
    const { passes, radix, stages } = splitTransform(spec.length, capacity);
    const radices = [...passes, radix];
    // Splits take turns in two places.
    const places = [work, work + spec.length];
    work += Math.min(passes.length, 2) * spec.length;
    const { circle, fine } = tables.circle(spec.length);
    let block = spec.length, source = spec.source;
    radices.forEach((radix, i) => {
      const final = i === passes.length, size = block / radix;
      const sink = final ? spec.sink : { kind: Sink.work, start: places[i % 2] };
      const sequences = final ? largestPower(Math.min(tile / spec.lanes, Math.floor(capacity / size))) : 1;
      const id = transforms.push([
        ...[source.kind, sink.kind, spec.lanes, sequences, spec.length, block, radix, size],
        ...[tables.stages(stages), tables.order(stages), circle, fine],
        ...[source.start ?? 0, source.length ?? 0, spec.first ?? 0, spec.filter?.start ?? 0, spec.filter?.shift ?? 0],
        ...[sink.start, sink.first ?? 0, sink.count ?? 0],
      ]) / TRANSFORM;
      for (let simulation = 0; simulation < tile; simulation += spec.lanes * sequences) {
        if (final) {
          for (let k = 0; k < spec.length / size; k++) last.push([id, simulation, k, firstResult(k, radices)]);
        } else {
          for (let at = 0; at < spec.length; at += capacity) (depth[i] ??= []).push([id, simulation, at, 0]);
        }
      }
      source = { kind: Source.work, start: places[i % 2] };
      block = size;
    });
  }
  return {
    work,
    passes: [
      ...depth.map((entries) => transformPass(`${label}: split`, "split", entries, context)),
      transformPass(label, "transform", last, context),
    ],
  };
}

function transformPass(label: string, entryPoint: string, list: number[][], context: TransformContext): GpuPass {
  const { entries, code, tile } = context, offset = 4 * entries.align(ALIGNMENT);
  entries.push(list.flat());
  return {
    label,
    code,
    entryPoint,
    bindings: [
      "batch",
      "job",
      { buffer: "entries", offset, bytes: 16 * list.length },
      "transforms",
      "tables",
      "circles",
      "record",
      "spectrum",
      entryPoint === "split" ? null : "powers",
      "work",
    ],
    workgroups: (simulations) => [list.length, Math.ceil(simulations / tile)],
  };
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
