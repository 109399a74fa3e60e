import { z } from "zod";
import { SimulationKeys } from "../random/mod.ts";
import type { BackendDefinition } from "./backend.ts";
import { configSchema } from "./config.ts";
import type { ConfigSchema } from "./config.ts";
import { runSpan } from "./run_span.ts";
import { resolveTask } from "./task.ts";

/** Configuration of the `sequential` backend: it has nothing to set. */
export interface SequentialConfig {
  /** Names the backend. */
  readonly type: "sequential";
}

/** Checks configurations of the `sequential` backend. */
export const SequentialConfig: ConfigSchema<SequentialConfig> = configSchema(
  "sequential",
  z.strictObject({ type: z.literal("sequential").default("sequential") }),
);

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
  open: () => ({
    async runTask({ task, nSimulations, seed, signal, advance }) {
      const definition = await resolveTask(task);
      const state = await definition.prepare(task.args);
      const span = { start: 0, count: nSimulations };
      const partials = await runSpan(definition, state, span, {
        keys: new SimulationKeys(seed),
        onDone: advance,
        signal,
      });
      return partials.reduce((left, right) => definition.merge(left, right));
    },
  }),
};
