import { GpuPassError } from "../gpu_errors.ts";
import type { GpuPass } from "../gpu_program.ts";
import { scoped } from "./error_scopes.ts";
import type { GpuStats } from "./stats.ts";

/** How many pipelines are kept. */
const MOST = 1024;

/** Compiles the shaders of passes, equal ones once. */
export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #pipelines = new Map<string, GPUComputePipeline>();

  /** Makes an empty cache. */
  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** The pipeline of a pass. @throws {GpuPassError} If its code does not compile: it names the line. */
  async get(pass: GpuPass, stats: GpuStats): Promise<GPUComputePipeline> {
    const { label, code, entryPoint = "main", constants = {} } = pass;
    const key = JSON.stringify([entryPoint, Object.entries(constants).sort(), code]);
    const known = this.#pipelines.get(key);
    if (known) return known;
    const module = await scoped(this.#device, () => this.#device.createShaderModule({ label, code }));
    if (module.validation) throw new GpuPassError(label, { why: module.validation });
    const { value: pipeline, validation } = await scoped(this.#device, () =>
      this.#device.createComputePipeline({
        label,
        layout: "auto",
        compute: { module: module.value, entryPoint, constants: { ...constants } },
      }));
    if (validation) throw new GpuPassError(label, { why: validation });
    stats.pipelines++;
    this.#pipelines.set(key, pipeline);
    if (this.#pipelines.size > MOST) this.#pipelines.delete(this.#pipelines.keys().next().value!);
    return pipeline;
  }
}
