import { scoped } from "./error_scopes.ts";
import type { GpuStats } from "./stats.ts";

/** What a buffer is for. */
export type PoolUsage = "storage" | "uniform" | "staging" | "timestamps";

/** Thrown when the device has no memory for a buffer. */
export class NoRoomError extends Error {}

/** Sizes are rounded up to a multiple of this, so that buffers fit more often. */
const GRAIN = 256;

/** Lends buffers by use and size, keeps those that come back, and counts them all. */
export class BufferPool {
  readonly #device: GPUDevice;
  readonly #counts: GpuStats["buffers"];
  readonly #keep: number;
  readonly #usages = new Map<GPUBuffer, PoolUsage>();
  /** Those that nobody uses, the one that came back last at the end. */
  readonly #idle = new Set<GPUBuffer>();
  #idleBytes = 0;

  /**
   * Makes an empty pool.
   *
   * @param keep Bytes of buffers that may lie idle.
   */
  constructor(device: GPUDevice, counts: GpuStats["buffers"], keep: number) {
    this.#device = device;
    this.#counts = counts;
    this.#keep = keep;
  }

  /** Lends a buffer of at least so many bytes, with whatever it holds. @throws {NoRoomError} If there is no memory for it. */
  async acquire(usage: PoolUsage, bytes: number): Promise<GPUBuffer> {
    const size = Math.max(1, Math.ceil(bytes / GRAIN)) * GRAIN;
    for (const buffer of this.#idle) {
      if (buffer.size !== size || this.#usages.get(buffer) !== usage) continue;
      this.#idle.delete(buffer);
      this.#idleBytes -= size;
      return buffer;
    }
    const made = await this.#make(usage, size);
    if (made) return made;
    this.#shrink(0); // what lies idle may be the room that is lacking
    const again = await this.#make(usage, size);
    if (again) return again;
    throw new NoRoomError(`No memory for a buffer of ${size} bytes`);
  }

  /** Takes a buffer back. */
  release(buffer: GPUBuffer): void {
    if (!this.#usages.has(buffer)) return; // destroyed with its device
    this.#idle.add(buffer);
    this.#idleBytes += buffer.size;
    this.#shrink(this.#keep);
  }

  /** Destroys every buffer, lent or not. */
  destroy(): void {
    this.#idle.clear();
    this.#idleBytes = 0;
    for (const buffer of [...this.#usages.keys()]) this.#destroy(buffer);
  }

  async #make(usage: PoolUsage, size: number): Promise<GPUBuffer | undefined> {
    const { value: buffer, validation, memory } = await scoped(
      this.#device,
      () => this.#device.createBuffer({ label: usage, size, usage: flags(usage) }),
    );
    if (validation) {
      buffer.destroy();
      throw new Error(`Cannot make a buffer of ${size} bytes: ${validation}`);
    }
    if (memory) {
      buffer.destroy();
      return undefined;
    }
    this.#usages.set(buffer, usage);
    this.#counts.made++;
    this.#counts.bytes += size;
    this.#counts.mostBytes = Math.max(this.#counts.mostBytes, this.#counts.bytes);
    return buffer;
  }

  #shrink(keep: number): void {
    for (const buffer of this.#idle) {
      if (this.#idleBytes <= keep) return;
      this.#idle.delete(buffer);
      this.#idleBytes -= buffer.size;
      this.#destroy(buffer);
    }
  }

  #destroy(buffer: GPUBuffer): void {
    this.#usages.delete(buffer);
    this.#counts.destroyed++;
    this.#counts.bytes -= buffer.size;
    unmap(buffer); // Deno wants it so before
    buffer.destroy();
  }
}

/** Unmaps a buffer that is, or is about to be, mapped. */
export function unmap(buffer: GPUBuffer): void {
  try {
    if (buffer.mapState !== "unmapped") buffer.unmap();
  } catch {
    // A lost device has nothing mapped.
  }
}

function flags(usage: PoolUsage): number {
  const { STORAGE, UNIFORM, COPY_SRC, COPY_DST, MAP_READ, QUERY_RESOLVE } = GPUBufferUsage;
  switch (usage) {
    case "storage":
      return STORAGE | COPY_SRC | COPY_DST;
    case "uniform":
      return UNIFORM | COPY_DST;
    case "staging":
      return MAP_READ | COPY_DST;
    case "timestamps":
      return QUERY_RESOLVE | COPY_SRC;
    default:
      return usage satisfies never;
  }
}
