import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, rename } from "node:fs/promises";
import { basename } from "node:path";
import {
  contentHash,
  defaultRegistry,
  drawSeed,
  Job,
  loadDocument,
  maskSecrets,
  parseBackendConfig,
  parseDocument,
  versions,
} from "../backends/mod.ts";
import type { BackendConfig, LoadOptions, RunOutcome, RunTicket } from "../backends/mod.ts";
import type { Model } from "./model.ts";
import type { ProcessorConfig, ProcessorResult } from "./postprocessor.ts";
import { loadPostprocessors, parseProcessorConfig } from "./processor_registry.ts";
import { runPostprocessor } from "./run_postprocessor.ts";
import { configOfSubmitted, missingOutputs, requireRunner, runStage, submitStage } from "./run_stage.ts";
import type { RunPlace, RunStageOptions } from "./run_stage.ts";
import type { Settings } from "./settings.ts";
import { StudyConfig } from "./study.ts";
import type { Study } from "./study.ts";
import { testableSeries } from "./testable_series.ts";
import { Workspace, WorkspaceError } from "./workspace.ts";
import type { RunRecord } from "./workspace.ts";

/** Settings of {@linkcode ModelRun.fromFile}. */
export interface FromFileOptions extends LoadOptions {
  /** Whether modules that the study names in `plugins` are loaded, which runs them (default true). */
  plugins?: boolean;
}

/** Settings of {@linkcode ModelRun.prototype.generate}. */
export interface GenerateOptions {
  /** Removes what a former run has left in the workspace (default false). */
  force?: boolean;
}

/**
 * A study on disk: its workspace `output_dir/run_id` with inputs, settings, logs and outputs, and the stages that fill it.
 *
 * @example Generate a workspace, run in it, and look at the output
 * ```ts
 * import { ModelRun } from "@morlet/morlet/runs";
 * import assert from "node:assert/strict";
 *
 * const folder = await Deno.makeTempDir();
 * const run = new ModelRun({
 *   run_id: "hello",
 *   seed: 42,
 *   model: { type: "command", command: "echo seed $MORLET_SEED > outputs/hello.txt", outputs: ["hello.txt"] },
 * }, { folder });
 * await run.generate();
 * const outcome = await run.run();
 * assert.equal(outcome.exitCode, 0);
 * assert.equal(await Deno.readTextFile(`${run.workspace}/outputs/hello.txt`), "seed 42\n");
 * await run.postprocess("noop");
 * ```
 */
export class ModelRun {
  /** The study, its defaults filled in. */
  readonly study: Study;
  readonly #workspace: Workspace;

  /**
   * Checks a study. Nothing is made yet.
   *
   * @param study The study, as a document.
   * @param options.folder Where its relative paths start (default: the current folder).
   * @throws {ConfigError} Naming everything that is wrong.
   */
  constructor(study: unknown, { folder }: { folder?: string } = {}) {
    this.study = StudyConfig.parse(study, { folder });
    this.#workspace = new Workspace(`${this.study.output_dir}/${this.study.run_id}`);
  }

