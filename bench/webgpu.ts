// The significance task on a graphics card, against the kernel on this machine's cores and, where there is a CUDA card with CuPy,
// against pycwt's pipeline there; the share of the card that is used, the time of each pass, from how many simulations on the card
// pays, and what the settings do. Checks the card's levels, too. Prints a report, and keeps it in bench/webgpu.md and, with every single
// number, in bench/results/. Needs no network.
//
//   deno run -A bench/webgpu.ts                  a graphics card
//   deno run -A bench/webgpu.ts --any            also Mesa's lavapipe, which computes on the processor
//   deno run -A bench/webgpu.ts --quick          in a quarter of the time; keeps no report
//   deno run -A bench/webgpu.ts --python PATH    the Python that has CuPy and pycwt

import { parseArgs } from "node:util";
import { coherenceProgram } from "../analysis/gpu/coherence_program.ts";
import { CoherenceKernel } from "../analysis/kernel/coherence_kernel.ts";
import { SIGNIFICANCE_TASK, significanceLevels, type SignificanceSpec, significanceTask } from "../analysis/mod.ts";
import { kernelSpec } from "../analysis/surrogate_counters.ts";
import type { SurrogateCounts } from "../analysis/surrogate_counts.ts";
import { type Backend, getBackend, openBackend, VERSION, webgpu, WebGpuConfig } from "../backends/mod.ts";
import { GPU_BREAK_EVEN } from "../backends/registry.ts";
import { WebGpuEngine } from "../backends/webgpu/engine.ts";
import type { GpuStats } from "../backends/webgpu/stats.ts";
import { Morlet } from "../wavelet/mod.ts";
import { breakEven, type WorkOf } from "./gpu_break_even.ts";
import { timeCupy } from "./gpu_counterpart.ts";
import { type GpuPeaks, measurePeaks } from "./gpu_peaks.ts";
import { report } from "./gpu_report.ts";

const { values: { any, quick, python } } = parseArgs({
  options: {
    any: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    python: { type: "string" },
  },
});
const SECONDS = quick ? 0.5 : 2, REPEATS = quick ? 3 : 5;
/** What a user gets who sets nothing. */
const config = WebGpuConfig.parse({ adapter: any ? "any" : "hardware" });

const s0 = 2 / new Morlet().flambda();
const jobs = [
  { what: "512 samples", n: 512, J: 97 },
  { what: "3,072 samples, 98 scales", n: 3072, J: 97 },
  { what: "4,096 samples", n: 4096, J: Math.round(12 * Math.log2(4096 / s0)) },
];
const settings = [
  ...[0.01, 0.03, 0.3, 1].map((batch_seconds) => ({ batch_seconds })),
  ...[256, 4096, 16_384].map((memory_mb) => ({ memory_mb })),
];
const DARTS: WorkOf = { module: import.meta.resolve("../examples/gpu_pi.ts"), name: "darts", args: [1000] };

/** Surrogates a second in runs of so many. */
export interface Rate {
  readonly perSecond: number[];
  readonly surrogates: number;
}

function workOf({ n, J }: { n: number; J: number }) {
  const axis = { n, J, dt: 1, dj: 1 / 12, s0, wavelet: { name: "morlet" }, convention: "exact" } as const;
  const spec: SignificanceSpec = { ...axis, ar1: [0.7, 0.5], precision: "single" };
  return { ...SIGNIFICANCE_TASK, args: [spec] as const };
}

function say(text: string): void {
  console.error(text);
}

/** Surrogates a second in runs that take about {@linkcode SECONDS}; all that comes before warms up. */
async function rateOf(run: (surrogates: number) => Promise<unknown>): Promise<Rate> {
  const seconds = async (surrogates: number) => {
    const started = performance.now();
    await run(surrogates);
    return (performance.now() - started) / 1000;
  };
  let surrogates = 64;
  for (let took = await seconds(surrogates); took < SECONDS / 2; took = await seconds(surrogates)) {
    surrogates = 64 * Math.ceil(surrogates * Math.min(8, SECONDS / took) / 64);
  }
  const perSecond: number[] = [];
  for (let i = 0; i < REPEATS; i++) perSecond.push(surrogates / await seconds(surrogates));
  return { perSecond, surrogates };
}

function rate(backend: Backend, work: ReturnType<typeof workOf>): Promise<Rate> {
  return rateOf((nSimulations) => backend.runTask({ ...work }, { nSimulations, seed: 1, verbose: false }));
}

/** Runs a job on an engine of its own. */
async function onEngine<T>(
  changes: Partial<WebGpuConfig>,
  profile: boolean,
  use: (
    run: (task: ReturnType<typeof workOf>, nSimulations: number) => Promise<unknown>,
    stats: GpuStats,
  ) => Promise<T>,
): Promise<T> {
  await using engine = new WebGpuEngine({ ...config, ...changes }, { profile });
  const request = { seed: 1, signal: new AbortController().signal, advance: () => {} };
  return await use((task, nSimulations) => engine.runTask({ ...request, task, nSimulations }), engine.stats);
}

/** Microseconds of each pass for one surrogate, by the card's clock. */
function passTimes(work: ReturnType<typeof workOf>, surrogates: number, tick = 1): Promise<Record<string, number>> {
  return onEngine({}, true, async (run, stats) => {
    await run(work, 64);
    stats.passes.clear();
    await run(work, surrogates);
    return Object.fromEntries(
      [...stats.passes].map(([label, { ticks }]) => [label, ticks * tick / 1000 / surrogates]),
    );
  });
}

