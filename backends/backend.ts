import type { Entropy } from "../random/mod.ts";
import type { ConfigSchema } from "./config.ts";
import type { Job, JobProgress } from "./job.ts";
import type { Provenance } from "./provenance.ts";
import type { RunCommand, RunOptions, RunOutcome, RunRequest, RunTicket } from "./run_request.ts";
import type { ModuleReference, Task, WorkerFunction } from "./task.ts";

/** What a backend can do. */
export interface BackendCapabilities {
  /** Runs Monte Carlo tasks. */
  readonly monteCarlo: boolean;
  /** Runs a model run's command. */
  readonly run: boolean;
  /** Gives the same bits as one thread for the same seed, whatever the cutting. */
  readonly deterministic: boolean;
  /** Runs simulations side by side. */
  readonly parallel: boolean;
  /** Runs worker functions, not only tasks with a program for it. */
  readonly functions: boolean;
  /** Runs the GPU programs of tasks, and nothing else (default false). */
  readonly gpu?: boolean;
  /** Its runs go on without this process, and can be followed from another (default false). */
  readonly detached?: boolean;
}

/** Whether a backend can be used on this machine, and if not, why and what to do about it. */
export type Availability =
  | {
    readonly available: true;
    /** What there is, in words. */
    readonly detail?: string;
    /** False where functions cannot be run, for want of a permission. */
    readonly functions?: boolean;
  }
  | { readonly available: false; readonly reason: string; readonly remedy: string };

/** A Monte Carlo job as an engine gets it. */
export interface TaskRequest {
  /** What to run. */
  readonly task: Task;
  /** How many simulations. */
  readonly nSimulations: number;
  /** The master seed. */
  readonly seed: Entropy;
  /** How many run side by side, where the caller overrides the configuration. */
  readonly nJobs?: number;
  /** Milliseconds that one simulation may take. */
  readonly simulationTimeout?: number;
  /** Aborts when the work must stop; everything started for it must be gone when the promise settles. */
  readonly signal: AbortSignal;
  /** Tells that so many more simulations are done. */
  advance(count: number): void;
  /** Told, where an engine can, what the first simulations have come to so far. The partial is only lent: merging changes it. */
  onPartial?(partial: unknown): void;
  /** Told, where there is a queue, how the work stands in it: "job 12: 3 running, 4 PENDING (Resources)". */
  onStatus?(status: string): void;
}

/** What the author of a backend writes: either verb, or both. */
export interface BackendEngine {
  /** Runs all simulations of a Monte Carlo task, joins their partials in order and returns the whole. */
  runTask?(request: TaskRequest): Promise<unknown>;
  /** Runs a command to its end. A command that fails is an outcome; what cannot be started at all is thrown. */
  run?(request: RunRequest): Promise<RunOutcome>;
  /** Submits a command that then runs without this process. One that has been submitted from this workspace before is not again. */
  submit?(request: RunRequest): Promise<RunTicket>;
  /** Follows a command that was submitted from this workspace to its end. */
  attach?(request: RunRequest): Promise<RunOutcome>;
  /** What it computes on, for the provenance, where the backend's name does not say it. */
  device?(): string | undefined;
  /** Stops whatever the engine has started, but for what was submitted to run without it. Called once. */
  [Symbol.asyncDispose]?(): Promise<void>;
}

/** A backend, as a value that a registry holds. */
export interface BackendDefinition<Config = unknown> {
  /** The name by which it is asked for. */
  readonly name: string;
  /** One line for the table of backends. */
  readonly description: string;
  /** What it can do. */
  readonly capabilities: BackendCapabilities;
  /** Its configuration. */
  readonly schema: ConfigSchema<Config>;
  /**
   * Set where `open` itself finds out whether the backend can be used, and throws a {@linkcode BackendUnavailableError} if not:
   * it is then not probed before.
   */
  readonly checksOnOpen?: boolean;
  /** Answers whether the backend can be used here, with this configuration if one is given. Never throws. */
  probe(config?: Config): Promise<Availability>;
  /** Makes the engine, loading what is heavy. Called when the first work comes. */
  open(config: Config): BackendEngine | Promise<BackendEngine>;
}

/** Settings of `runMonteCarlo`. */
export interface MonteCarloOptions {
  /** How many simulations. */
  nSimulations: number;
  /** Arguments of the worker, after its seed. */
  workerArgs?: readonly unknown[];
  /** Named arguments: an object passed to the worker as the last argument. */
  workerKwargs?: Readonly<Record<string, unknown>>;
  /** Master seed. Drawn when left out, and told in the results' provenance. */
  seed?: Entropy;
  /** How many simulations run side by side; -1 for all cores. Overrides the backend's configuration. */
  nJobs?: number;
  /** Shows a progress bar (default: where the error stream is a terminal). */
  verbose?: boolean;
  /** Called as simulations are done. */
  onProgress?: (progress: JobProgress) => void;
  /**
   * Called, where the backend can, with what the first simulations have come to so far: for previews. Only `runTask` does so. The
   * partial is only lent: merging changes it.
   */
  onPartial?: (partial: unknown) => void;
  /** Cancels the job when it aborts. */
  signal?: AbortSignal;
  /** Milliseconds that one simulation may take, where the backend can enforce it. */
  simulationTimeout?: number;
}

