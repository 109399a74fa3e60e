// Pi by throwing darts, on every core and on a graphics card: the same darts, so the same hits in every simulation.
//
//   deno run --allow-read --allow-env examples/gpu_pi.ts
//
// Without a card, add --any-adapter: a driver that computes on the processor (Mesa's lavapipe) then stands in for it.

import { getBackend, gpuTask } from "../backends/mod.ts";
import { openGpu } from "./open_gpu.ts";

/**
 * Throws so many darts at the middles of 16384 x 16384 little squares and counts those in the quarter circle. Whole numbers only,
 * so that not even rounding can differ.
 */
export const darts = gpuTask({
  args: { count: "u32" },
  simulate(noise, { count }) {
    let hits = 0;
    for (let i = 0; i < count; i++) {
      const x = 2 * noise.integer(2 * i, 16384) + 1, y = 2 * noise.integer(2 * i + 1, 16384) + 1;
      if (x * x + y * y < 2 ** 30) hits++;
    }
    return hits;
  },
  wgsl: `
    fn simulate(key: vec2u) -> f32 {
      var hits = 0u;
      for (var i = 0u; i < count; i++) {
        let x = 2 * random_integer(key, 2 * i, 16384) + 1;
        let y = 2 * random_integer(key, 2 * i + 1, 16384) + 1;
        if (x * x + y * y < (1u << 30)) { hits++; }
      }
      return f32(hits);
    }`,
});

async function main(): Promise<void> {
  const task = { module: import.meta.url, name: "darts" };
  const options = { nSimulations: 400, workerArgs: [10_000], seed: 42 };
  const lists: number[][] = [];
  for (const open of [() => getBackend("workers"), () => openGpu(Deno.args)]) {
    await using backend = await open();
    if (!backend) return;
    const hits = await backend.runMonteCarlo<number>(task, options);
    const pi = 4 * hits.reduce((a, b) => a + b) / options.nSimulations / options.workerArgs[0];
    console.log(`${backend.name.padEnd(8)} pi = ${pi}  (${hits.provenance.seconds.toFixed(2)} s)`);
    lists.push(hits);
  }
  const same = lists[0].filter((hits, i) => hits === lists[1][i]).length;
  console.log(`${same} of ${options.nSimulations} simulations have the same hits on both`);
}

if (import.meta.main) await main();
