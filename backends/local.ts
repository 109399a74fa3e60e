import type { BackendDefinition } from "./backend.ts";
import { LocalConfig } from "./local_config.ts";

/** Runs commands as processes of this machine. */
export const local: BackendDefinition<LocalConfig> = {
  name: "local",
  description: "A process on this machine",
  capabilities: { monteCarlo: false, run: true, deterministic: true, parallel: false, functions: false },
  schema: LocalConfig,
  async probe() {
    if (Deno.build.os === "windows") {
      const remedy = "Use the backend docker, or Morlet in the Windows Subsystem for Linux";
      return { available: false, reason: "Windows has no process groups that end together", remedy };
    }
    const { state } = await Deno.permissions.query({ name: "run" });
    return state === "granted"
      ? { available: true }
      : { available: false, reason: "No process may be started", remedy: "Run Deno with --allow-run" };
  },
  async open(config) {
    const { runLocally } = await import("./run_locally.ts");
    return { run: (request) => runLocally(config, request) };
  },
};
