// Pi by throwing darts: one function, run on one thread and on every core, with the same result to the last bit.
//
//   deno run --allow-read --allow-env --allow-run examples/pi.ts

import { getBackend } from "../backends/mod.ts";
import { defaultRng } from "../random/mod.ts";

/** Throws so many darts at the unit square and tells how many lie in the quarter circle. */
const throwDarts = (seed: number, darts: number): number => {
  const rng = defaultRng(seed);
  let inside = 0;
  for (let i = 0; i < darts; i++) inside += Math.hypot(rng.random(), rng.random()) < 1 ? 1 : 0;
  return inside;
};

const nSimulations = 400, darts = 50_000;
for (const name of ["sequential", "workers"]) {
  await using backend = getBackend(name);
  const started = performance.now();
  const hits = await backend.runMonteCarlo(throwDarts, { nSimulations, workerArgs: [darts], seed: 42 });
  const shares = hits.map((count) => 4 * count / darts);
  const mean = shares.reduce((a, b) => a + b) / nSimulations;
  const error = Math.sqrt(shares.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (nSimulations - 1) / nSimulations);
  const seconds = ((performance.now() - started) / 1000).toFixed(2);
  console.log(`${name.padEnd(10)}  pi = ${mean} ± ${error.toFixed(5)}  (${seconds} s)`);
}
