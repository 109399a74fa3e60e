// How well is a mean known? A bootstrap, whose draws are NumPy's: the same seed gives the same interval in Python.
//
//   deno run --allow-read --allow-env --allow-run examples/bootstrap_mean.ts

import { getBackend } from "../backends/mod.ts";
import { defaultRng } from "../random/mod.ts";
import { loadSeries } from "./load_series.ts";

/** The mean of as many values as there are, drawn with replacement. */
const resampledMean = (seed: number, values: Float64Array): number => {
  const rng = defaultRng(seed);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[rng.integers(0, values.length)];
  return sum / values.length;
};

const { values } = await loadSeries(new URL("../data/elnino.csv", import.meta.url));
const januaries = values.filter((_, month) => month % 12 === 0);

await using backend = getBackend("workers");
const means = await backend.runMonteCarlo(resampledMean, { nSimulations: 10_000, workerArgs: [januaries], seed: 42 });
const sorted = means.toSorted((a, b) => a - b);
const mean = januaries.reduce((a, b) => a + b) / januaries.length;
console.log(`Mean January temperature of the Niño 1+2 region, ${januaries.length} years: ${mean.toFixed(3)} °C`);
console.log(
  `95 % interval: ${sorted[249].toFixed(3)} to ${sorted[9749].toFixed(3)} °C (seed ${means.provenance.seed})`,
);
