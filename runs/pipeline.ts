import { InvalidArgumentError } from "../random/mod.ts";
import { getBackend, hideSecrets, Job, JobCancelledError, parseBackendConfig } from "../backends/mod.ts";
import type { BackendConfig, OutputStream, RunTicket, RunUsage } from "../backends/mod.ts";
import { ModelRun } from "./model_run.ts";
import type { FromFileOptions } from "./model_run.ts";
import type { WctModel } from "./model.ts";
import type { ProcessorConfig } from "./postprocessor.ts";
import { parseProcessorConfig } from "./processor_registry.ts";
import { requireRunner } from "./run_stage.ts";
import type { Settings } from "./settings.ts";
import { testableSeries } from "./testable_series.ts";
import { WorkspaceError } from "./workspace.ts";

/** How a stage of a pipeline went. */
export interface StageResult {
  /** `generate`, `run`, or `postprocess: archive` and so on. */
  readonly stage: string;
  /**
   * `done` now, `kept` from an earlier time, `planned` in a dry run or for the time when the run has ended, `submitted` to run without this
   * process, `failed`, or `skipped` as an earlier one failed.
   */
  readonly status: "done" | "kept" | "planned" | "submitted" | "failed" | "skipped";
  /** How long it took, in seconds. */
  readonly seconds: number;
  /** What it did, in a sentence. */
  readonly message: string;
  /** The files it made, below the workspace. */
  readonly files?: readonly string[];
  /** What it used. */
  readonly usage?: RunUsage;
}

/** What a pipeline has done. */
export interface PipelineResult {
  /** Whether no stage failed. */
  readonly success: boolean;
  /** The run's name. */
  readonly runId: string;
  /** The run's folder. */
  readonly workspace: string;
  /** The master seed, once it is known. */
  readonly seed?: Settings["seed"];
  /** The stages, in order. */
  readonly stages: readonly StageResult[];
  /** What the run is known by that goes on without this process. */
  readonly submitted?: RunTicket;
}

/** Settings of {@linkcode pipeline}. */
export interface PipelineOptions extends FromFileOptions {
  /** Where it runs, in the place of the study's `backend`. */
  backend?: { readonly type: string };
  /** What becomes of the output, in the place of the study's `postprocess`. */
  postprocess?: readonly { readonly type: string }[];
  /** Removes what a former run has left in the workspace (default false). */
  force?: boolean;
  /** Checks everything and says what would be done, but does nothing (default false). */
  dryRun?: boolean;
  /**
   * Whether the run is waited for (default true); if not, it is submitted to a backend where it goes on without this process. The same
   * pipeline, started again, follows it and does the rest.
   */
  wait?: boolean;
  /** Removes the workspace when a stage fails, if this pipeline has made it (default false). */
  cleanupOnFailure?: boolean;
  /** Checks after each stage that what it should have left is there (default true). */
  validateStages?: boolean;
  /** Called as stages end. */
  onStage?: (stage: StageResult) => void;
  /** Called with what the run writes, as it comes. */
  onOutput?: (text: string, stream: OutputStream) => void;
  /** Called as the study's simulations are done. */
  onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Called, where the backend has a queue, as the run's state changes: "job 12 is PENDING (Resources)". */
  onStatus?: (status: string) => void;
  /** Cancels the pipeline when it aborts. */
  signal?: AbortSignal;
}

/** Thrown when a stage of a pipeline has failed. Its `cause` is what the stage threw. */
export class StageError extends Error {
  /** Names the class. */
  override readonly name = "StageError";
  /** The stage that failed. */
  readonly stage: string;
  /** How all stages went. */
  readonly result: PipelineResult;

  /** Names the stage and the reason; secrets of the configuration are `***`. */
  constructor(stage: string, result: PipelineResult, cause: unknown, config?: unknown) {
    const reason = hideSecrets((cause as Error)?.message ?? String(cause), config);
    super(`The stage "${stage}" of the run "${result.runId}" failed: ${reason}`, { cause });
    this.stage = stage;
    this.result = result;
  }
}

