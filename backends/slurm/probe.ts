import { stat } from "node:fs/promises";
import type { Availability } from "../backend.ts";
import { describeCluster, SlurmError } from "./commands.ts";

/** Milliseconds that the controller has to answer. */
const PATIENCE = 2000;

/** What Slurm's programs say where they find no configuration. */
const NOT_CONFIGURED =
  /Could not establish a configuration source|cannot stat file|Unable to process configuration file/;

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
  if ((await Deno.permissions.query({ name: "env" })).state !== "granted") {
    return { available: false, reason: "The environment may not be read", remedy: "Run Deno with --allow-env" };
  }
  const conf = Deno.env.get("SLURM_CONF");
  // Slurm's programs would wait for it a minute each.
  if (conf && await isMissing(conf)) return notConfigured(`SLURM_CONF names ${conf}, which is not there`);
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
    if (NOT_CONFIGURED.test(error.words)) return notConfigured("No cluster is configured here");
    return { available: false, reason: error.message, remedy: "Ask those who run the cluster whether it is up" };
  }
}

function notConfigured(reason: string): Availability {
  const remedy = "Work on the cluster's login node, or let SLURM_CONF name its slurm.conf";
  return { available: false, reason, remedy };
}

async function isMissing(path: string): Promise<boolean> {
  return await stat(path).then(() => false, (error) => (error as { code?: string }).code === "ENOENT");
}
