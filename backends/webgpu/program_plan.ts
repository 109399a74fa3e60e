import { GpuLimitError, GpuMemoryError, GpuPassError } from "../gpu_errors.ts";
import type { GpuAdapterTraits, GpuBufferPart, GpuBufferSpec, GpuProgram } from "../gpu_program.ts";
import type { PoolUsage } from "./buffer_pool.ts";

/** The buffers that the backend supplies. */
const SUPPLIED: Readonly<Record<string, GpuBufferSpec & { readonly uniform?: true }>> = {
  keys: { bytes: (simulations) => 8 * simulations },
  batch: { bytes: 16, uniform: true },
};

/** A limit that a batch breaks. */
interface Excess {
  readonly limit: string;
  readonly needed: number;
  readonly available: number;
}

/** Sizes of a program's buffers, and how many simulations fit on a device at a time. */
export class ProgramPlan {
  readonly #program: GpuProgram;
  readonly #adapter: string;
  readonly #traits: GpuAdapterTraits;
  /** All buffers by name, the supplied ones among them. */
  readonly buffers: Readonly<Record<string, GpuBufferSpec & { readonly uniform?: true }>>;
  /** Names of the buffers that are read back. */
  readonly results: readonly string[];

  /**
   * Checks a program against what the device can do.
   *
   * @throws {GpuLimitError} If it needs more.
   * @throws {GpuPassError} If a pass binds what there is not.
   */
  constructor(program: GpuProgram, adapter: string, traits: GpuAdapterTraits) {
    this.#program = program;
    this.#adapter = adapter;
    this.#traits = traits;
    this.buffers = { ...program.buffers, ...SUPPLIED };
    this.results = Object.keys(program.buffers).filter((name) => {
      const spec = program.buffers[name];
      return "bytes" in spec && spec.result;
    });
    for (const [limit, needed] of Object.entries(program.requiredLimits ?? {})) {
      const available = traits.limits[limit] ?? 0;
      // Alignments are the better the smaller they are.
      if (limit.startsWith("min") ? available > needed : available < needed) {
        throw new GpuLimitError(adapter, limit, needed, available);
      }
    }
    for (const feature of program.requiredFeatures ?? []) {
      if (!traits.features.has(feature)) throw new GpuLimitError(adapter, feature, true, false);
    }
    for (const { label, bindings } of program.passes) {
      for (const [i, binding] of bindings.entries()) {
        const name = binding && partOf(binding).buffer;
        if (name === null || Object.hasOwn(this.buffers, name)) continue;
        const known = Object.keys(this.buffers).join(", ");
        throw new GpuPassError(label, { why: `binding ${i} names the buffer "${name}", and there are ${known}` });
      }
    }
  }

  /** What a buffer is for. */
  usage(name: string): PoolUsage {
    const spec = this.buffers[name];
    return spec.uniform || ("data" in spec && spec.usage === "uniform") ? "uniform" : "storage";
  }

  /** How long a buffer is, for batches of so many simulations. */
  bytes(name: string, simulations: number): number {
    const spec = this.buffers[name];
    if ("data" in spec) return words(spec.data.byteLength);
    return words(typeof spec.bytes === "number" ? spec.bytes : spec.bytes(simulations));
  }

  /** How much is read back of a batch. */
  resultBytes(simulations: number): number {
    return this.results.reduce((sum, name) => sum + this.bytes(name, simulations), 0);
  }

  /** How much memory batches of so many simulations take: all buffers, and what is read back of two. */
  memory(simulations: number): number {
    const buffers = Object.keys(this.buffers).reduce((sum, name) => sum + this.bytes(name, simulations), 0);
    return buffers + 2 * this.resultBytes(simulations);
  }

  /** How many such batches may be submitted together in so much memory, while as many wait to be read. */
  mostTogether(simulations: number, memory: number): number {
    const spare = Math.max(0, memory - this.memory(simulations));
    return 1 + Math.floor(spare / Math.max(1, 2 * this.resultBytes(simulations)));
  }

  /**
   * The most simulations that fit in a batch: `smallest` times a power of two.
   *
   * @param smallest The smallest batch.
   * @param most How many simulations there are.
   * @param memory Bytes that may be taken.
   * @throws {GpuLimitError} If not even the smallest batch fits.
   * @throws {GpuMemoryError} If it takes more memory.
   */
  largestBatch(smallest: number, most: number, memory: number): number {
    const excess = this.#excess(smallest);
    if (excess) {
      const who = `A batch of ${smallest}, the smallest,`;
      throw new GpuLimitError(this.#adapter, excess.limit, excess.needed, excess.available, who);
    }
    if (this.memory(smallest) > memory) {
      throw new GpuMemoryError(
        this.#adapter,
        smallest,
        this.memory(smallest),
        `memory_mb allows ${memory / 1e6}: raise it`,
      );
    }
    let largest = smallest;
    while (largest < most && !this.#excess(2 * largest) && this.memory(2 * largest) <= memory) largest *= 2;
    return largest;
  }

  #excess(simulations: number): Excess | undefined {
    const { limits } = this.#traits;
    const over = (limit: string, needed: number, available = limits[limit]) =>
      needed > available ? { limit, needed, available } : undefined;
    const { simulationsPerBatch = Infinity, passes } = this.#program;
    const found = over("simulationsPerBatch", simulations, simulationsPerBatch) ??
      over("maxBufferSize", this.resultBytes(simulations));
    if (found) return found;
    for (const name of Object.keys(this.buffers)) {
      const tooLong = over("maxBufferSize", this.bytes(name, simulations));
      if (tooLong) return tooLong;
    }
    for (const { bindings, workgroups } of passes) {
      const tooMany = over("maxComputeWorkgroupsPerDimension", Math.max(...workgroups(simulations).map((n = 1) => n)));
      if (tooMany) return tooMany;
      for (const binding of bindings) {
        if (!binding) continue;
        const { buffer, offset, bytes = this.bytes(buffer, simulations) - offset } = partOf(binding);
        const uniform = this.usage(buffer) === "uniform";
        const tooWide = over(uniform ? "maxUniformBufferBindingSize" : "maxStorageBufferBindingSize", bytes);
        if (tooWide) return tooWide;
      }
    }
  }
}

/** A binding as a part of a buffer. */
export function partOf(binding: string | GpuBufferPart): GpuBufferPart {
  return typeof binding === "string" ? { buffer: binding, offset: 0 } : binding;
}

/** Rounds up to a multiple of 4 bytes, at least 4. */
function words(bytes: number): number {
  return 4 * Math.max(1, Math.ceil(bytes / 4));
}
