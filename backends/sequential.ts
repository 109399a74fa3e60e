import { InvalidArgumentError, SimulationKeys } from "../random/mod.ts";
import type { BackendDefinition } from "./backend.ts";
import { extendBaseConfig } from "./base_config.ts";
import type { ConfigSchema } from "./config.ts";
import { whole } from "./config_fields.ts";
import { runSpan } from "./run_span.ts";
import { PartialMerger } from "./span_queue.ts";
import { resolveTask } from "./task.ts";
import { withTimeLimit } from "./time_limit.ts";

/** Milliseconds between two looks at what is known so far, and how much longer than the last a stretch may be till the next. */
const PREVIEW = 250, GROWTH = 8;

/** Configuration of the `sequential` backend. */
export interface SequentialConfig {
  /** Names the backend. */
  readonly type: "sequential";
  /** Seconds after which a job is ended, between two simulations; 60 to 86400 (default: none). */
  readonly timeout?: number;
}

/** Checks configurations of the `sequential` backend. */
export const SequentialConfig: ConfigSchema<SequentialConfig> = extendBaseConfig<SequentialConfig>("sequential", {
  timeout: whole(60, 86400).optional().describe(
    "Seconds after which a job is ended, between two simulations; 60 to 86400 (default: none).",
  ),
}, {
  cannot: {
    env_vars: "simulations run in this program, whose environment is its own",
    working_dir: "simulations run in this program, whose folder is its own",
    retries: "a simulation that fails would fail again, as it draws the same numbers",
  },
});

/**
 * Runs simulations one after the other on this thread: the readable oracle that every other backend must equal. A worker
 * function is called as it is, so that it can be debugged.
 */
export const sequential: BackendDefinition<SequentialConfig> = {
  name: "sequential",
  description: "One simulation after the other on this thread; always there",
  capabilities: { monteCarlo: true, run: false, deterministic: true, parallel: false, functions: true },
  schema: SequentialConfig,
  probe: () => Promise.resolve({ available: true }),
  open: ({ timeout }) => ({
    async runTask({ task, nSimulations, seed, simulationTimeout, signal, advance, onPartial }) {
      if (simulationTimeout !== undefined) {
        throw new InvalidArgumentError("simulationTimeout", simulationTimeout, 'left out on the backend "sequential"', {
          hint: 'One thread cannot end a simulation that runs on it: use the backend "workers"',
        });
      }
      const definition = await resolveTask(task);
      const state = await definition.prepare(task.args), keys = new SimulationKeys(seed);
      const merger = new PartialMerger(definition), { chunk = 1 } = definition;
      await withTimeLimit(`A job of ${nSimulations} simulations`, timeout, signal, async (signal) => {
        for (let start = 0, count = onPartial ? chunk : nSimulations; start < nSimulations;) {
          const span = { start, count: Math.min(count, nSimulations - start) }, began = performance.now();
          merger.add(span, await runSpan(definition, state, span, { keys, onDone: advance, signal }));
          onPartial?.(merger.partial);
          start += count;
          count = chunk * Math.ceil(count / chunk * Math.min(GROWTH, PREVIEW / (performance.now() - began)));
        }
      });
      return merger.result(nSimulations);
    },
  }),
};