/** Bytes of one surrogate if every buffer were written once and read once. */
function leastTraffic({ plan }: CoherenceKernel): number {
  const limits = { maxComputeWorkgroupStorageSize: 32768 };
  const { buffers } = coherenceProgram(plan, { limits, features: new Set(), software: false });
  return ["record", "spectrum", "powers", "smoothed"].reduce((sum, name) => {
    const buffer = buffers[name];
    return "bytes" in buffer && typeof buffer.bytes === "function" ? sum + 2 * buffer.bytes(1024) / 1024 : sum;
  }, 0);
}

/** Whether card and kernel count alike, and the card as it did before. */
async function check(card: Backend, cores: Backend, work: ReturnType<typeof workOf>) {
  const counts = async (backend: Backend) =>
    (await backend.runTask<SurrogateCounts>({ ...work }, { nSimulations: 320, seed: 7, verbose: false })).partial;
  const [first, again, kernel] = [await counts(card), await counts(card), await counts(cores)];
  const total = ({ histogram }: SurrogateCounts) => histogram.reduce((sum, count) => sum + count, 0);
  const [mine, his] = [first, kernel].map(({ histogram }) => significanceLevels(histogram, 0.95));
  return {
    repeats: first.histogram.every((count, b) => count === again.histogram[b]),
    totals: [total(first), total(kernel)],
    levelsApart: Math.max(...mine.map((level, j) => Math.abs(level - his[j]))),
  };
}

const found = await webgpu.probe(config);
if (!found.available) {
  say(`${found.reason}. ${found.remedy}. --any takes Mesa's lavapipe.`);
  Deno.exit(1);
}
const machine = {
  date: new Date().toISOString(),
  device: found.detail ?? "an adapter without a name",
  software: /on the processor/.test(found.detail ?? ""),
  cpu: /model name\s*: (.*)/.exec(await Deno.readTextFile("/proc/cpuinfo").catch(() => ""))?.[1] ?? "unknown",
  cores: navigator.hardwareConcurrency,
  deno: Deno.version.deno,
  morlet: VERSION,
};
await using card = openBackend(webgpu, config);
await using one = getBackend("sequential");
await using all = getBackend("workers", { n_jobs: machine.cores });
say("peaks");
const peaks = await measurePeaks(WebGpuConfig.parse({ ...config, memory_mb: any ? 512 : 2048 }));

async function measureJob(job: typeof jobs[number]) {
  say(job.what);
  const work = workOf(job), kernel = new CoherenceKernel(kernelSpec(work.args[0])), onCard = await rate(card, work);
  return {
    ...job,
    tested: kernel.info.counted.length,
    check: await check(card, all, work),
    webgpu: onCard,
    oneThread: await rate(one, work),
    allThreads: await rate(all, work),
    cupy: await timeCupy({ n: job.n, J: job.J, surrogates: quick ? 128 : 512, repeats: REPEATS }, python),
    passes: peaks.tick === undefined ? {} : await passTimes(work, onCard.surrogates, peaks.tick),
    flops: kernel.info.flops,
    bytes: leastTraffic(kernel),
  };
}

async function measureEven(what: string, work: WorkOf, where: string, now: number) {
  say(`break-even: ${what}`);
  return { what, where, now, ...await breakEven(work, config, quick ? 1 : 4, quick ? 1 : 3) };
}

function measureSetting(changes: Partial<WebGpuConfig>) {
  say(JSON.stringify(changes));
  return onEngine(changes, false, async (run, stats) => {
    const { perSecond } = await rateOf((surrogates) => run(workOf(jobs[1]), surrogates));
    const { largestBatch, mostTogether, buffers } = stats;
    return { changes, perSecond, largestBatch, mostTogether, bytes: buffers.mostBytes };
  });
}

/** All that was measured. */
export interface Measured {
  readonly machine: typeof machine;
  readonly peaks: GpuPeaks;
  readonly results: Awaited<ReturnType<typeof measureJob>>[];
  readonly breakEven: Awaited<ReturnType<typeof measureEven>>[];
  readonly settings: Awaited<ReturnType<typeof measureSetting>>[];
}
const measured: Measured = { machine, peaks, results: [], breakEven: [], settings: [] };

/** Keeps what there is so far: a card is often lent for a short time. */
async function keep(): Promise<string> {
  const text = report(measured), name = `${machine.date.slice(0, 10)}-webgpu${quick ? "-quick" : ""}.json`;
  await Deno.mkdir(new URL("results/", import.meta.url), { recursive: true });
  await Deno.writeTextFile(new URL(`results/${name}`, import.meta.url), JSON.stringify(measured, null, 2) + "\n");
  if (!quick) await Deno.writeTextFile(new URL("webgpu.md", import.meta.url), text);
  return text;
}
for (const job of jobs) {
  measured.results.push(await measureJob(job));
  await keep();
}
const evens: [what: string, work: WorkOf, where: string, now: number][] = [
  [`significance, ${jobs[0].what}`, workOf(jobs[0]), "analysis/significance_task.ts", significanceTask.gpu!.breakEven!],
  ["1,000 darts", DARTS, "backends/registry.ts", GPU_BREAK_EVEN],
];
for (const even of evens) {
  measured.breakEven.push(await measureEven(...even));
  await keep();
}
for (const changes of settings) {
  measured.settings.push(await measureSetting(changes));
  await keep();
}
console.log(await keep());
