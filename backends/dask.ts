import type { Availability, BackendDefinition } from "./backend.ts";
import { DaskConfig } from "./dask_config.ts";
import { withTimeLimit } from "./time_limit.ts";

/** Runs simulations on the workers of a Dask cluster, which need Deno and nothing of Morlet. */
export const dask: BackendDefinition<DaskConfig> = {
  name: "dask",
  description: "Workers of a Dask cluster, through Dask's own client",
  capabilities: { monteCarlo: true, run: false, deterministic: true, parallel: true, functions: true },
  schema: DaskConfig,
  checksOnOpen: true,
  async probe(config): Promise<Availability> {
    const { probeDask } = await import("./dask/probe.ts");
    return await probeDask(config);
  },
  async open(config) {
    const { DaskEngine } = await import("./dask/engine.ts");
    const engine = new DaskEngine(config);
    await engine.connect();
    return {
      runTask: (request) =>
        withTimeLimit(
          `A job of ${request.nSimulations} simulations`,
          config.timeout,
          request.signal,
          (signal) => engine.run({ ...request, signal }),
        ),
      [Symbol.asyncDispose]: () => engine.close(),
    };
  },
};
