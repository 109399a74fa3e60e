import { BackendUnavailableError } from "../backend.ts";
import { GpuLostError } from "../gpu_errors.ts";
import type { GpuAdapterTraits } from "../gpu_program.ts";
import { BufferPool } from "./buffer_pool.ts";
import { type AdapterChoice, findAdapter } from "./find_adapter.ts";
import { PipelineCache } from "./pipeline_cache.ts";
import type { GpuStats } from "./stats.ts";

/** Limits that a computation meets. All that the adapter has of each is asked for. */
const LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxUniformBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxUniformBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
  "maxComputeWorkgroupsPerDimension",
  "minStorageBufferOffsetAlignment",
  "minUniformBufferOffsetAlignment",
] as const;
const FEATURES = ["timestamp-query", "shader-f16", "subgroups"] as const;

/** A device, its buffers and its pipelines, until it is lost or closed. */
export class GpuSession {
  /** What the adapter calls itself. */
  readonly name: string;
  /** WebGPU's device. */
  readonly device: GPUDevice;
  /** What it can do. */
  readonly traits: GpuAdapterTraits;
  /** Its buffers. */
  readonly pool: BufferPool;
  /** Its pipelines. */
  readonly pipelines: PipelineCache;
  #loss: GpuLostError | undefined;

  private constructor(name: string, device: GPUDevice, software: boolean, memory: number, stats: GpuStats) {
    this.name = name;
    this.device = device;
    this.traits = {
      limits: Object.fromEntries(LIMITS.map((limit) => [limit, device.limits[limit]])),
      features: new Set(FEATURES.filter((feature) => device.features.has(feature as GPUFeatureName))),
      software,
    };
    this.pool = new BufferPool(device, stats.buffers, memory);
    this.pipelines = new PipelineCache(device, stats);
    void device.lost.then(({ reason, message }) => {
      this.#loss = new GpuLostError(name, { reason, message });
      this.pool.destroy();
    });
  }

  /** Opens a device. @throws {BackendUnavailableError} If there is none. */
  static async open(choice: AdapterChoice, memory: number, stats: GpuStats): Promise<GpuSession> {
    const found = await findAdapter(choice);
    if (!("adapter" in found)) throw new BackendUnavailableError("webgpu", found);
    const { adapter, name, software } = found;
    const request: GPUDeviceDescriptor = {
      label: "morlet",
      requiredFeatures: FEATURES.filter((feature) =>
        adapter.features.has(feature as GPUFeatureName)
      ) as GPUFeatureName[],
      // Some drivers say 2^64 - 1, which cannot be asked for.
      requiredLimits: Object.fromEntries(
        LIMITS.map((limit) => [limit, Math.min(adapter.limits[limit], Number.MAX_SAFE_INTEGER)]),
      ),
    };
    let device: GPUDevice;
    try {
      device = await adapter.requestDevice(request);
    } catch (cause) {
      const reason = `${name} gives no device: ${(cause as Error).message}`;
      throw new BackendUnavailableError("webgpu", { reason, remedy: "Check the card's driver", cause });
    }
    stats.devices++;
    return new GpuSession(name, device, software, memory, stats);
  }

  /** Whether the device is gone. */
  get lost(): boolean {
    return this.#loss !== undefined;
  }

  /** What an error comes from: the loss of the device, where that is why, or what it says itself. */
  async explain(error: unknown): Promise<unknown> {
    await new Promise((resolve) => setTimeout(resolve, 20)); // the news of a loss comes after the failures it causes
    return this.#loss ?? error;
  }

  /** Destroys the buffers and the device. */
  async close(): Promise<void> {
    this.pool.destroy();
    this.device.destroy();
    await this.device.lost;
  }
}
