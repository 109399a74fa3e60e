import assert from "node:assert/strict";
import { SIGNIFICANCE_TASK } from "../../analysis/mod.ts";
import type { SignificanceSpec } from "../../analysis/mod.ts";
import { getBackend } from "../../backends/mod.ts";

/** 64 samples, 20 scales. */
const SPEC: SignificanceSpec = {
  n: 64,
  dt: 1,
  dj: 1 / 5,
  s0: 2,
  J: 19,
  wavelet: { name: "morlet" },
  convention: "exact",
  ar1: [0.5, 0.5],
  precision: "double",
};

Deno.test("many simulations of a small task do not make the process grow", async () => {
  await using backend = getBackend("workers", { n_jobs: 2 });
  const run = (nSimulations: number) =>
    backend.runTask({ ...SIGNIFICANCE_TASK, args: [SPEC] }, { nSimulations, seed: 1 });
  await run(5000);
  const before = Deno.memoryUsage().rss;
  for (let i = 0; i < 2; i++) await run(20_000);
  const grown = (Deno.memoryUsage().rss - before) / 1e6;
  assert.ok(grown < 100, `grown by ${grown.toFixed(0)} MB`);
});
