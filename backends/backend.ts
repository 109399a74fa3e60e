import type { Entropy } from "../random/mod.ts";
import type { ConfigSchema } from "./config.ts";
import type { Job, JobProgress } from "./job.ts";
import type { Provenance } from "./provenance.ts";
import type { RunCommand, RunOptions, RunOutcome, RunRequest } from "./run_request.ts";
import type { ModuleReference, Task, WorkerFunction } from "./task.ts";

/** What a backend can do. */
export interface BackendCapabilities {
  /** Runs Monte Carlo tasks. */
  readonly monteCarlo: boolean;
  /** Runs a model run's command. */
  readonly run: boolean;
  /** Gives bit-identical results for the same seed, whatever the cutting. */
  readonly deterministic: boolean;
  /** Runs simulations side by side. */
  readonly parallel: boolean;
  /** Runs worker functions, not only tasks with a program for it. */
  readonly functions: boolean;
}

/** Whether a backend can be used on this machine, and if not, why and what to do about it. */
export type Availability =
  | { readonly available: true; readonly detail?: string }
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
}

/** What the author of a backend writes: either verb, or both. */
export interface BackendEngine {
  /** Runs all simulations of a Monte Carlo task, joins their partials in order and returns the whole. */
  runTask?(request: TaskRequest): Promise<unknown>;
  /** Runs a command to its end. A command that fails is an outcome; what cannot be started at all is thrown. */
  run?(request: RunRequest): Promise<RunOutcome>;
  /** Stops whatever the engine has started. Called once. */
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
  /** Whether it can be used on this machine. */
  isAvailable(): Promise<boolean>;
  /** All that is known of it. */
  getInfo(): Promise<BackendInfo>;
  /** What it can do. */
  getCapabilities(): BackendCapabilities;
  /** Checks a configuration without using it. @throws {ConfigError} Naming everything that is wrong. */
  validateConfig(config: unknown): void;
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
