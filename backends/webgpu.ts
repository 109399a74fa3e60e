import { z } from "zod";
import type { BackendDefinition } from "./backend.ts";
import { extendBaseConfig } from "./base_config.ts";
import type { ConfigSchema } from "./config.ts";
import { choice, whole } from "./config_fields.ts";
import { describeAdapter, findAdapter } from "./webgpu/find_adapter.ts";

/** Configuration of the `webgpu` backend. */
export interface WebGpuConfig {
  /** Names the backend. */
  readonly type: "webgpu";
  /** `"hardware"` (default) takes a graphics card only, `"any"` also an adapter that computes on the processor. */
  readonly adapter: "hardware" | "any";
  /** Which card is preferred where there are several (default `"high-performance"`). */
  readonly power_preference: "high-performance" | "low-power";
  /**
   * Seconds that a batch of simulations should take, 0.01 to 1 (default 0.1): a watchdog ends what takes several, and between
   * batches a job can be cancelled.
   */
  readonly batch_seconds: number;
  /** Megabytes of the device's memory that a job may take (default 1024). */
  readonly memory_mb: number;
  /** Seconds after which a job is ended, 60 to 86400 (default: none). */
  readonly timeout?: number;
  /** How often a job is taken up again on a new device when its device was lost, 0 to 10 (default 1). */
  readonly retries: number;
}

const BATCH_SECONDS = "must be a number from 0.01 to 1";

/** Checks configurations of the `webgpu` backend. */
export const WebGpuConfig: ConfigSchema<WebGpuConfig> = extendBaseConfig<WebGpuConfig>("webgpu", {
  adapter: choice("hardware", "any").default("hardware").describe(
    '"hardware" (default) takes a graphics card only, "any" also an adapter that computes on the processor.',
  ),
  power_preference: choice("high-performance", "low-power").default("high-performance").describe(
    'Which card is preferred where there are several (default "high-performance").',
  ),
  batch_seconds: z.number(BATCH_SECONDS).min(0.01, BATCH_SECONDS).max(1, BATCH_SECONDS).default(0.1).describe(
    "Seconds that a batch of simulations should take, 0.01 to 1 (default 0.1): a watchdog ends what takes several, and between batches a job can be cancelled.",
  ),
  memory_mb: whole(16, Infinity).default(1024).describe(
    "Megabytes of the device's memory that a job may take (default 1024).",
  ),
  timeout: whole(60, 86400).optional().describe("Seconds after which a job is ended, 60 to 86400 (default: none)."),
  retries: whole(0, 10).default(1).describe(
    "How often a job is taken up again on a new device when its device was lost, 0 to 10 (default 1).",
  ),
}, {
  cannot: {
    env_vars: "a device has no environment",
    working_dir: "a device sees no files",
  },
});

/** Runs the GPU programs of tasks on a graphics card, by Deno's WebGPU. */
export const webgpu: BackendDefinition<WebGpuConfig> = {
  name: "webgpu",
  description: "A graphics card, for tasks that carry a GPU program",
  capabilities: { monteCarlo: true, run: false, deterministic: false, parallel: true, functions: false, gpu: true },
  schema: WebGpuConfig,
  async probe(config = WebGpuConfig.parse({})) {
    const found = await findAdapter(config);
    return "adapter" in found ? { available: true, detail: describeAdapter(found) } : found;
  },
  async open(config) {
    const { WebGpuEngine } = await import("./webgpu/engine.ts");
    return new WebGpuEngine(config);
  },
};
