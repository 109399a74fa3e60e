// Uses a backend that is not Morlet's: found as a plug-in, by the name that it gives itself.
//
//   deno run --allow-read --allow-write=/tmp --allow-env --allow-sys --allow-run examples/custom_backend.ts

import { wctSignificance } from "../analysis/mod.ts";
import { contentHash, getBackend, loadPlugins, printBackendInfo } from "../backends/mod.ts";

await loadPlugins([import.meta.resolve("./shards_backend.ts")]);
await printBackendInfo();

for (const [name, config] of [["sequential", {}], ["shards", { shards: 3 }]] as const) {
  await using backend = getBackend(name, config);
  const { histogram } = await wctSignificance(0.7, 0.5, {
    dt: 1,
    n: 128,
    mcCount: 60,
    seed: 42,
    backend,
    cache: false,
  });
  console.log(`${contentHash(histogram).slice(0, 16)}  ${name}`);
}
