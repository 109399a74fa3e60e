import { resolve } from "node:path";
import { InvalidArgumentError, requireKnown, requirePositive, requireSeed, requireWhole } from "../random/mod.ts";
import { BackendUnavailableError } from "./backend.ts";
import type {
  Backend,
  BackendDefinition,
  BackendEngine,
  BackendInfo,
  MonteCarloOptions,
  MonteCarloResults,
} from "./backend.ts";
import { encode } from "./codec.ts";
import { cancelOnInterrupt } from "./interrupt.ts";
import { Job } from "./job.ts";
import type { AnyJob } from "./job.ts";
import { contentHash, drawSeed, versions } from "./provenance.ts";
import type { Provenance } from "./provenance.ts";
import { htmlTable, showsAs, textTable } from "./notebook.ts";
import { showProgress } from "./progress_bar.ts";
import { maskSecrets } from "./secrets.ts";
import type { RunCommand, RunOptions, RunOutcome, RunRequest, RunTicket } from "./run_request.ts";
import type { ModuleReference, Task, WorkerFunction } from "./task.ts";

/** The options there are, to find a misspelt one: a notebook's cells are not type-checked. */
const OPTIONS: readonly (keyof MonteCarloOptions)[] = [
  "nSimulations",
  "workerArgs",
  "workerKwargs",
  "seed",
  "nJobs",
  "verbose",
  "onProgress",
  "onPartial",
  "signal",
  "simulationTimeout",
];

/** What a backend must be for each of its verbs. */
const VERBS = {
  monteCarlo: "one that runs Monte Carlo",
  run: "one that runs commands",
  detached: "one whose runs go on without this process",
} as const;

/**
 * Makes a backend of its definition. Nothing starts before the first job: then the definition is probed and opened.
 *
 * @throws {ConfigError} If the configuration is not one of this backend's.
 */
