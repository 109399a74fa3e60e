import type { GpuPass } from "../../backends/mod.ts";
import { BATCH, BINS, THRESHOLDS } from "../surrogate_counts.ts";
import { GpuTables, Words } from "./gpu_tables.ts";
import jobWgsl from "./job.wgsl" with { type: "text" };

/** Threads of a workgroup. */
export const THREADS = 256;
/** Samples that a thread draws in a row. */
export const EACH = 4;
/** Samples that a workgroup counts. */
export const COUNTED = 32 * THREADS;
/** Bytes of a point: two complex numbers, or powers and cross spectrum. */
export const POINT_BYTES = 16;
/** Points that a workgroup transforms at once at most: several workgroups side by side hide each other's waits. */
const CAPACITY = 2048;
/** In records up to this length two batches of simulations share a row of workgroups, which short transforms fill better. */
const SHORT = 4096;
/** Parts of a buffer begin at multiples of so many words. */
const ALIGNMENT = 64;

/** A pass whose workgroups each do what an entry of a list says, for each tile of simulations. */
export interface ListedPass extends Pick<GpuPass, "label" | "code" | "entryPoint"> {
  /** Four words for each workgroup of a row. */
  readonly list: readonly (readonly number[])[];
  /** Simulations a row of workgroups. */
  readonly tile: number;
  /** What follows the bindings of batch, job and list. */
  readonly bindings: GpuPass["bindings"];
}

/** Collects the passes of a program, their tables, and the room that they take. */
export class ProgramBuilder {
  /** Simulations that most passes do in one row of workgroups. */
  readonly tile: number;
  /** Points that a workgroup transforms at once at most. */
  readonly capacity: number;
  /** What passes look up. */
  readonly tables: GpuTables = new GpuTables();
  /** Descriptors of transforms, scales and windows, as the shaders declare them. */
  readonly transforms: Words = new Words();
  /** See transforms. */
  readonly scales: Words = new Words();
  /** See transforms. */
  readonly windows: Words = new Words();
  /** The scales that each window averages. */
  readonly neighbours: Words = new Words();
  /** What each workgroup does. */
  readonly entries: Words = new Words();
  /** Elements that a simulation takes in each buffer. */
  readonly strides: { spectrum: number; powers: number; smoothed: number; work: number } = {
    spectrum: 0,
    powers: 0,
    smoothed: 0,
    work: 0,
  };
  /** The passes so far. */
  readonly passes: GpuPass[] = [];
  readonly #constants: string;

  /**
   * Begins a program.
   *
   * @param n Samples of the record.
   * @param storage Bytes of a workgroup's memory.
   */
  constructor(n: number, storage: number) {
    this.tile = n <= SHORT ? 2 * BATCH : BATCH;
    this.capacity = Math.min(CAPACITY, Math.floor(storage / POINT_BYTES));
    const constants = { THREADS, CAPACITY: this.capacity, EACH, COUNTED, BINS, THRESHOLDS, BATCH };
    this.#constants = Object.entries(constants).map(([name, value]) => `const ${name} = ${value}u;`).join("\n");
  }

  /** A shader with what it shares with the others behind it. */
  code(...sources: string[]): string {
    return [...sources, jobWgsl, this.#constants].join("\n");
  }

  /** Takes room for so many elements of each simulation, and tells where it begins. */
  reserve(buffer: "spectrum" | "smoothed", length: number): number {
    const start = this.strides[buffer];
    this.strides[buffer] += length;
    return start;
  }

  /** Appends a pass whose workgroups follow a list. */
  add({ list, tile, bindings, ...pass }: ListedPass): void {
    const offset = 4 * this.entries.align(ALIGNMENT);
    this.entries.push(list.flat());
    this.passes.push({
      ...pass,
      bindings: ["batch", "job", { buffer: "entries", offset, bytes: 16 * list.length }, ...bindings],
      workgroups: (simulations) => [list.length, Math.ceil(simulations / tile)],
    });
  }
}
