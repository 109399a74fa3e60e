// Builds shard_runner.js, the program of a shard, which is sent with every job:
//
//   deno run -A backends/shards/build_runner.ts

import { buildModule } from "./build_module.ts";

/** Builds the program. */
export function buildRunner(): Promise<string> {
  return buildModule(import.meta.resolve("./shard_main.ts"));
}

if (import.meta.main) await Deno.writeTextFile(new URL("shard_runner.js", import.meta.url), await buildRunner());
