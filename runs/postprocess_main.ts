// The program that runs one postprocessor: its orders are its argument.

import { join } from "node:path";
import { saveAtomically } from "../analysis/mod.ts";
import { defaultRegistry } from "../backends/mod.ts";
import { getPostprocessor, loadPostprocessors } from "./processor_registry.ts";
import type { ProcessorOrders } from "./run_postprocessor.ts";

const { config, workspace, settings, result } = JSON.parse(Deno.args[0]) as ProcessorOrders;
try {
  await defaultRegistry.load(settings.plugins);
  await loadPostprocessors(settings.plugins);
  const { signal } = new AbortController(); // to stop, the process is ended
  const context = { workspace, outputs: join(workspace, "outputs"), settings, signal };
  const done = await getPostprocessor(config.type).process(context, config);
  await saveAtomically(result, JSON.stringify(done));
} catch (error) {
  // deno-lint-ignore no-console -- whoever started this program reads why it failed
  console.error(`Failed: ${error instanceof Error ? error.message : String(error)}`);
  Deno.exitCode = 1;
}
