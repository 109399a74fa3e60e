// Workers against one thread, both in one run: the built-in task, a cheap function, and memory.
//
//   deno run -A bench/workers.ts

import { SIGNIFICANCE_TASK } from "../analysis/mod.ts";
import type { SignificanceSpec } from "../analysis/mod.ts";
import { getBackend } from "../backends/mod.ts";
import type { Backend } from "../backends/mod.ts";

const REPEATS = 5;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

async function seconds(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

const cores = navigator.hardwareConcurrency;
await using workers = getBackend("workers", { n_jobs: cores });
const one = getBackend("sequential");

// Surrogates of 512 samples, 98 scales: the float64 oracle, and the fast kernel.
for (const [precision, count] of [["double", 200], ["single", 200], ["single", 2000], ["single", 20_000]] as const) {
  const spec: SignificanceSpec = {
    n: 512,
    dt: 1,
    dj: 1 / 12,
    s0: 2,
    J: 97,
    wavelet: { name: "morlet" },
    convention: "exact",
    ar1: [0.7, 0.5],
    precision,
  };
  const run = (backend: Backend) =>
    backend.runTask({ ...SIGNIFICANCE_TASK, args: [spec] }, { nSimulations: count, seed: 1 });
  await run(workers);
  const times = { one: [] as number[], many: [] as number[] };
  for (let i = 0; i < (count < 1000 ? 3 * REPEATS : REPEATS); i++) {
    times.one.push(await seconds(() => run(one)));
    times.many.push(await seconds(() => run(workers)));
  }
  const ratios = times.one.map((time, i) => time / times.many[i]);
  console.log(`${count} surrogates of 512 samples, 98 scales, ${precision}, ${cores} threads against one thread:`);
  console.log(
    `  ${(1000 * median(times.one)).toFixed(0)} ms, ${(1000 * median(times.many)).toFixed(0)} ms, ratio ${
      median(ratios).toFixed(2)
    } (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
  );
}

// 10,000 simulations of 10 microseconds each.
const spin = (seed: number): number => {
  for (const end = performance.now() + 0.01; performance.now() < end;);
  return seed;
};
const cheap = (backend: Backend) => backend.runMonteCarlo(spin, { nSimulations: 10_000, seed: 1 });
await cheap(workers);
const loop: number[] = [], thread: number[] = [], processes: number[] = [];
for (let i = 0; i < REPEATS; i++) {
  loop.push(
    await seconds(() => {
      for (let seed = 0; seed < 10_000; seed++) spin(seed);
    }),
  );
  thread.push(await seconds(() => cheap(one)));
  processes.push(await seconds(() => cheap(workers)));
}
console.log("10,000 simulations of 10 microseconds:");
console.log(
  `  plain loop ${(median(loop) * 1000).toFixed(0)} ms, sequential ${(median(thread) * 1000).toFixed(0)} ms,`,
);
console.log(`  workers ${(median(processes) * 1000).toFixed(0)} ms`);

// 100,000 simulations of a small task.
const small: SignificanceSpec = {
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
const many = (n: number) => workers.runTask({ ...SIGNIFICANCE_TASK, args: [small] }, { nSimulations: n, seed: 1 });
await many(1000);
const before = Deno.memoryUsage().rss;
await many(100_000);
console.log(
  `100,000 simulations of 64 samples, 20 scales: the process grew by ${
    ((Deno.memoryUsage().rss - before) / 1e6).toFixed(0)
  } MB`,
);
