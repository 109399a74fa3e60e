// Is the largest coherence of two series more than chance? A test of one's own: surrogates with the series' spectra and
// random phases, the maximum of the coherence map as the statistic, its p-value. The simulation lives in a module
// (surrogate_maximum.ts), so that it may import what it needs and runs in threads.
//
//   deno run --allow-read --allow-env examples/largest_coherence.ts

import { getBackend } from "../backends/mod.ts";
import { defaultRng } from "../random/mod.ts";
import { largestCoherence } from "./surrogate_maximum.ts";

// Two noises that have nothing in common but an episode, from sample 80 to 180.
const rng = defaultRng(7);
const y1 = rng.standardNormal(256);
const y2 = y1.map((value, t) => (t >= 80 && t < 180 ? value : rng.normal()) + 0.2 * rng.normal());
const options = { dt: 1, dj: 1 / 4 };

const observed = largestCoherence(y1, y2, options);
await using backend = getBackend("workers");
const worker = { module: import.meta.resolve("./surrogate_maximum.ts"), name: "surrogateMaximum" };
const maxima = await backend.runMonteCarlo<number>(worker, {
  nSimulations: 500,
  workerArgs: [y1, y2],
  workerKwargs: options,
  seed: 42,
});
const p = (maxima.filter((value) => value >= observed).length + 1) / (maxima.length + 1);
console.log(`Largest coherence ${observed.toFixed(3)}, p = ${p.toFixed(3)} from ${maxima.length} surrogates`);
