import { backOff } from "../back_off.ts";
import { BackendUnavailableError } from "../backend.ts";
import type { TaskRequest } from "../backend.ts";
import type { DaskConfig } from "../dask_config.ts";
import { packTask } from "../shards/pack_task.ts";
import { PartialMerger } from "../span_queue.ts";
import { resolveTask } from "../task.ts";
import { DaskBridge } from "./bridge.ts";
import { DaskJob, DaskLostError } from "./dask_job.ts";

/** Runs Monte Carlo on a Dask cluster. One bridge serves all jobs, and is started again where it was lost. */
export class DaskEngine {
  readonly #config: DaskConfig;
  #bridge: DaskBridge | undefined;
  #jobs = 0;

  /** Makes an engine that is not connected yet. */
  constructor(config: DaskConfig) {
    this.#config = config;
  }

  /**
   * Connects, unless it is connected.
   *
   * @throws {BackendUnavailableError} If there is no Python, no client in it, no scheduler that answers, or if versions differ.
   */
  async connect(): Promise<DaskBridge> {
    if (!this.#bridge?.usable) {
      const lost = this.#bridge;
      this.#bridge = new DaskBridge(this.#config);
      await lost?.close();
    }
    const bridge = this.#bridge;
    try {
      await bridge.connected;
      return bridge;
    } catch (error) {
      if (this.#bridge === bridge) this.#bridge = undefined;
      await bridge.close();
      throw error;
    }
  }

  /** Runs all simulations of a request and joins their partials in order. */
  async run(request: TaskRequest): Promise<unknown> {
    const { task, nSimulations, signal } = request, { retries } = this.#config;
    this.#hold(1);
    try {
      const definition = await resolveTask(task);
      const packed = await packTask(task, request);
      const merger = new PartialMerger(definition);
      const job = new DaskJob({ config: this.#config, request, packed, chunk: definition.chunk ?? 1, merger });
      for (let losses = 0;; losses++) {
        try {
          await job.run(await orAbort(this.connect(), signal));
          return merger.result(nSimulations);
        } catch (error) {
          if (!(error instanceof DaskLostError)) throw error;
          if (losses === retries) {
            const remedy = `Run the job again when it is back; retries, now ${retries}, says how often that is tried`;
            throw new BackendUnavailableError("dask", { reason: error.message, remedy, cause: error });
          }
          await backOff(losses, signal);
        }
      }
    } finally {
      this.#hold(-1);
    }
  }

  /** Stops what it has started. */
  async close(): Promise<void> {
    await this.#bridge?.close();
  }

  /** Between jobs the program does not stay alive for the bridge. */
  #hold(jobs: number): void {
    this.#jobs += jobs;
    this.#bridge?.hold(this.#jobs > 0);
  }
}

/** What a promise comes to, unless the signal aborts first. */
async function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    promise.catch(() => {});
  }
}
