import type { Availability } from "../backend.ts";
import { describeCluster, SlurmError } from "./commands.ts";

/** Milliseconds that the controller has to answer. */
const PATIENCE = 2000;

/** Answers whether there is a cluster that takes jobs from here, and what it is. */
export async function probeSlurm(): Promise<Availability> {
  for (const command of ["sbatch", "squeue", "scontrol", "scancel", "sinfo"]) {
    const { state } = await Deno.permissions.query({ name: "run", command });
    if (state !== "granted") {
      return {
        available: false,
        reason: `The program ${command} may not be started`,
        remedy: "Run Deno with --allow-run",
      };
    }
  }
  try {
    return { available: true, detail: await describeCluster({ patience: PATIENCE }) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return {
        available: false,
        reason: "Slurm's programs (sbatch and others) are not on the PATH",
        remedy: "Work on the cluster's login node, or have Slurm's client programs installed",
      };
    }
    if (!(error instanceof SlurmError)) throw error;
    return { available: false, reason: error.message, remedy: "Ask those who run the cluster whether it is up" };
  }
}