export function openBackend<Config>(
  definition: BackendDefinition<Config>,
  config: unknown = {},
  isDefault: () => boolean = () => false,
): Backend {
  const { name, capabilities, schema } = definition;
  const checked = schema.parse(config);
  const running = new Set<AnyJob>();
  let opening: Promise<BackendEngine> | undefined;
  let closed: Promise<void> | undefined;

  function open(): Promise<BackendEngine> {
    opening ??= (async () => {
      if (!definition.checksOnOpen) {
        const availability = await definition.probe(checked);
        if (!availability.available) throw new BackendUnavailableError(name, availability);
      }
      return await definition.open(checked);
    })();
    opening.catch(() => opening = undefined); // a later job may find what this one lacked
    return opening;
  }

  function start<T>(
    task: Task,
    options: MonteCarloOptions,
    finish: (partial: unknown, provenance: Provenance) => T,
  ): Job<T> {
    requireKnown("options", options, OPTIONS);
    const { nSimulations, seed = drawSeed(), nJobs, onProgress, signal, simulationTimeout } = options;
    requireWhole("nSimulations", nSimulations, 1);
    if (nJobs !== undefined) requireJobs("nJobs", nJobs);
    if (simulationTimeout !== undefined) requirePositive("simulationTimeout", simulationTimeout);
    requireSeed("seed", seed);
    requireVerb("monteCarlo");
    const planHash = contentHash(["run" in task ? { ...task, run: task.run.toString() } : task, nSimulations, seed]);
    const started = new Date();
    const job = new Job<T>(async ({ signal, advance, setStatus }) => {
      const engine = await open();
      signal.throwIfAborted();
      const partial = await engine.runTask!({
        task,
        nSimulations,
        seed,
        nJobs,
        simulationTimeout,
        signal,
        advance,
        onPartial: options.onPartial,
        onStatus: setStatus,
      });
      signal.throwIfAborted();
      const device = engine.device?.();
      return finish(partial, {
        seed,
        backend: { name, config: maskSecrets(checked as Record<string, unknown>), ...(device ? { device } : {}) },
        versions: versions(),
        planHash,
        started: started.toISOString(),
        seconds: (Date.now() - started.getTime()) / 1000,
      });
    }, { name: `${nSimulations} simulations on "${name}"`, total: nSimulations, signal, onProgress });
    showProgress(job, options.verbose);
    return watch(job);
  }

  function runRequest(
    command: RunCommand | undefined,
    { env = {}, readOnly = [], logs, onOutput, onSubmitted, ...options }: RunOptions,
    signal: AbortSignal,
    onStatus?: (status: string) => void,
  ): RunRequest {
    const workspace = resolve(options.workspace);
    const place = { workspace, readOnly, logs: resolve(logs ?? `${workspace}/logs`) };
    return { command, ...place, env, onOutput, onStatus, onSubmitted, signal };
  }

  function startRun(verb: "run" | "attach", command: RunCommand | undefined, options: RunOptions): Job<RunOutcome> {
    requireVerb(verb === "run" ? "run" : "detached");
    return watch(
      new Job<RunOutcome>(async ({ signal, advance, setStatus }) => {
        const engine = await open();
        signal.throwIfAborted();
        const onStatus = (status: string) => {
          setStatus(status);
          options.onStatus?.(status);
        };
        const outcome = await engine[verb]!(runRequest(command, options, signal, onStatus));
        signal.throwIfAborted();
        advance(1);
        return outcome;
      }, { name: `The run on "${name}"`, total: 1, signal: options.signal }),
    );
  }

  async function submit(command: RunCommand | undefined, options: RunOptions): Promise<RunTicket> {
    requireVerb("detached");
    const engine = await open();
    const { signal = new AbortController().signal, onStatus } = options;
    return await engine.submit!(runRequest(command, options, signal, onStatus));
  }

  function requireVerb(verb: keyof typeof VERBS): void {
    if (closed) throw new BackendClosedError(name);
    if (!capabilities[verb]) throw new InvalidArgumentError("backend", name, VERBS[verb]);
  }

  function watch<J extends AnyJob>(job: J): J {
    running.add(job);
    const forget = () => running.delete(job);
    job.on("done", forget).on("failed", forget);
    cancelOnInterrupt(job);
    return job;
  }

  const backend: Backend = {
    name,
    config: checked as Record<string, unknown>,
    runMonteCarlo<T>(worker: WorkerFunction<T> | ModuleReference, options: MonteCarloOptions) {
      const { workerArgs = [], workerKwargs } = options ?? {};
      if (!Array.isArray(workerArgs)) throw new InvalidArgumentError("workerArgs", workerArgs, "a list");
      encode(workerArgs, "workerArgs"); // refuses by name what cannot be sent
      encode(workerKwargs, "workerKwargs");
      const args = workerKwargs ? [...workerArgs, workerKwargs] : workerArgs;
      return start(
        { ...requireWorker(worker), args },
        options,
        (values, provenance) =>
          Object.defineProperty(values as T[], "provenance", { value: provenance }) as MonteCarloResults<T>,
      );
    },
    runTask<P>(task: Task, options: MonteCarloOptions) {
      return start(task, options, (partial, provenance) => ({ partial: partial as P, provenance }));
    },
    run: (command, options) => startRun("run", command, options),
    submit,
    attach: (command, options) => startRun("attach", command, options),
    isAvailable: async () => (await definition.probe(checked)).available,
    getInfo: () => backendInfo(definition, isDefault(), checked),
    getCapabilities: () => capabilities,
    validateConfig: (config) => void schema.parse(config),
    [Symbol.asyncDispose]() {
      closed ??= (async () => {
        const jobs = [...running];
        for (const job of jobs) job.cancel(new BackendClosedError(name));
        await Promise.allSettled(jobs);
        const engine = await opening?.catch(() => undefined);
        await engine?.[Symbol.asyncDispose]?.();
      })();
      return closed;
    },
  };
  return showsAs(backend, () => {
    const rows = [
      ["backend", name],
      ["description", definition.description],
      ...Object.entries(maskSecrets(checked as Record<string, unknown>)).filter(([field]) => field !== "type")
        .map(([field, value]) => [field, typeof value === "string" ? value : JSON.stringify(value) ?? String(value)]),
    ];
    return { "text/html": htmlTable(rows), "text/plain": textTable(rows) };
  });
}

/** All that is known of a backend, without opening it. */
export async function backendInfo<Config>(
  definition: Pick<BackendDefinition<Config>, "name" | "description" | "capabilities" | "probe">,
  isDefault: boolean,
  config?: Config,
): Promise<BackendInfo> {
  const { name, description, capabilities } = definition;
  return { name, description, capabilities, availability: await definition.probe(config), isDefault };
}

/** Thrown by a backend that has been closed, and by jobs that were running when it was. */
export class BackendClosedError extends Error {
  /** Names the class. */
  override readonly name = "BackendClosedError";

  /** Names the closed backend. */
  constructor(backend: string) {
    super(
      `Cannot use the backend "${backend}" any more as it has been closed: open another by getBackend("${backend}")`,
    );
  }
}

/** Refuses a number of jobs that is neither -1 (all cores), another negative as joblib counts, nor positive. */
export function requireJobs(field: string, value: unknown): asserts value is number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value === 0) {
    throw new InvalidArgumentError(field, value, "a whole number other than 0, with -1 for all cores");
  }
}

function requireWorker(worker: unknown): { run: WorkerFunction } | ModuleReference {
  if (typeof worker === "function") return { run: worker as WorkerFunction };
  const { module, name } = (worker ?? {}) as Partial<ModuleReference>;
  if (typeof module !== "string" || typeof name !== "string") {
    throw new InvalidArgumentError("worker", worker, "a function, or { module, name } of one that a module exports");
  }
  if (!URL.canParse(module)) {
    throw new InvalidArgumentError("worker.module", module, "an absolute module address", {
      hint: `Write import.meta.resolve(${JSON.stringify(module)})`,
    });
  }
  return { module, name };
}