/**
 * Takes a study through its stages: generate, run, postprocess. What an earlier, interrupted pipeline has done in the workspace is
 * kept, and the rest is done now; a finished workspace is never overwritten unless forced.
 *
 * @example A study of one command
 * ```ts
 * import { pipeline } from "@morlet/morlet/runs";
 * import assert from "node:assert/strict";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/study.yaml`, `
 * run_id: greeting
 * model: { type: command, command: echo hello > outputs/hello.txt, outputs: [hello.txt] }
 * postprocess: [{ type: noop }]
 * `);
 * const { success, stages } = await pipeline(`${folder}/study.yaml`);
 * assert.ok(success);
 * assert.deepEqual(stages.map(({ stage }) => stage), ["generate", "run", "postprocess: noop"]);
 * ```
 *
 * @param study The study's file, or a {@linkcode ModelRun}.
 * @param options Where it runs, what is kept, who is told.
 * @returns A job of how the stages went.
 * @throws {StageError} If a stage fails. The job rejects with it.
 * @throws {WorkspaceError} If the workspace is finished, in use, or not of this study. The job rejects with it.
 */
export function pipeline(study: string | URL | ModelRun, options: PipelineOptions = {}): Job<PipelineResult> {
  return new Job<PipelineResult>(async ({ signal, advance, setTotal, setStatus }) => {
    const run = study instanceof ModelRun ? study : await ModelRun.fromFile(study, options);
    const backend = options.backend === undefined ? run.study.backend : parseBackendConfig(options.backend);
    const processors = options.postprocess?.map((one) => parseProcessorConfig(one)) ?? run.study.postprocess;
    const chosen = processors === run.study.postprocess ? run : run.with({ postprocess: processors });
    setTotal(2 + processors.length);
    const { wait = true, dryRun, onStatus } = options;
    if (!wait) requireRunner(backend, "detached");
    if (dryRun) return await plan(chosen, backend, options);
    const told = (status: string) => {
      setStatus(status);
      onStatus?.(status);
    };
    return await new Stages(chosen, backend, { ...options, onStatus: told }, signal, advance).all();
  }, { name: "The pipeline", total: 1, signal: options.signal });
}

class Stages {
  readonly #run: ModelRun;
  readonly #backend: BackendConfig;
  readonly #options: PipelineOptions;
  readonly #signal: AbortSignal;
  readonly #advance: (count: number) => void;
  readonly #stages: StageResult[] = [];
  #seed: Settings["seed"] | undefined;

  constructor(
    run: ModelRun,
    backend: BackendConfig,
    options: PipelineOptions,
    signal: AbortSignal,
    advance: (count: number) => void,
  ) {
    this.#run = run;
    this.#backend = backend;
    this.#options = options;
    this.#signal = signal;
    this.#advance = advance;
  }

