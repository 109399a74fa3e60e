// How well is a mean known? A bootstrap on every core and on a graphics card: both draw the same values, and the means differ by
// no more than single precision.
//
//   deno run --allow-read --allow-env examples/gpu_bootstrap.ts
//
// Without a card, add --any-adapter: a driver that computes on the processor (Mesa's lavapipe) then stands in for it.

import { getBackend, gpuTask } from "../backends/mod.ts";
import { loadSeries } from "./load_series.ts";
import { openGpu } from "./open_gpu.ts";

/** The mean of as many values as there are, drawn with replacement. */
export const resampledMean = gpuTask({
  args: { sample: "array<f32>" },
  simulate(noise, { sample }) {
    let sum = 0;
    for (let i = 0; i < sample.length; i++) sum += sample[noise.integer(i, sample.length)];
    return sum / sample.length;
  },
  wgsl: `
    fn simulate(key: vec2u) -> f32 {
      let n = arrayLength(&sample);
      var sum = 0.0;
      for (var i = 0u; i < n; i++) { sum += sample[random_integer(key, i, n)]; }
      return sum / f32(n);
    }`,
});

async function main(): Promise<void> {
  const { values } = await loadSeries(new URL("../data/elnino.csv", import.meta.url));
  const januaries = values.filter((_, month) => month % 12 === 0);
  const task = { module: import.meta.url, name: "resampledMean" };
  const lists: number[][] = [];
  for (const open of [() => getBackend("workers"), () => openGpu(Deno.args)]) {
    await using backend = await open();
    if (!backend) return;
    const means = await backend.runMonteCarlo<number>(task, {
      nSimulations: 10_000,
      workerArgs: [januaries],
      seed: 42,
    });
    const sorted = means.toSorted((a, b) => a - b);
    console.log(
      `${backend.name.padEnd(8)} 95 % interval of the mean: ${sorted[249].toFixed(4)} to ${sorted[9749].toFixed(4)} °C`,
    );
    lists.push(means);
  }
  const largest = lists[0].reduce((most, mean, i) => Math.max(most, Math.abs(mean - lists[1][i])), 0);
  console.log(`Largest difference between the two, of 10000 means: ${largest.toExponential(1)} °C`);
}

if (import.meta.main) await main();
