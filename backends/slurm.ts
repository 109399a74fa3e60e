import type { BackendDefinition } from "./backend.ts";
import { SlurmConfig } from "./slurm_config.ts";

/** Jobs on a Slurm cluster: commands, and shards of Monte Carlo work as arrays over a shared folder. */
export const slurm: BackendDefinition<SlurmConfig> = {
  name: "slurm",
  description: "Jobs on a Slurm cluster, where nodes need nothing but Deno",
  capabilities: { monteCarlo: true, run: true, deterministic: true, parallel: true, functions: true, detached: true },
  schema: SlurmConfig,
  async probe() {
    const { probeSlurm } = await import("./slurm/probe.ts");
    return await probeSlurm();
  },
  async open(config) {
    const { runTask } = await import("./slurm/run_task.ts");
    const { attachToSlurm, runOnSlurm, submitToSlurm } = await import("./slurm/run_job.ts");
    return {
      runTask: (request) => runTask(request, config),
      run: (request) => runOnSlurm(config, request),
      submit: (request) => submitToSlurm(config, request),
      attach: (request) => attachToSlurm(config, request),
    };
  },
};