/** Values in order of simulation, and where they come from. */
export type MonteCarloResults<T> = T[] & {
  /** Seed, backend and versions. Not enumerable, so that the list compares and prints as a list. */
  readonly provenance: Provenance;
};

/** What is known of a backend. */
export interface BackendInfo {
  /** The name by which it is asked for. */
  readonly name: string;
  /** One line on what it is. */
  readonly description: string;
  /** What it can do. */
  readonly capabilities: BackendCapabilities;
  /** Whether it can be used here. */
  readonly availability: Availability;
  /** Whether it is taken when no name is given. */
  readonly isDefault: boolean;
}

/** Runs Monte Carlo work. Nothing starts until it is used; `await using` stops what was started. */
export interface Backend extends AsyncDisposable {
  /** The name in the registry. */
  readonly name: string;
  /** The configuration with its defaults filled in. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Runs a worker function, or one named in a module, once per simulation; lists the values in order. */
  runMonteCarlo<T>(
    worker: WorkerFunction<T> | ModuleReference,
    options: MonteCarloOptions,
  ): Job<MonteCarloResults<T>>;
  /** Runs a task and gives its merged partial: what `runMonteCarlo` and the significance task are built on. */
  runTask<P>(task: Task, options: MonteCarloOptions): Job<{ partial: P; provenance: Provenance }>;
  /**
   * Runs a command and tells how it ended; one that fails is an outcome, not an error.
   *
   * @param command What runs; undefined where the configuration names it.
   * @throws {InvalidArgumentError} If this backend runs no commands.
   */
  run(command: RunCommand | undefined, options: RunOptions): Job<RunOutcome>;
  /**
   * Submits a command that goes on without this process, and tells what it is known by. Asked again, for the same command and workspace,
   * it tells how that comes along.
   *
   * @throws {InvalidArgumentError} If runs on this backend end with this process.
   */
  submit(command: RunCommand | undefined, options: RunOptions): Promise<RunTicket>;
  /**
   * Follows a command that was submitted from the same workspace, be it by another process, to its end.
   *
   * @throws {InvalidArgumentError} If runs on this backend end with this process.
   * @throws {NothingSubmittedError} If nothing was submitted there. The job rejects with it.
   */
  attach(command: RunCommand | undefined, options: RunOptions): Job<RunOutcome>;
  /** Whether it can be used on this machine. */
  isAvailable(): Promise<boolean>;
  /** All that is known of it. */
  getInfo(): Promise<BackendInfo>;
  /** What it can do. */
  getCapabilities(): BackendCapabilities;
  /** Checks a configuration without using it. @throws {ConfigError} Naming everything that is wrong. */
  validateConfig(config: unknown): void;
}

/** Thrown when there is no run to attach to. */
export class NothingSubmittedError extends Error {
  /** Names the class. */
  override readonly name = "NothingSubmittedError";
  /** The folder whose run was asked for. */
  readonly workspace: string;

  /** Names the workspace. */
  constructor(workspace: string) {
    super(
      `Cannot attach to a run in ${workspace}, as none has been submitted from there, or it has ended and been told of`,
    );
    this.workspace = workspace;
  }
}

/** Thrown when another command's run, which goes on by itself, is under way in a workspace. */
export class RunUnderWayError extends Error {
  /** Names the class. */
  override readonly name = "RunUnderWayError";
  /** The number by which the backend's own programs know that run. */
  readonly id: string;

  /** Names the folder, the run in the way, and the remedy. */
  constructor(workspace: string, id: string) {
    super(
      `Cannot run in ${workspace} as the job ${id} of another command is under way there: wait for it, or cancel it`,
    );
    this.id = id;
  }
}

/** Thrown when a backend that was asked for cannot be used here. */
export class BackendUnavailableError extends Error {
  /** Names the class. */
  override readonly name = "BackendUnavailableError";
  /** The backend's name. */
  readonly backend: string;
  /** Why it cannot be used. */
  readonly reason: string;
  /** What to do about it. */
  readonly remedy: string;

  /** Says why a backend cannot be used, and the remedy. */
  constructor(backend: string, { reason, remedy, cause }: { reason: string; remedy: string; cause?: unknown }) {
    super(`Cannot use the backend "${backend}": ${reason}. ${remedy}`, { cause });
    this.backend = backend;
    this.reason = reason;
    this.remedy = remedy;
  }
}
