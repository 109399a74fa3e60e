import type { GpuPass } from "../gpu_program.ts";
import type { GpuStats } from "./stats.ts";

/** Timestamps that a set of queries holds at most. */
const MOST = 4096;

/** Measures each pass by timestamps before and after it. */
export class PassTimer {
  readonly #passes: readonly GpuPass[];
  readonly #stats: GpuStats;
  readonly #sets: GPUQuerySet[] = [];
  readonly #resolved: GPUBuffer;

  /** Makes the queries for these passes; `resolved` is a buffer of {@linkcode bytes}. */
  constructor(device: GPUDevice, passes: readonly GpuPass[], resolved: GPUBuffer, stats: GpuStats) {
    this.#passes = passes;
    this.#stats = stats;
    this.#resolved = resolved;
    for (let left = 2 * passes.length; left > 0; left -= MOST) {
      this.#sets.push(device.createQuerySet({ type: "timestamp", count: Math.min(left, MOST) }));
    }
  }

  /** Bytes that the timestamps of so many passes take. */
  static bytes(passes: number): number {
    return 16 * passes;
  }

  /** Where the times of pass number `i` are written. */
  writes(i: number): GPUComputePassTimestampWrites {
    const at = 2 * i % MOST;
    return {
      querySet: this.#sets[Math.floor(2 * i / MOST)],
      beginningOfPassWriteIndex: at,
      endOfPassWriteIndex: at + 1,
    };
  }

  /** Copies the times to a place in another buffer. */
  resolve(encoder: GPUCommandEncoder, target: GPUBuffer, offset: number): void {
    for (const [i, set] of this.#sets.entries()) {
      encoder.resolveQuerySet(set, 0, set.count, this.#resolved, 8 * MOST * i);
    }
    encoder.copyBufferToBuffer(this.#resolved, 0, target, offset, PassTimer.bytes(this.#passes.length));
  }

  /** Adds the times of a batch to the statistics. */
  count(times: BigUint64Array): void {
    for (const [i, { label }] of this.#passes.entries()) {
      const sums = this.#stats.passes.get(label) ?? { dispatches: 0, ticks: 0 };
      sums.dispatches++;
      sums.ticks += Number(times[2 * i + 1] - times[2 * i]);
      this.#stats.passes.set(label, sums);
    }
  }

  /** Destroys the queries. */
  destroy(): void {
    for (const set of this.#sets) set.destroy();
  }
}