  /**
   * Reads a study from a YAML or JSON file.
   *
   * @throws {ConfigError} Naming file, line, field, value and constraint of everything that is wrong.
   */
  static async fromFile(path: string | URL, { plugins = true, ...options }: FromFileOptions = {}): Promise<ModelRun> {
    const document = await loadDocument(path, options);
    const { plugins: named } = (document.data ?? {}) as { plugins?: unknown };
    if (plugins && Array.isArray(named)) {
      const absolute = named.map((one) => /^\.{1,2}\//.test(one) ? `${document.folder}/${one}` : one);
      await defaultRegistry.load(absolute);
      await loadPostprocessors(absolute);
      const data = { ...document.data as object, plugins: absolute };
      return new ModelRun(parseDocument(StudyConfig, document.with(data)), { folder: document.folder });
    }
    return new ModelRun(parseDocument(StudyConfig, document), { folder: document.folder });
  }

  /** The same run with parts of its study in the place of its own. */
  with(parts: Partial<Pick<Study, "backend" | "postprocess">>): ModelRun {
    return new ModelRun({ ...this.study, ...parts });
  }

  /** The run's name. */
  get runId(): string {
    return this.study.run_id;
  }

  /** The run's folder. */
  get workspace(): string {
    return this.#workspace.path;
  }

  /** What has been done; undefined before anything has. */
  async record(): Promise<RunRecord | undefined> {
    return await this.#workspace.record();
  }

  /** What decides the results, with the seed that was drawn; undefined before the workspace is made. */
  async settings(): Promise<Settings | undefined> {
    return await this.#workspace.settings();
  }

  /** Keeps other runs out of the workspace until the result is disposed of. */
  async lock(): Promise<AsyncDisposable> {
    return await this.#workspace.lock();
  }

  /** The stages that are still to be done, in order: `generate`, `run`, and `postprocess` with its position. */
  async missing(): Promise<string[]> {
    const record = await this.record();
    if (!record) return ["generate", "run", ...this.study.postprocess.map((_, i) => `postprocess.${i}`)];
    this.#requireSame(record);
    return [
      ...record.run ? [] : ["run"],
      ...this.study.postprocess.flatMap((config, i) =>
        record.run && record.postprocess?.[processorKey(config)] ? [] : [`postprocess.${i}`]
      ),
    ];
  }

  /**
   * Makes the workspace: inputs are copied, the seed is drawn if none was given, settings are written with secrets masked. A
   * workspace that was interrupted here is made anew; one that this study has made stays as it is.
   *
   * @throws {WorkspaceError} If a run has finished there, another study has made it, or it is in use.
   * @throws {InvalidArgumentError} If the series cannot be read or tested, naming file and column.
   */
  async generate(
    { force = false }: GenerateOptions = {},
  ): Promise<{ readonly workspace: string; readonly seed: Settings["seed"] }> {
    await using _lock = await this.lock();
    const { study } = this;
    const record = await this.record();
    if (record && !force) {
      this.#requireSame(record);
      if ((await this.missing()).length === 0) throw this.#finished();
      const { seed } = (await this.settings())!;
      return { workspace: this.workspace, seed };
    }
    if (record?.submitted) throw this.#underWay(record.submitted.id);
    if (study.model.type === "wct") await testableSeries(study.model); // what cannot be tested is refused before it is begun
    await this.#workspace.clear();
    const seed = study.seed ?? drawSeed();
    const inputs: Record<string, string> = {};
    await mkdir(this.#workspace.at("inputs"), { recursive: true });
    const keep = async (path: string): Promise<string> => {
      // Inputs of one name from several folders each get a place of their own.
      const name = freeName(basename(path), inputs);
      const place = this.#workspace.at("inputs", name);
      await copyFile(path, `${place}.part`);
      await rename(`${place}.part`, place);
      inputs[`inputs/${name}`] = await fileHash(place);
      return `inputs/${name}`;
    };
    const model = await moveInputs(study.model, keep);
    await mkdir(this.#workspace.at("outputs"), { recursive: true });
    await this.#workspace.saveSettings({
      run_id: study.run_id,
      seed,
      plugins: study.plugins,
      model,
      backend: maskSecrets(study.backend),
      postprocess: maskSecrets(study.postprocess),
      versions: versions(),
    });
    await this.#workspace.saveRecord({ study: studyHash(study), inputs, generated: new Date().toISOString() });
    return { workspace: this.workspace, seed };
  }

  /**
   * Runs the model in its workspace. Where it was submitted from there before, by a process that has ended, it is followed.
   *
   * @param config Where it runs, in the place of the study's `backend`.
   * @param options Output, progress, signal.
   * @returns A job of how it ended.
   * @throws {RunFailedError} If it failed. The job rejects with it.
   * @throws {WorkspaceError} If there is no workspace, or a run has succeeded there. The job rejects with it.
   */
  run(config?: BackendConfig | { readonly type: string }, options: RunStageOptions = {}): Job<RunOutcome> {
    const chosen = config === undefined ? this.study.backend : parseBackendConfig(config);
    requireRunner(chosen, "run");
    return this.#job("run", () => chosen, options);
  }

  /**
   * Submits the model's run, which goes on without this process, and tells the number by which the backend knows it. A run that has been
   * submitted is not submitted again.
   *
   * @param config Where it runs, in the place of the study's `backend`: a backend whose runs go on without this process, such as `slurm`.
   * @param options The signal that gives up.
   * @throws {WorkspaceError} If there is no workspace, or a run has succeeded there.
   */
  async submit(
    config?: BackendConfig | { readonly type: string },
    { signal }: Pick<RunStageOptions, "signal"> = {},
  ): Promise<RunTicket> {
    const chosen = config === undefined ? this.study.backend : parseBackendConfig(config);
    requireRunner(chosen, "detached");
    await using _lock = await this.lock();
    return await submitStage(await this.#place(), chosen, signal);
  }

  /**
   * Follows the run that was submitted from the workspace to its end, be it by another process.
   *
   * @param config How it was submitted, for the case that it must be sent again (default: the study's `backend`, or what the workspace
   * knows, where that is another: then it is not sent again).
   * @param options Output, progress, and a signal, which ends the run.
   * @returns A job of how it ended.
   * @throws {RunFailedError} If it failed. The job rejects with it.
   * @throws {NothingSubmittedError} If nothing was submitted. The job rejects with it.
   */
  attach(config?: BackendConfig | { readonly type: string }, options: RunStageOptions = {}): Job<RunOutcome> {
    const chosen = config && parseBackendConfig(config);
    return this.#job("attach", (record) => chosen ?? configOfSubmitted(this.study, record), options);
  }

  #job(
    verb: "run" | "attach",
    config: (record: RunRecord) => BackendConfig,
    options: RunStageOptions,
  ): Job<RunOutcome> {
    return new Job<RunOutcome>(async (control) => {
      await using _lock = await this.lock();
      const place = await this.#place();
      return await runStage(place, verb, config(place.record), options, control);
    }, { name: `The run "${this.runId}"`, total: 1, signal: options.signal });
  }

  /**
   * Processes what the run has put out.
   *
   * @example As a configuration, or by name with options
   * ```ts ignore
   * await run.postprocess({ type: "archive", format: "zip" });
   * await run.postprocess("analyze", { output_format: "netcdf", compress: true, analysis_type: "spectral" });
   * ```
   *
   * @param processor A configuration, or a postprocessor's name.
   * @param options The configuration's fields, beside the name.
   * @returns A job of what it did.
   * @throws {ConfigError} If the configuration cannot be used.
   * @throws {WorkspaceError} If there is no run that succeeded. The job rejects with it.
   */
  postprocess(
    processor: string | { readonly type: string },
    options: Readonly<Record<string, unknown>> & { signal?: AbortSignal } = {},
  ): Job<ProcessorResult> {
    const { signal, ...fields } = options;
    const config = parseProcessorConfig({
      ...fields,
      ...typeof processor === "string" ? { type: processor } : processor,
    });
    return new Job<ProcessorResult>(async (control) => {
      await using _lock = await this.lock();
      const record = await this.#requireRecord();
      if (!record.run) throw new WorkspaceError(this.workspace, "missing", "no run has succeeded there yet");
      const settings = (await this.settings())!;
      const result = await runPostprocessor(config, { workspace: this.workspace, settings, signal: control.signal });
      control.advance(1);
      const entry = { type: config.type, finished: new Date().toISOString(), ...result };
      const postprocess = { ...record.postprocess, [processorKey(config)]: entry };
      await this.#workspace.saveRecord({ ...record, postprocess });
      return result;
    }, { name: `The postprocessor "${config.type}"`, total: 1, signal });
  }

  /** Checks what a stage has left: inputs as they were copied, outputs that are there. @throws {Error} Naming what is not. */
  async validate(): Promise<void> {
    const record = await this.#requireRecord();
    for (const [path, hash] of Object.entries(record.inputs)) {
      const now = await fileHash(this.#workspace.at(path)).catch(() => "missing");
      if (now !== hash) throw new Error(`The input ${path} in ${this.workspace} is not what was copied there`);
    }
    const removed = Object.values(record.postprocess ?? {}).flatMap(({ detail }) => detail?.removed ?? []);
    const missing = (record.run ? await missingOutputs(this.#workspace, this.study) : []).filter((path) =>
      !removed.includes(path)
    );
    if (missing.length > 0) throw new Error(`Outputs are missing in ${this.workspace}: ${missing.join(", ")}`);
  }

  /** Removes the workspace. */
  async remove(): Promise<void> {
    await this.#workspace.remove();
  }

  /** What a run needs, if none has succeeded yet. */
  async #place(): Promise<RunPlace> {
    const record = await this.#requireRecord();
    if (record.run) throw this.#finished();
    return { workspace: this.#workspace, study: this.study, record };
  }

  async #requireRecord(): Promise<RunRecord> {
    const record = await this.record();
    if (!record) throw new WorkspaceError(this.workspace, "missing", "it has not been generated yet");
    this.#requireSame(record);
    return record;
  }

  #requireSame(record: RunRecord): void {
    if (record.study === studyHash(this.study)) return;
    const message = "it was made of another model or seed. Choose another run_id, or force";
    throw new WorkspaceError(this.workspace, "changed", message);
  }

  #underWay(id: string): WorkspaceError {
    const message = `the job ${id} was submitted from it. Attach to it, or cancel it and attach, or remove the folder`;
    return new WorkspaceError(this.workspace, "locked", message);
  }

