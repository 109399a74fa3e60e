import { BackendUnavailableError } from "../backend.ts";
import { GpuLostError } from "../gpu_errors.ts";
import type { GpuAdapterTraits } from "../gpu_program.ts";
import { type AdapterChoice, findAdapter } from "./find_adapter.ts";
import { PipelineCache } from "./pipeline_cache.ts";

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

/**
 * A device and its compiled pipelines. It outlives the backend that opened it: the next one takes it over, without compiling again.
 * (Deno gives a destroyed device's memory back only when it collects garbage, which it does not know to be urgent: 200 devices
 * in a row took 400 MB.)
 */
export class SharedDevice {
  /** What the adapter calls itself. */
  readonly name: string;
  /** WebGPU's device. */
  readonly device: GPUDevice;
  /** What it can do. */
  readonly traits: GpuAdapterTraits;
  /** Its pipelines. */
  readonly pipelines: PipelineCache;
  #loss: GpuLostError | undefined;

  private constructor(name: string, device: GPUDevice, software: boolean) {
    this.name = name;
    this.device = device;
    this.traits = {
      limits: Object.fromEntries(LIMITS.map((limit) => [limit, device.limits[limit]])),
      features: new Set(FEATURES.filter((feature) => device.features.has(feature as GPUFeatureName))),
      software,
    };
    this.pipelines = new PipelineCache(device);
    void device.lost.then(({ reason, message }) => this.#loss = new GpuLostError(name, { reason, message }));
  }

  /** Opens a device. @throws {BackendUnavailableError} If there is none. */
  static async open(choice: AdapterChoice): Promise<SharedDevice> {
    const found = await findAdapter(choice);
    if (!("adapter" in found)) throw new BackendUnavailableError("webgpu", found);
    const { adapter, name, software } = found;
    try {
      const device = await adapter.requestDevice({
        label: "morlet",
        requiredFeatures: FEATURES.filter((feature) =>
          adapter.features.has(feature as GPUFeatureName)
        ) as GPUFeatureName[],
        // Some drivers say 2^64 - 1, which cannot be asked for.
        requiredLimits: Object.fromEntries(
          LIMITS.map((limit) => [limit, Math.min(adapter.limits[limit], Number.MAX_SAFE_INTEGER)]),
        ),
      });
      return new SharedDevice(name, device, software);
    } catch (cause) {
      const reason = `${name} gives no device: ${(cause as Error).message}`;
      throw new BackendUnavailableError("webgpu", { reason, remedy: "Check the card's driver", cause });
    }
  }

  /** Why the device is gone; undefined while it is there. */
  get loss(): GpuLostError | undefined {
    return this.#loss;
  }

  /** Destroys the device. */
  async close(): Promise<void> {
    this.device.destroy();
    await this.device.lost;
  }
}

/** Devices that nobody uses, by the choice that led to them. */
const idle = new Map<string, SharedDevice>();

/** Takes over a device that nobody uses, or opens one; tells which. @throws {BackendUnavailableError} If there is none. */
export async function takeDevice(choice: AdapterChoice): Promise<{ shared: SharedDevice; opened: boolean }> {
  const key = keyOf(choice), shared = idle.get(key);
  idle.delete(key);
  if (shared && !shared.loss) return { shared, opened: false };
  return { shared: await SharedDevice.open(choice), opened: true };
}

/** Keeps a device for whoever comes next; one is enough. */
export async function giveBackDevice(choice: AdapterChoice, shared: SharedDevice): Promise<void> {
  const key = keyOf(choice);
  if (shared.loss || idle.has(key)) await shared.close();
  else idle.set(key, shared);
}

/** Destroys the devices that nobody uses. */
export async function closeIdleDevices(): Promise<void> {
  const devices = [...idle.values()];
  idle.clear();
  for (const shared of devices) await shared.close();
}

function keyOf({ adapter, power_preference }: AdapterChoice): string {
  return `${adapter} ${power_preference}`;
}
