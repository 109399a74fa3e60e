// Levels of significance from every core and from a graphics card: the same surrogates, levels that differ by rounding.
//
//   deno run --allow-read --allow-env examples/gpu_significance.ts
//
// Without a card, add --any-adapter: a driver that computes on the processor (Mesa's lavapipe) then stands in for it.

import { wctSignificance } from "../analysis/mod.ts";
import { type Backend, getBackend } from "../backends/mod.ts";
import { openGpu } from "./open_gpu.ts";

const MC_COUNT = 500;

/** Levels for a record of 256 samples, computed whatever the cache has. */
function levels(backend: Backend, mcCount: number) {
  return wctSignificance(0.7, 0.5, { dt: 1, n: 256, mcCount, seed: 42, backend, cache: false });
}

async function main(): Promise<void> {
  await using gpu = await openGpu(Deno.args);
  if (!gpu) return;
  await using workers = getBackend("workers");
  const results = [];
  for (const backend of [workers, gpu]) {
    await levels(backend, 64); // threads and shaders are ready after that
    const started = performance.now();
    results.push(await levels(backend, MC_COUNT));
    const perSecond = MC_COUNT / (performance.now() - started) * 1000;
    console.log(`${backend.name.padEnd(8)} ${perSecond.toFixed(0).padStart(7)} surrogates a second`);
  }

  const [onCores, onCard] = results;
  const tested = [...onCores.significance.keys()].filter((j) => !Number.isNaN(onCores.significance[j]));
  const largest = Math.max(...tested.map((j) => Math.abs(onCores.significance[j] - onCard.significance[j])));
  const error = Math.max(...tested.map((j) => onCores.standardError[j]));
  const [first, second] = results.map(({ histogram }) => histogram.reduce((sum, count) => sum + count, 0));
  const moved = onCores.histogram.reduce((sum, count, b) => sum + Math.abs(count - onCard.histogram[b]) / 2, 0);
  console.log(`Counted ${first} and ${second} values of coherence, of which ${moved} are in another of 1024 bins`);
  console.log(`Levels of ${tested.length} scales differ by at most ${largest.toExponential(1)}`);
  console.log(`The Monte Carlo error of the levels is up to ${error.toExponential(1)}`);
}

if (import.meta.main) await main();
