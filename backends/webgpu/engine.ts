import { InvalidArgumentError } from "../../random/mod.ts";
import type { BackendEngine, TaskRequest } from "../backend.ts";
import { GpuLostError, GpuProgramMissingError } from "../gpu_errors.ts";
import { resolveTask, type Task } from "../task.ts";
import { withTimeLimit } from "../time_limit.ts";
import type { WebGpuConfig } from "../webgpu.ts";
import { GpuJob } from "./gpu_job.ts";
import { GpuSession } from "./session.ts";
import { type GpuStats, noStats } from "./stats.ts";

/** Runs tasks that carry a GPU program on one device, which all jobs share. */
export class WebGpuEngine implements BackendEngine {
  readonly #config: WebGpuConfig;
  readonly #profile: boolean;
  /** What the engine has done, and what it holds. */
  readonly stats: GpuStats = noStats();
  #session: Promise<GpuSession> | undefined;
  #device: string | undefined;

  /**
   * Takes the configuration; the device is opened when the first job comes.
   *
   * @param options With `profile`, passes are timed, which costs a little.
   */
  constructor(config: WebGpuConfig, { profile = false }: { profile?: boolean } = {}) {
    this.#config = config;
    this.#profile = profile;
  }

  /** Runs all simulations of a task that has a GPU program. */
  async runTask(request: TaskRequest): Promise<unknown> {
    const { task, nSimulations, nJobs, simulationTimeout } = request;
    if (simulationTimeout !== undefined) {
      throw new InvalidArgumentError("simulationTimeout", simulationTimeout, 'left out on the backend "webgpu"', {
        hint: "A GPU runs many simulations at a time and cannot end one of them: give the configuration a timeout",
      });
    }
    if (nJobs !== undefined) {
      throw new InvalidArgumentError("nJobs", nJobs, 'left out on the backend "webgpu"', {
        hint: "How many simulations run side by side follows from the device",
      });
    }
    const definition = await resolveTask(task);
    if (!definition.gpu) throw new GpuProgramMissingError("webgpu", nameOf(task), await backendsFor(task));
    const { memory_mb, batch_seconds, timeout, retries } = this.#config;
    return await withTimeLimit(
      `A job of ${nSimulations} simulations`,
      timeout,
      request.signal,
      async (signal) => {
        const job = new GpuJob(definition, { ...request, signal }, {
          memory: memory_mb * 1e6,
          batchSeconds: batch_seconds,
          stats: this.stats,
          profile: this.#profile,
        });
        for (let losses = 0;; losses++) {
          const session = await this.#open();
          this.#device = session.name;
          try {
            return await job.run(session, losses);
          } catch (error) {
            if (signal.aborted) throw error;
            const reason = await session.explain(error);
            if (!(reason instanceof GpuLostError)) throw reason;
            await session.close();
            if (losses === retries) throw reason;
          }
        }
      },
    );
  }

  /** The adapter's name, once there has been work. */
  device(): string | undefined {
    return this.#device;
  }

  /** Destroys all buffers. The device is kept for the next backend of this program. */
  async [Symbol.asyncDispose](): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    this.#session = undefined;
    await session?.close();
  }

  /** The device that all jobs share; a new one where it was lost. */
  async #open(): Promise<GpuSession> {
    const current = this.#session;
    const known = await current?.catch(() => undefined);
    if (known && !known.lost) return known;
    if (this.#session === current) {
      this.#session = GpuSession.open(this.#config, this.#config.memory_mb * 1e6, this.stats);
    }
    return await this.#session!;
  }
}

function nameOf(task: Task): string {
  return "run" in task ? `the function ${task.run.name || "that was given"}` : `"${task.name}" of ${task.module}`;
}

/** Names of the backends that run what has no GPU program. */
async function backendsFor(task: Task): Promise<string[]> {
  const { defaultRegistry } = await import("../default_registry.ts");
  return defaultRegistry.names.filter((name) => {
    const { monteCarlo, functions } = defaultRegistry.capabilities(name);
    return monteCarlo && (functions || !("run" in task)) && name !== "webgpu";
  });
}