  #finished(): WorkspaceError {
    return new WorkspaceError(this.workspace, "finished", "a run has finished there. Choose another run_id, or force");
  }
}

/** What tells one postprocessor's work from another's in a workspace. */
export function processorKey(config: ProcessorConfig): string {
  return contentHash(maskSecrets(config)).slice(0, 16);
}

/** What decides the results: a run elsewhere, or processed otherwise, is the same study. */
function studyHash({ model, seed }: Study): string {
  return contentHash([model, seed]);
}

async function moveInputs(model: Model, keep: (path: string) => Promise<string>): Promise<Model> {
  const moved = new Map<string, string>();
  const once = async (path: string) => {
    if (!moved.has(path)) moved.set(path, await keep(path));
    return moved.get(path)!;
  };
  if (model.type === "command") {
    const inputs: string[] = [];
    for (const path of model.inputs) inputs.push(await once(path));
    return { ...model, inputs };
  }
  const [a, b] = model.series;
  return { ...model, series: [{ ...a, file: await once(a.file) }, { ...b, file: await once(b.file) }] };
}

function freeName(name: string, taken: Readonly<Record<string, string>>): string {
  for (let i = 1;; i++) {
    const tried = i === 1 ? name : name.replace(/(\.[^.]*)?$/, `-${i}$1`);
    if (!(`inputs/${tried}` in taken)) return tried;
  }
}

/** SHA-256 of a file, in hexadecimal. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}
