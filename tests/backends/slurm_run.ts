import { getBackend } from "../../backends/mod.ts";
import type { RunCommand, RunOptions, RunOutcome, SlurmConfig } from "../../backends/mod.ts";

/** Runs a command as a job, which is sent once unless asked otherwise. */
export async function runJob(
  workspace: string,
  command: RunCommand,
  config: Partial<SlurmConfig> = {},
  options: Partial<RunOptions> = {},
): Promise<RunOutcome> {
  await using backend = getBackend("slurm", { retries: 0, ...config });
  return await backend.run(command, { workspace, ...options });
}
