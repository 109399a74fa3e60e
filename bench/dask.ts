// What a Dask cluster costs: levels of significance on two workers of one thread each, which are this machine's cores, against `workers` on
// the same two. Starts a cluster of its own, as the tests do.
//
//   deno run -A bench/dask.ts [repetitions]

import process from "node:process";
import { SIGNIFICANCE_TASK, wctSignificance } from "../analysis/mod.ts";
import { type Backend, getBackend } from "../backends/mod.ts";
import { childrenOf, DaskCluster, noDask } from "../tests/dask_cluster.ts";
import { python } from "../tests/python.ts";

const reason = noDask();
if (reason) throw new Error(reason);
const repetitions = Number(Deno.args[0] ?? 3);

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

async function seconds(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** The levels of a record of `n` samples with scales over all octaves that it can test. */
function levels(backend: Backend, n: number, mcCount: number) {
  return wctSignificance(0.7, 0.5, { dt: 1, n, J: 12 * Math.log2(n / 8), mcCount, seed: 42, cache: false, backend });
}

await using cluster = await DaskCluster.start();
const config = { address: cluster.address, python: python().path };

/** Seconds of processor time so far: of this program, of the workers with the shards that have ended, and of what stands in between. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  const pids = [cluster.scheduler, ...cluster.pids("a"), ...cluster.pids("b"), ...childrenOf(Deno.pid)];
  const ticks = pids.flatMap((pid) =>
    Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1].split(" ").slice(11, 15)
  );
  return (user + system) / 1e6 + ticks.reduce((sum, tick) => sum + Number(tick) / 100, 0);
}

const load = () => Deno.loadavg().map((load) => load.toFixed(1)).join(", ");
console.log(`Load of the machine before: ${load()}`);
console.log("Seconds, medians; in brackets the processor time.\n");
const SHARDS = [2, 8, 32];
console.log(`| samples | surrogates | workers | ${SHARDS.map((n) => `dask, ${n} shards | more`).join(" | ")} |`);
console.log(`| --- | --- | --- | ${SHARDS.map(() => "--- | ---").join(" | ")} |`);
for (const [n, mcCount] of [[512, 1000], [512, 20_000], [8192, 1000], [8192, 20_000]]) {
  const times: number[][] = [[], ...SHARDS.map(() => [])], processor: number[][] = [[], ...SHARDS.map(() => [])];
  for (let i = 0; i < repetitions; i++) {
    for (const way of times.keys()) {
      await using backend = way === 0
        ? getBackend("workers", { n_jobs: 2 })
        : getBackend("dask", { ...config, shards: SHARDS[way - 1] });
      // Both are open: threads have started, and the cluster is connected. What a job needs is made anew on either side.
      await backend.runMonteCarlo({ module: import.meta.resolve("../testing/simulations.ts"), name: "draw" }, {
        nSimulations: 2,
        workerArgs: [0],
        verbose: false,
      });
      const before = processorTime();
      times[way].push(await seconds(() => levels(backend, n, mcCount)));
      processor[way].push(processorTime() - before);
    }
  }
  const wall = times.map(median), used = processor.map(median);
  const percent = (values: number[], way: number) => `${(100 * (values[way] / values[0] - 1)).toFixed(1)} %`;
  const cells = wall.map((time, way) =>
    `${time.toFixed(2)} (${used[way].toFixed(2)})${way ? ` | ${percent(wall, way)} (${percent(used, way)})` : ""}`
  );
  console.log(`| ${[n, mcCount, ...cells].join(" | ")} |`);
}

const spec = {
  ...{ n: 512, dt: 1, dj: 1 / 12, s0: 2, J: 72, wavelet: { name: "morlet" }, convention: "exact", ar1: [0.7, 0.5] },
  precision: "single",
} as const;
const task = { ...SIGNIFICANCE_TASK, args: [spec] };
const pieces: Record<string, number[]> = {
  "from nothing to the first partial": [],
  "from submit to the first partial, connected": [],
  "a shard that does next to nothing, of 200 on two threads": [],
};
const [fromNothing, connected, shard] = Object.values(pieces);
for (let i = 0; i < repetitions; i++) {
  await using backend = getBackend("dask", { ...config, shards: 2 });
  for (const times of [fromNothing, connected]) {
    const started = performance.now();
    let first = NaN;
    const onPartial = () => first = Number.isNaN(first) ? (performance.now() - started) / 1000 : first;
    await backend.runTask(task, { nSimulations: 32, seed: 1, onPartial, verbose: false });
    times.push(first);
  }
  await using many = getBackend("dask", { ...config, shards: 200 });
  const one = (nSimulations: number) =>
    many.runMonteCarlo((seed: number) => seed, { nSimulations, seed: 1, verbose: false });
  const start = await seconds(() => one(2)), start2 = await seconds(() => one(2));
  shard.push((await seconds(() => one(200)) - Math.min(start, start2)) / 198);
}
console.log("\n| piece | seconds, median | all |\n| --- | --- | --- |");
for (const [what, times] of Object.entries(pieces)) {
  console.log(`| ${what} | ${median(times).toPrecision(2)} | ${times.map((time) => time.toPrecision(2)).join(", ")} |`);
}
console.log(`\nLoad of the machine after: ${load()}`);
