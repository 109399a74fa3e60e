// How Monte Carlo on a cluster behaves where none was measured: 10, 100 and 1,000 nodes, 10^9 surrogates. A model on paper, made of the
// pieces that cluster.ts measures.
//
//   deno run bench/cluster_model.ts

import { mostSurrogates } from "../analysis/surrogate_counts.ts";

/** Seconds and bytes, measured by cluster.ts on two cores. */
const MEASURED = {
  /** One surrogate of a record of 512 samples, the scales that it can test, on one core: 2.3 s of processor time for 20,000. */
  surrogate: 115e-6,
  /** To submit the array. */
  submit: 0.006,
  /** From a core that is free to the next shard's script on it, and from its end to the controller: a task that does nothing. */
  launch: 0.5,
  /** A shard's own start, before its first surrogate: Deno, the program, the tables. */
  start: 0.14,
  /** To read, check and merge one result, on the client. */
  merge: 0.001,
  /** To take the counts of one thread of a shard and merge them, on its main thread. */
  handOver: 0.0003,
  /** A result. */
  bytes: 673_000,
};
/** Not measured here. */
const ASSUMED = {
  /** Jobs that a controller starts in a second; Slurm's guide to high throughput speaks of several hundred. */
  dispatch: 100,
  /** Cores of a node. */
  cores: 32,
  /** Failures of one node in a second: one in a year. */
  failures: 1 / (365 * 86_400),
  /** Seconds until a shared folder shows a client what a node wrote. */
  folder: 3,
};
/** Seconds of work after which a thread of a shard hands over what it has (backends/span_queue.ts). */
const SPAN = 0.05;
const SURROGATES = 1e9, MOST_SHARDS = 1000;

interface Plan {
  readonly nodes: number;
  readonly shards: number;
  /** Cores of a shard. */
  readonly cores: number;
}

/** Seconds of each part of a job. */
function predict({ nodes, shards, cores }: Plan) {
  const { surrogate, submit, launch, start, merge, handOver } = MEASURED;
  const slots = Math.min(shards, nodes * Math.floor(ASSUMED.cores / cores));
  const waves = Math.ceil(shards / slots);
  // Threads hand their counts to the shard's main thread, which merges no more than so many a second.
  const threads = Math.min(cores, SPAN / handOver);
  const shard = SURROGATES * surrogate / shards / threads;
  const dispatch = slots / ASSUMED.dispatch;
  const work = waves * (launch + start + shard);
  const merging = Math.max(0, shards * merge - (waves - 1) * shard); // those of the last wave come at once
  const alive = submit + dispatch + work;
  // A shard that is lost takes its own time once more.
  const lost = (1 - Math.exp(-nodes * ASSUMED.failures * alive)) * (launch + start + shard);
  const look = Math.min(10, alive / 50) + ASSUMED.folder;
  const total = alive + merging + lost + look;
  const ideal = SURROGATES * surrogate / (nodes * ASSUMED.cores);
  return { total, ideal, shard, dispatch, starts: waves * (launch + start), merging, look, lost };
}

const CORES = [1, 2, 4, 8, 16, 32], WAVES = [1, 2, 3, 4, 8, 16, 32];
console.log(
  `${SURROGATES.toExponential(0)} surrogates of ${
    (MEASURED.surrogate * 1e6).toFixed(0)
  } µs, nodes of ${ASSUMED.cores} cores\n`,
);
console.log(
  "| nodes | shards | cores a shard | work of a shard | all work, no overhead | predicted | dispatch | starts | merging | looking |",
);
console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
for (const nodes of [1, 10, 100, 1000]) {
  const plans = CORES.flatMap((cores) =>
    WAVES.map((waves): Plan => ({ nodes, cores, shards: Math.min(MOST_SHARDS, waves * nodes * ASSUMED.cores / cores) }))
  );
  const [best] = plans.map((plan) => ({ plan, parts: predict(plan) })).sort((a, b) => a.parts.total - b.parts.total);
  const { plan, parts } = best;
  const s = (value: number) => `${value.toPrecision(2)} s`;
  const cells = [nodes, plan.shards, plan.cores, s(parts.shard), s(parts.ideal), s(parts.total)];
  console.log(`| ${[...cells, ...[parts.dispatch, parts.starts, parts.merging, parts.look].map(s)].join(" | ")} |`);
}

const { launch, start, merge, handOver, bytes } = MEASURED, overhead = launch + start;
console.log(`
A shard costs ${overhead.toFixed(2)} s beside its work: under 5 % if it works for ${
  (20 * overhead).toFixed(0)
} s or more.
To lose a node costs half a shard on average. The least of both is a shard of sqrt(2 * overhead / failures) =
${(Math.sqrt(2 * overhead / ASSUMED.failures) / 60).toFixed(0)} minutes: nodes fail too seldom to matter.
The client merges ${(1 / merge).toFixed(0)} results a second and reads ${
  (bytes / merge / 1e6).toFixed(0)
} MB a second meanwhile: ${MOST_SHARDS} shards take it ${(MOST_SHARDS * merge).toFixed(1)} s.
The main thread of a shard keeps ${(SPAN / handOver).toFixed(0)} threads busy at most.
All sums stay whole numbers below 2^53 up to ${mostSurrogates(512).toExponential(1)} surrogates.`);
