// Levels of significance on one thread and on workers, cut in different ways: equal checksums.
//
//   deno run --allow-read --allow-env --allow-run examples/same_everywhere.ts

import { wctSignificance } from "../analysis/mod.ts";
import { contentHash, getBackend } from "../backends/mod.ts";

const ways = [
  ["sequential", {}],
  ["workers", { n_jobs: 1 }],
  ["workers", { n_jobs: 2 }],
  ["workers", { n_jobs: 3 }],
  ["workers", { n_jobs: 7 }],
  ["workers", { n_jobs: 2, prefer: "processes" }],
] as const;

const checksums = new Set<string>();
for (const [name, config] of ways) {
  await using backend = getBackend(name, config);
  const started = performance.now();
  const { histogram } = await wctSignificance(0.7, 0.5, {
    dt: 1,
    n: 256,
    mcCount: 100,
    seed: 42,
    backend,
    cache: false,
  });
  const checksum = contentHash(histogram);
  checksums.add(checksum);
  const seconds = ((performance.now() - started) / 1000).toFixed(2);
  console.log(`${checksum.slice(0, 16)}  ${seconds} s  ${name} ${JSON.stringify(config)}`);
}
console.log(checksums.size === 1 ? "All equal" : "They differ");
if (checksums.size !== 1) Deno.exit(1);
