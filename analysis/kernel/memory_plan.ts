import type { KernelTransform } from "./transform_tables.ts";

const PAGE = 65536;

/**
 * The kernel's memory, planned: places are given out at once and filled when the memory is there. So its size is known before
 * any work.
 */
export class MemoryPlan {
  /** The first page holds zeros. */
  #bytes = PAGE;
  readonly #fills: ((kernel: KernelTransform) => void)[] = [];

  /** How much memory there must be. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Gives out room for bytes, and tells where. */
  room(bytes: number): number {
    const at = this.#bytes;
    this.#bytes += Math.ceil(bytes / 64) * 64;
    return at;
  }

  /** Gives out room for `count` whole numbers of 32 bits, which are asked for when the memory is filled. */
  words(count: number, values: () => ArrayLike<number>): number {
    const at = this.room(4 * count);
    this.#fills.push(({ memory }) => new Uint32Array(memory.buffer, at, count).set(values()));
    return at;
  }

  /** Gives out room for `count` numbers in single precision, likewise. What was placed before is there already. */
  floats(count: number, values: (kernel: KernelTransform) => ArrayLike<number>): number {
    const at = this.room(4 * count);
    this.#fills.push((kernel) => {
      const numbers = values(kernel); // may use the memory
      new Float32Array(kernel.memory.buffer, at, count).set(numbers);
    });
    return at;
  }

  /** Makes a kernel's memory large enough, and fills it. */
  fill(kernel: KernelTransform): void {
    const missing = this.#bytes - kernel.memory.buffer.byteLength;
    if (missing > 0) kernel.memory.grow(Math.ceil(missing / PAGE));
    for (const fill of this.#fills) fill(kernel);
  }
}

/** The bits of numbers in single precision, as words. */
export function bits(...values: number[]): Uint32Array {
  return new Uint32Array(Float32Array.from(values).buffer);
}
