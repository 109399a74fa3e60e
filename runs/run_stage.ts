import {
  contentHash,
  defaultRegistry,
  getBackend,
  hideSecrets,
  maskSecrets,
  parseBackendConfig,
} from "../backends/mod.ts";
import type { BackendConfig, JobControl, OutputStream, RunOptions, RunOutcome, RunTicket } from "../backends/mod.ts";
import { InvalidArgumentError } from "../random/mod.ts";
import { commandOf } from "./model.ts";
import type { Study } from "./study.ts";
import { isFile, WorkspaceError } from "./workspace.ts";
import type { RunRecord, Workspace } from "./workspace.ts";

/** Settings of {@linkcode ModelRun.prototype.run} and {@linkcode ModelRun.prototype.attach}. */
export interface RunStageOptions {
  /** Called with what the run writes, as it comes. */
  onOutput?: (text: string, stream: OutputStream) => void;
  /** Called as the study's simulations are done. */
  onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Called, where the backend has a queue, as the run's state changes: "job 12 is PENDING (Resources)". */
  onStatus?: (status: string) => void;
  /** Cancels the run when it aborts. */
  signal?: AbortSignal;
}

/** Thrown when a run has failed: its command did, or its output is not there. */
export class RunFailedError extends Error {
  /** Names the class. */
  override readonly name = "RunFailedError";
  /** How the run ended. */
  readonly outcome: RunOutcome;

  /** Says how the run ended, with the end of what it complained of; secrets of the configuration are `***`. */
  constructor(outcome: RunOutcome, reason: string = outcome.reason ?? "it failed", config?: unknown) {
    const hide = (text: string) => hideSecrets(text, config);
    const words = hide(outcome.stderr).trim().split("\n").slice(-12).join("\n");
    super(`The run failed: ${hide(reason)}${words ? `. It said:\n${words}` : ""}`);
    this.outcome = { ...outcome, stdout: hide(outcome.stdout), stderr: hide(outcome.stderr) };
  }
}

/** A study's workspace that has been generated. */
export interface RunPlace {
  /** The workspace, which is locked. */
  readonly workspace: Workspace;
  /** Its study. */
  readonly study: Study;
  /** What has been done there. */
  readonly record: RunRecord;
}

/** Runs the model in its workspace, or follows the run that was submitted from there, and keeps how it ended. */
export async function runStage(
  { workspace, study, record }: RunPlace,
  verb: "run" | "attach",
  config: BackendConfig,
  { onOutput, onProgress, onStatus }: RunStageOptions,
  { signal, advance, setTotal, setStatus }: JobControl,
): Promise<RunOutcome> {
  requireSameBackend(workspace, config, record);
  await using backend = getBackend(config.type, config);
  const { submitted: _, ...before } = record;
  let done = 0, ended = false;
  try {
    const outcome = await backend[verb](commandOf((await workspace.settings())!.model, study.plugins), {
      ...await runOptions(workspace, record, config),
      signal,
      onStatus: (status) => {
        setStatus(status);
        onStatus?.(status);
      },
      onOutput: (text, stream) => {
        onOutput?.(text, stream);
        for (const [, now, total] of text.matchAll(/^Simulated (\d+) of (\d+) pairs/gm)) {
          setTotal(Number(total));
          advance(Number(now) - done);
          done = Number(now);
          onProgress?.({ done, total: Number(total) });
        }
      },
    });
    ended = true;
    const configs = [study, config];
    if (!outcome.success) throw new RunFailedError(outcome, outcome.reason, configs);
    const missing = await missingOutputs(workspace, study);
    if (missing.length > 0) {
      throw new RunFailedError(outcome, `it ended well, but outputs are missing: ${missing.join(", ")}`, configs);
    }
    const { stdout: _o, stderr: _e, ...kept } = outcome;
    const run = { finished: new Date().toISOString(), backend: maskSecrets(config), ...kept };
    await workspace.saveRecord({ ...before, run });
    return outcome;
  } catch (error) {
    // What was submitted has ended, by itself or as it was cancelled; after any other fault it goes on, and is found again.
    if (ended || signal.aborted) await workspace.saveRecord(before);
    throw error;
  }
}

/** Submits the model's run, which goes on without this process. */
export async function submitStage(
  { workspace, study, record }: RunPlace,
  config: BackendConfig,
  signal?: AbortSignal,
): Promise<RunTicket> {
  requireSameBackend(workspace, config, record);
  await using backend = getBackend(config.type, config);
  const command = commandOf((await workspace.settings())!.model, study.plugins);
  return await backend.submit(command, { ...await runOptions(workspace, record, config), signal });
}

/**
 * The configuration by which a submitted run is followed: the study's, if it is the one it was submitted with. That which the record holds
 * has no secrets, so that nothing can be sent again with it.
 */
export function configOfSubmitted({ backend }: Study, { submitted }: RunRecord): BackendConfig {
  if (!submitted || contentHash(maskSecrets(backend)) === contentHash(submitted.backend)) return backend;
  return parseBackendConfig({ ...submitted.backend as { type: string }, retries: 0 });
}

/** The outputs that a study promises and that are not there. */
export async function missingOutputs(workspace: Workspace, { model }: Study): Promise<string[]> {
  const names = model.type === "wct" ? ["results.nc", "results.json", "levels.csv"] : model.outputs;
  const there = await Promise.all(names.map((name) => isFile(workspace.at("outputs", name))));
  return names.filter((_, i) => !there[i]).map((name) => `outputs/${name}`);
}

/** Refuses a backend that cannot run a command, or whose runs end with this process where that is asked. */
export function requireRunner({ type }: BackendConfig, verb: "run" | "detached"): void {
  if (defaultRegistry.capabilities(type)[verb]) return;
  const constraint = verb === "run" ? "one that runs commands" : "one whose runs go on without this process";
  throw new InvalidArgumentError("backend.type", type, constraint);
}

async function runOptions(workspace: Workspace, record: RunRecord, config: BackendConfig): Promise<RunOptions> {
  const { seed, run_id } = (await workspace.settings())!;
  return {
    workspace: workspace.path,
    logs: workspace.at("logs"),
    env: { MORLET_RUN_ID: run_id, MORLET_SEED: typeof seed === "number" ? String(seed) : seed.join(" ") },
    readOnly: ["inputs", "settings.json", "run.json"],
    onSubmitted: ({ id, submitted }) =>
      workspace.saveRecord({ ...record, submitted: { id, submitted, backend: maskSecrets(config) } }),
  };
}

/** A run that was submitted to one backend must not be started on another beside it. */
function requireSameBackend({ path }: Workspace, { type }: BackendConfig, { submitted }: RunRecord): void {
  const before = (submitted?.backend as { type?: string } | undefined)?.type;
  if (before === undefined || before === type) return;
  throw new WorkspaceError(path, "locked", `the job ${submitted!.id} on "${before}" is under way there: attach to it`);
}