  async all(): Promise<PipelineResult> {
    const run = this.#run, { force = false, cleanupOnFailure = false } = this.#options;
    const { postprocess } = run.study;
    await using _lock = await run.lock();
    const ours = force || await run.record() === undefined; // what was there before is not ours to remove
    try {
      const missing = force ? undefined : await run.missing();
      if (missing?.length === 0) await run.generate(); // which says that it is finished
      const isKept = (stage: string) => missing !== undefined && !missing.includes(stage);
      await this.#stage("generate", isKept("generate"), async () => {
        const { seed, workspace } = await run.generate({ force });
        return { message: `Made ${workspace} with seed ${seed}` };
      });
      this.#seed = (await run.settings())?.seed;
      const { wait = true, onOutput, onProgress, onStatus } = this.#options;
      if (!wait && !isKept("run")) return await this.#submit();
      await this.#stage("run", isKept("run"), async () => {
        const { usage } = await run.run(this.#backend, { onOutput, onProgress, onStatus, signal: this.#signal });
        return { message: `Ran on "${this.#backend.type}" in ${usage.wallSeconds.toFixed(1)} s`, usage };
      });
      for (const [i, config] of postprocess.entries()) {
        await this.#stage(nameOf(config), isKept(`postprocess.${i}`), async () => {
          const { message, files } = await run.postprocess(config, { signal: this.#signal });
          return { message, files };
        });
      }
      return this.#result(true);
    } catch (error) {
      const goesOn = (await run.record())?.submitted !== undefined;
      if (cleanupOnFailure && ours && !goesOn && !(error instanceof WorkspaceError)) await run.remove();
      throw error;
    }
  }

  /** Submits the run and leaves the rest for later. */
  async #submit(): Promise<PipelineResult> {
    let submitted: RunTicket | undefined;
    await this.#stage("run", false, async () => {
      submitted = await this.#run.submit(this.#backend, { signal: this.#signal });
      const { id, status } = submitted;
      return { status: "submitted", message: `Job ${id} on "${this.#backend.type}" is ${status}` };
    });
    for (const stage of stagesOf(this.#run).slice(this.#stages.length)) {
      this.#stages.push({ stage, status: "planned", seconds: 0, message: "Once the run has ended" });
    }
    return { ...this.#result(true), submitted };
  }

  async #stage(
    stage: string,
    kept: boolean,
    work: () => Promise<Pick<StageResult, "message" | "files" | "usage"> & { readonly status?: "submitted" }>,
  ): Promise<void> {
    const started = performance.now();
    const told = (rest: Omit<StageResult, "stage" | "seconds">) => {
      const result = { stage, seconds: (performance.now() - started) / 1000, ...rest };
      this.#stages.push(result);
      this.#advance(1);
      this.#options.onStage?.(result);
    };
    if (kept) return told({ status: "kept", message: "Done at an earlier time" });
    try {
      this.#signal.throwIfAborted();
      const done = await work();
      if (this.#options.validateStages ?? true) await this.#run.validate();
      told({ status: "done", ...done });
    } catch (error) {
      if (error instanceof WorkspaceError || error instanceof JobCancelledError || this.#signal.aborted) throw error;
      const { message } = error as Error, configs = [this.#run.study, this.#backend];
      told({ status: "failed", message: hideSecrets(message, configs) });
      for (const later of stagesOf(this.#run).slice(this.#stages.length)) {
        this.#stages.push({ stage: later, status: "skipped", seconds: 0, message: `"${stage}" failed` });
      }
      throw new StageError(stage, this.#result(false), error, configs);
    }
  }

  #result(success: boolean): PipelineResult {
    const { runId, workspace } = this.#run;
    return { success, runId, workspace, seed: this.#seed, stages: this.#stages };
  }
}

/** Checks what can be checked without doing anything, and says what would be done. */
async function plan(
  run: ModelRun,
  backend: BackendConfig,
  { force = false }: PipelineOptions,
): Promise<PipelineResult> {
  const { model, seed } = run.study;
  const missing = force ? stageKeys(run) : await run.missing();
  if (missing.length === 0) {
    throw new WorkspaceError(run.workspace, "finished", "a run has finished there. Choose another run_id, or force");
  }
  await using opened = getBackend(backend.type, backend);
  const { availability } = await opened.getInfo();
  if (!availability.available) {
    throw new InvalidArgumentError("backend.type", backend.type, "a backend that is available", {
      hint: `${availability.reason}. ${availability.remedy}`,
    });
  }
  const what = model.type === "wct"
    ? `${(await testableSeries(model)).axis.length} samples, ${pairs(model.significance)} pairs of surrogates`
    : String(model.command ?? "the backend's command");
  const words = [
    `Would make ${run.workspace} with ${seed === undefined ? "a seed that is drawn" : `seed ${seed}`}`,
    `Would run on "${backend.type}": ${what}`,
    ...run.study.postprocess.map(({ type }) => `Would run the postprocessor "${type}"`),
  ];
  const stages = stagesOf(run).map((stage, i): StageResult => {
    const planned = missing.includes(stageKeys(run)[i]);
    return {
      stage,
      status: planned ? "planned" : "kept",
      seconds: 0,
      message: planned ? words[i] : "Done at an earlier time",
    };
  });
  return { success: true, runId: run.runId, workspace: run.workspace, seed, stages };
}

function pairs({ mc_count, tolerance = 0.01, region_count }: WctModel["significance"]): string {
  const count = mc_count === "auto" ? `as many as a tolerance of ${tolerance} takes in` : String(mc_count);
  return region_count ? `${count} and ${region_count}` : count;
}

function stagesOf(run: ModelRun): string[] {
  return ["generate", "run", ...run.study.postprocess.map(nameOf)];
}

function stageKeys(run: ModelRun): string[] {
  return ["generate", "run", ...run.study.postprocess.map((_, i) => `postprocess.${i}`)];
}

function nameOf({ type }: ProcessorConfig): string {
  return `postprocess: ${type}`;
}
