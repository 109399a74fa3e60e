// What a surrogate of the test of patches costs on one thread, and what of it is the map alone, in turns in one run.
//
//   deno run -A bench/regions.ts

import { type RegionSpec, wctSignificance } from "../analysis/mod.ts";
import { regionTask } from "../analysis/region_task.ts";
import { simulationKey } from "../random/mod.ts";
import { CoherencePlan, rednoise } from "../wavelet/mod.ts";

const REPEATS = 30;
const ar1 = [0.7, 0.5] as const;

for (const n of [512, 3000]) {
  const { significance: levels } = await wctSignificance(...ar1, { dt: 1, n, mcCount: 300, seed: 42, cache: false });
  const spec: RegionSpec = { plan: { n, dt: 1 }, ar1, levels };
  const state = await regionTask.prepare([spec]);
  const { lastOutside: last, scales } = new CoherencePlan(spec.plan);
  const plan = new CoherencePlan({ ...spec.plan, last }), [y1, y2] = ar1.map((g, seed) => rednoise(n, g, { seed }));
  let sink = 0;
  const map = milliseconds(() => plan.forEachScale(y1, y2, (_, { coherence }) => sink += coherence[n >> 1]));
  const whole = milliseconds((i) => void regionTask.simulate(state, simulationKey(42, i), i));
  for (let i = 0; i < REPEATS; i++) {
    map.run(i);
    whole.run(i);
  }
  if (Number.isNaN(sink)) throw new Error("the map has no coherence");
  console.log(
    `${n} samples, ${last + 1} of ${scales.length} scales: ${whole.least().toFixed(2)} ms a surrogate, ` +
      `${map.least().toFixed(2)} of it the map (the least of ${REPEATS})`,
  );
}

function milliseconds(work: (i: number) => void): { run(i: number): void; least(): number } {
  let least = Infinity;
  return {
    run(i) {
      const started = performance.now();
      work(i);
      least = Math.min(least, performance.now() - started);
    },
    least: () => least,
  };
}
