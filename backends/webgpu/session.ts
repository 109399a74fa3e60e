import type { GpuAdapterTraits } from "../gpu_program.ts";
import { BufferPool } from "./buffer_pool.ts";
import type { AdapterChoice } from "./find_adapter.ts";
import type { PipelineCache } from "./pipeline_cache.ts";
import { giveBackDevice, type SharedDevice, takeDevice } from "./shared_device.ts";
import type { GpuStats } from "./stats.ts";

/** A backend's use of a device, with buffers of its own, until the device is lost or the backend closed. */
export class GpuSession {
  /** Its buffers. */
  readonly pool: BufferPool;
  readonly #choice: AdapterChoice;
  readonly #shared: SharedDevice;

  private constructor(choice: AdapterChoice, shared: SharedDevice, memory: number, stats: GpuStats) {
    this.#choice = choice;
    this.#shared = shared;
    this.pool = new BufferPool(shared.device, stats.buffers, memory);
  }

  /**
   * Takes a device.
   *
   * @param memory Bytes of buffers that may lie idle.
   * @throws {BackendUnavailableError} If there is none.
   */
  static async open(choice: AdapterChoice, memory: number, stats: GpuStats): Promise<GpuSession> {
    const { shared, opened } = await takeDevice(choice);
    if (opened) stats.devices++;
    return new GpuSession(choice, shared, memory, stats);
  }

  /** What the adapter calls itself. */
  get name(): string {
    return this.#shared.name;
  }

  /** WebGPU's device. */
  get device(): GPUDevice {
    return this.#shared.device;
  }

  /** What it can do. */
  get traits(): GpuAdapterTraits {
    return this.#shared.traits;
  }

  /** Its pipelines. */
  get pipelines(): PipelineCache {
    return this.#shared.pipelines;
  }

  /** Whether the device is gone. */
  get lost(): boolean {
    return this.#shared.loss !== undefined;
  }

  /** What an error comes from: the loss of the device, where that is why, or what it says itself. */
  async explain(error: unknown): Promise<unknown> {
    await new Promise((resolve) => setTimeout(resolve, 20)); // the news of a loss comes after the failures it causes
    return this.#shared.loss ?? error;
  }

  /** Destroys the buffers and gives the device back. */
  async close(): Promise<void> {
    this.pool.destroy();
    await giveBackDevice(this.#choice, this.#shared);
  }
}
