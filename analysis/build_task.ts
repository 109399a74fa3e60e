// Builds significance_build.js, the tasks of this folder as one file, which is sent where there is Deno and no Morlet:
//
//   deno run -A analysis/build_task.ts

import { buildModule } from "../backends/shards/build_module.ts";

/** Builds the tasks. */
export function buildTask(): Promise<string> {
  return buildModule(import.meta.resolve("./tasks.ts"));
}

if (import.meta.main) await Deno.writeTextFile(new URL("significance_build.js", import.meta.url), await buildTask());
