// What a Slurm cluster costs: levels of significance on two nodes of one core each, which are this machine's cores, against `workers` on the
// same two; and the pieces of which the model in cluster_model.ts is made. Starts a cluster of its own, as the tests do.
//
//   deno run -A bench/cluster.ts [repetitions]

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { SIGNIFICANCE_TASK, significanceTask, wctSignificance } from "../analysis/mod.ts";
import { decode, encode, getBackend, PartialMerger } from "../backends/mod.ts";
import type { Backend } from "../backends/mod.ts";
import { packTask, shardCommand } from "../backends/shards/pack_task.ts";
import { readResult } from "../backends/shards/read_result.ts";
import { readShardStream } from "../backends/shards/shard_stream.ts";
import { noSlurm, SlurmCluster } from "../tests/slurm_cluster.ts";

const reason = noSlurm();
if (reason) throw new Error(reason);
const repetitions = Number(Deno.args[0] ?? 3);
/** Samples of a record, surrogates, and how often they are measured. */
const ROWS = [[512, 1000, repetitions], [512, 20_000, repetitions], [8192, 20_000, Math.ceil(repetitions / 3)]];

/** What else runs on the machine only adds to a time. */
function least(values: readonly number[]): number {
  return Math.min(...values);
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

await using cluster = await SlurmCluster.start({ cpus: 1 });
const work_dir = join(cluster.folder, "shared");
await mkdir(work_dir);

// Deno on the nodes, which keeps a note of the processor time of each shard.
const deno = join(cluster.folder, "deno"), notes = join(cluster.folder, "times");
await Deno.writeTextFile(
  deno,
  `#!/bin/bash\nTIMEFORMAT="%U %S"\nexec 3>&2\n{ time '${Deno.execPath()}' "$@" 2>&3; } 2>> ${notes}\n`,
  { mode: 0o755 },
);

/** Seconds of processor time since the last call: of this process, and of shards. */
async function processorTime(): Promise<number> {
  const { user, system } = process.cpuUsage(), own = (user + system) / 1e6;
  const noted = await Deno.readTextFile(notes).catch(() => "");
  const all = own + noted.split(/\s+/).reduce((sum, time) => sum + Number(time), 0);
  const since = all - spent;
  spent = all;
  return since;
}
let spent = 0;

console.log(`Load of the machine before: ${Deno.loadavg().map((load) => load.toFixed(1)).join(", ")}`);
console.log(`Seconds, the least of ${repetitions}; in brackets the processor time.\n`);
console.log("| samples | surrogates | workers | slurm, 2 shards | slurm, 8 shards | more, 2 shards | more, 8 shards |");
console.log("| --- | --- | --- | --- | --- | --- | --- |");
for (const [n, mcCount, times] of ROWS) {
  const elapsed: number[][] = [[], [], []], processor: number[][] = [[], [], []];
  for (let i = 0; i < times; i++) {
    // Opened anew each time: on either side a job of its own begins with nothing.
    const slurm = { work_dir, deno };
    const ways = [["workers", { n_jobs: 2 }], ["slurm", { ...slurm, shards: 2 }], ["slurm", {
      ...slurm,
      shards: 8,
    }]] as const;
    for (const [way, [name, config]] of ways.entries()) {
      await using backend = getBackend(name, config);
      await processorTime();
      elapsed[way].push(await seconds(() => levels(backend, n, mcCount)));
      processor[way].push(await processorTime());
    }
  }
  const wall = elapsed.map(least), used = processor.map(least);
  const percent = (values: number[], way: number) => `${(100 * (values[way] / values[0] - 1)).toFixed(1)} %`;
  const more = (way: number) => `${percent(wall, way)} (${percent(used, way)})`;
  const cells = [
    n,
    mcCount,
    ...wall.map((time, way) => `${time.toFixed(2)} (${used[way].toFixed(2)})`),
    more(1),
    more(2),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

const pieces: [string, number[]][] = [];
async function piece(what: string, measure: () => Promise<number>): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < repetitions; i++) times.push(await measure());
  pieces.push([what, times]);
}

const spec = {
  ...{ n: 512, dt: 1, dj: 1 / 12, s0: 2, J: 72, wavelet: { name: "morlet" }, convention: "exact", ar1: [0.7, 0.5] },
  precision: "single",
} as const;
const task = { ...SIGNIFICANCE_TASK, args: [spec] };

await piece("from submit to the first partial", async () => {
  await using backend = getBackend("slurm", { work_dir, shards: 2 });
  const started = performance.now();
  let first = NaN;
  const onPartial = () => first = Number.isNaN(first) ? (performance.now() - started) / 1000 : first;
  await backend.runTask(task, { nSimulations: 32, seed: 1, onPartial });
  return first;
});

const packed = await packTask(task, { seed: 1 });
await Deno.writeFile(join(work_dir, "shard.js"), packed.file);
async function shard(count: number): Promise<Uint8Array> {
  const [deno, ...args] = shardCommand("shard.js", packed.hash, { start: 0, count }, { deno: Deno.execPath() });
  const options = { args, cwd: work_dir, stdin: "piped", stdout: "piped" } as const;
  const child = new Deno.Command(deno, options).spawn();
  const input = child.stdin.getWriter();
  await input.write(packed.plan);
  await input.close();
  return (await child.output()).stdout;
}
await piece("a shard's own start: Deno, the task, its set-up, 16 surrogates", () => seconds(() => shard(16)));
const output = await shard(16);
await piece("to read, check and merge the result of a shard", async () => {
  const merger = new PartialMerger(significanceTask);
  const times = 20;
  return await seconds(() => {
    for (let i = 0; i < times; i++) {
      const { result } = readShardStream(output);
      merger.add(
        { start: 16 * i, count: 16 },
        readResult(result!, { hash: packed.hash, span: { start: 0, count: 16 } }),
      );
    }
  }) / times;
});
await piece("to take a partial from a thread and merge it", async () => {
  const span = { start: 0, count: 16 }, times = 20;
  const { result } = readShardStream(output);
  const sent = encode(readResult(result!, { hash: packed.hash, span }));
  const merger = new PartialMerger(significanceTask);
  return await seconds(() => {
    for (let i = 0; i < times; i++) merger.add({ ...span, start: 16 * i }, decode(sent) as unknown[]);
  }) / times;
});
await piece("to submit an array of 1000 shards, of which none may run", async () => {
  const args = ["--parsable", "--array=0-999", "--hold", "--output=/dev/null"];
  return await seconds(async () => {
    const child = new Deno.Command("sbatch", {
      args,
      stdin: "piped",
      stdout: "null",
      env: { SLURM_CONF: cluster.conf },
    }).spawn();
    const input = child.stdin.getWriter();
    await input.write(new TextEncoder().encode(`#!/bin/sh\n${"#".repeat(10_000)}\n`));
    await input.close();
    await child.status;
  });
});
await piece(
  "to ask for their states",
  () =>
    seconds(() => new Deno.Command("squeue", { args: ["--array", "--noheader", "--format=%i|%T|%M|%N|%r"] }).output()),
);
await new Deno.Command("scancel", { args: ["--user=root"] }).output();
await cluster.idle();
const many = 40;
await piece(
  `a task of an array that does nothing, of ${many} on two cores`,
  async () =>
    await seconds(() =>
      new Deno.Command("sh", {
        args: ["-c", `echo '#!/bin/sh' | sbatch --wait --array=0-${many - 1} --output=/dev/null`],
        stdout: "null",
      })
        .output()
    ) / many,
);

console.log(`\nA result has ${output.byteLength} bytes, the program of a shard ${packed.file.byteLength}.\n`);
console.log("| piece | seconds, least | all |");
console.log("| --- | --- | --- |");
for (const [what, times] of pieces) {
  console.log(`| ${what} | ${least(times).toPrecision(2)} | ${times.map((time) => time.toPrecision(2)).join(", ")} |`);
}
console.log(`\nLoad of the machine after: ${Deno.loadavg().map((load) => load.toFixed(1)).join(", ")}`);
