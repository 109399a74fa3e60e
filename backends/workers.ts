import { z } from "zod";
import type { BackendDefinition, BackendEngine, TaskRequest } from "./backend.ts";
import { coresHere } from "./cores.ts";
import { extendBaseConfig } from "./base_config.ts";
import type { ConfigSchema } from "./config.ts";
import { choice, permissions, whole } from "./config_fields.ts";
import { withTimeLimit } from "./time_limit.ts";

/** Configuration of the `workers` backend. */
export interface WorkersConfig {
  /** Names the backend. */
  readonly type: "workers";
  /** How many run side by side, as joblib counts: -1 for all cores, -2 for all but one (default -1). */
  readonly n_jobs: number;
  /**
   * `"threads"` (default) runs what modules export in threads; `"processes"` runs that, too, in processes. Functions, which
   * are sent as source, and simulations with a time limit always run in processes.
   */
  readonly prefer: "threads" | "processes";
  /** What processes are granted, as Deno's flags without `--allow-`, such as `read=data` (default: nothing). */
  readonly permissions: readonly string[];
  /** Megabytes that a process's values may take (default: what Deno allows, about 4000). */
  readonly memory_mb?: number;
  /** Seconds after which a job is ended, 60 to 86400 (default: none). */
  readonly timeout?: number;
  /** How often simulations are run again whose thread or process was lost, 0 to 10 (default 1). */
  readonly retries: number;
}

/** Checks configurations of the `workers` backend. */
export const WorkersConfig: ConfigSchema<WorkersConfig> = extendBaseConfig<WorkersConfig>("workers", {
  n_jobs: z.int("must be a whole number other than 0: -1 is for all cores")
    .refine((n) => n !== 0, "must not be 0: -1 is for all cores").meta({ not: { const: 0 } }).default(-1).describe(
      "How many run side by side, as joblib counts: -1 for all cores, -2 for all but one (default -1).",
    ),
  prefer: choice("threads", "processes").default("threads").describe(
    '"threads" (default) runs what modules export in threads; "processes" runs that, too, in processes. Functions, which are sent as source, and simulations with a time limit always run in processes.',
  ),
  permissions: permissions().default([]).describe(
    "What processes are granted, as Deno's flags without --allow-, such as read=data (default: nothing).",
  ),
  memory_mb: whole(16, Infinity).optional().meta({
    description: "Megabytes that a process's values may take (default: what Deno allows, about 4000).",
    examples: [2000],
  }),
  timeout: whole(60, 86400).optional().describe("Seconds after which a job is ended, 60 to 86400 (default: none)."),
  retries: whole(0, 10).default(1).describe(
    "How often simulations are run again whose thread or process was lost, 0 to 10 (default 1).",
  ),
}, {
  cannot: {
    env_vars: "threads have the program's environment, and functions none",
    working_dir: "threads have the program's folder, and functions see no files",
  },
});

/** Runs simulations on every core, in threads or processes. */
export const workers: BackendDefinition<WorkersConfig> = {
  name: "workers",
  description: "Every core of this machine: threads for modules, processes without permissions for functions",
  capabilities: { monteCarlo: true, run: false, deterministic: true, parallel: true, functions: true },
  schema: WorkersConfig,
  async probe() {
    const { state } = await Deno.permissions.query({ name: "read", path: new URL(import.meta.url) });
    if (state === "granted" || !import.meta.url.startsWith("file:")) {
      const run = await Deno.permissions.query({ name: "run", command: Deno.execPath() });
      return {
        available: true,
        detail: `${coresHere()} cores`,
        functions: run.state === "granted", // they run in processes
      };
    }
    return {
      available: false,
      reason: "Threads may not read Morlet's own modules",
      remedy: "Run Deno with --allow-read, and with --allow-run for functions",
    };
  },
  async open(config): Promise<BackendEngine> {
    const { WorkerPool } = await import("./worker_pool.ts");
    const pool = new WorkerPool(config);
    return {
      runTask: (request: TaskRequest) =>
        withTimeLimit(
          `A job of ${request.nSimulations} simulations`,
          config.timeout,
          request.signal,
          (signal) => pool.run({ ...request, signal }),
        ),
      [Symbol.asyncDispose]: () => pool.close(),
    };
  },
};
