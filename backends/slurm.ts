import { BackendUnavailableError } from "./backend.ts";
import type { Availability, BackendDefinition } from "./backend.ts";
import { SlurmConfig } from "./slurm_config.ts";

const NOT_YET: Availability & { available: false } = {
  available: false,
  reason: "Jobs on Slurm are not part of this version; its configurations can be written and checked",
  remedy: 'Take "workers", "local" or "docker"',
};

/** Configurations of jobs on a Slurm cluster. They can be checked, and not yet run. */
export const slurm: BackendDefinition<SlurmConfig> = {
  name: "slurm",
  description: "Jobs on a Slurm cluster",
  capabilities: { monteCarlo: false, run: false, deterministic: true, parallel: true, functions: false },
  schema: SlurmConfig,
  probe: () => Promise.resolve(NOT_YET),
  open() {
    throw new BackendUnavailableError("slurm", NOT_YET);
  },
};
