// The significance task on a graphics card, against the kernel on this machine's cores and, where there is a CUDA GPU with
// CuPy, against pycwt's pipeline there; time of each pass, and what share of the card is used. Prints tables, and keeps all numbers in
// bench/results/.
//
//   deno run -A bench/webgpu.ts          a graphics card
//   deno run -A bench/webgpu.ts --any    also Mesa's lavapipe, which computes on the processor
//   deno run -A bench/webgpu.ts --quick  for a quarter of the time

import { parseArgs } from "node:util";
import { coherenceProgram } from "../analysis/gpu/coherence_program.ts";
import { CoherenceKernel } from "../analysis/kernel/coherence_kernel.ts";
import { SIGNIFICANCE_TASK, type SignificanceSpec } from "../analysis/mod.ts";
import { kernelSpec } from "../analysis/surrogate_counters.ts";
import { type Backend, getBackend, openBackend, VERSION, webgpu, WebGpuConfig } from "../backends/mod.ts";
import { WebGpuEngine } from "../backends/webgpu/engine.ts";
import { Morlet } from "../wavelet/mod.ts";
import { COPIED, OPERATIONS, peakTask } from "./gpu_peaks.ts";

const { values: { any, quick } } = parseArgs({
  options: { any: { type: "boolean", default: false }, quick: { type: "boolean", default: false } },
});
const SECONDS = quick ? 0.5 : 2, REPEATS = 5;
const CUPY = "14.2.0";
const config = WebGpuConfig.parse({ adapter: any ? "any" : "hardware", memory_mb: any ? 1024 : 4096 });
const ROOT = new URL("../", import.meta.url);

const s0 = 2 / new Morlet().flambda();
const jobs = [
  { what: "512 samples", n: 512, J: 97 },
  { what: "3,072 samples, 98 scales", n: 3072, J: 97 },
  { what: "4,096 samples", n: 4096, J: Math.round(12 * Math.log2(4096 / s0)) },
];

interface Rate {
  /** Surrogates a second, of each repetition. */
  readonly perSecond: number[];
  readonly surrogates: number;
}

function specOf({ n, J }: { n: number; J: number }): SignificanceSpec {
  const axis = { n, J, dt: 1, dj: 1 / 12, s0, wavelet: { name: "morlet" }, convention: "exact" } as const;
  return { ...axis, ar1: [0.7, 0.5], precision: "single" };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** Surrogates a second in runs of about {@linkcode SECONDS}, after two that warm up. */
async function rate(backend: Backend, spec: SignificanceSpec): Promise<Rate> {
  const run = async (nSimulations: number) => {
    const started = performance.now();
    await backend.runTask({ ...SIGNIFICANCE_TASK, args: [spec] }, { nSimulations, seed: 1, verbose: false });
    return (performance.now() - started) / 1000;
  };
  await run(64);
  const surrogates = 64 * Math.max(1, Math.round(SECONDS * 256 / await run(256) / 64));
  const perSecond: number[] = [];
  for (let i = 0; i < REPEATS; i++) perSecond.push(surrogates / await run(surrogates));
  return { perSecond, surrogates };
}

/** Operations or bytes a second of a peak, by the card's clock. */
async function peak(name: "arithmetic" | "copy", unit: number): Promise<number> {
  await using engine = new WebGpuEngine(config, { profile: true });
  let best = 0;
  for (let i = 0; i < 4; i++) {
    engine.stats.passes.clear();
    const before = engine.stats.simulations, run = { seed: 1, signal: new AbortController().signal, advance: () => {} };
    await engine.runTask({ ...run, task: peakTask(name), nSimulations: 16 * 4 ** i });
    const pass = engine.stats.passes.get(name);
    if (!pass) throw new Error("the adapter has no timestamps");
    best = Math.max(best, (engine.stats.simulations - before) * unit / pass.ticks * 1e9);
  }
  return best;
}

/** Microseconds of each pass for one surrogate, by the card's clock. */
async function passTimes(spec: SignificanceSpec, nSimulations: number): Promise<Record<string, number>> {
  await using engine = new WebGpuEngine(config, { profile: true });
  const task = { ...SIGNIFICANCE_TASK, args: [spec] }, signal = new AbortController().signal;
  const run = { task, nSimulations, seed: 1, signal, advance: () => {} };
  await engine.runTask(run);
  engine.stats.passes.clear();
  await engine.runTask(run);
  return Object.fromEntries(
    [...engine.stats.passes].map(([label, { ticks }]) => [label, ticks / 1000 / nSimulations]),
  );
}

/** Bytes of one surrogate if every buffer were written once and read once. */
function leastTraffic(spec: SignificanceSpec): number {
  const { plan } = new CoherenceKernel(kernelSpec(spec));
  const limits = { maxComputeWorkgroupStorageSize: 32768 };
  const { buffers } = coherenceProgram(plan, { limits, features: new Set(), software: false });
  return ["record", "spectrum", "powers", "smoothed"].reduce((sum, name) => {
    const buffer = buffers[name];
    return "bytes" in buffer && typeof buffer.bytes === "function" ? sum + 2 * buffer.bytes(1024) / 1024 : sum;
  }, 0);
}

/** pycwt's pipeline by CuPy. */
async function cupy(
  n: number,
  J: number,
): Promise<{ device: string; off: number; seconds: number[] } | { missing: string }> {
  const venv = new URL(".venv-bench/", ROOT).pathname, python = `${venv}bin/python`;
  if (!await Deno.stat(python).catch(() => undefined)) return { missing: "no .venv-bench: `deno task bench` makes it" };
  const run = async (command: string, ...args: string[]) => await new Deno.Command(command, { args }).output();
  const card = await run("nvidia-smi").catch(() => undefined);
  if (card?.success) await run(python, "-m", "pip", "install", "-q", `cupy-cuda12x==${CUPY}`);
  const job = { n, J, surrogates: 512, batch: 32, repeats: REPEATS };
  const script = new URL("python/pycwt_cupy.py", import.meta.url).pathname;
  const answer = await new Deno.Command(python, { args: [script, JSON.stringify(job)] }).output();
  if (!answer.success) return { missing: new TextDecoder().decode(answer.stderr).trim().split("\n").at(-1)! };
  return JSON.parse(new TextDecoder().decode(answer.stdout));
}

await using gpu = openBackend(webgpu, config);
await using one = getBackend("sequential");
await using all = getBackend("workers", { n_jobs: navigator.hardwareConcurrency });
const { detail: device } = await webgpu.probe(config) as { detail?: string };
if (!await gpu.isAvailable()) {
  console.error("No graphics card that WebGPU finds. --any takes Mesa's lavapipe, which computes on the processor.");
  Deno.exit(1);
}
const operations = await peak("arithmetic", OPERATIONS), bandwidth = await peak("copy", COPIED);
const results = [];
for (const job of jobs) {
  const spec = specOf(job), { info } = new CoherenceKernel(kernelSpec(spec));
  console.error(job.what);
  const card = await rate(gpu, spec), perSecond = median(card.perSecond);
  results.push({
    ...job,
    tested: info.counted.length,
    webgpu: card,
    oneThread: await rate(one, spec),
    allThreads: await rate(all, spec),
    cupy: await cupy(job.n, job.J),
    passes: await passTimes(spec, card.surrogates),
    flops: info.flops,
    bytes: leastTraffic(spec),
    shareOfArithmetic: info.flops * perSecond / operations,
    shareOfBandwidth: leastTraffic(spec) * perSecond / bandwidth,
  });
}

const machine = {
  date: new Date().toISOString(),
  device,
  cpu: /model name\s*: (.*)/.exec(await Deno.readTextFile("/proc/cpuinfo").catch(() => ""))?.[1] ?? "unknown",
  cores: navigator.hardwareConcurrency,
  deno: Deno.version.deno,
  morlet: VERSION,
};
const show = ({ perSecond }: Rate) =>
  `${median(perSecond).toFixed(0)} (${Math.min(...perSecond).toFixed(0)} to ${Math.max(...perSecond).toFixed(0)})`;
console.log(device);
console.log(`measured peaks: ${(operations / 1e9).toFixed(0)} GFLOP/s, ${(bandwidth / 1e9).toFixed(1)} GB/s`);
console.table(Object.fromEntries(results.map((r) => [r.what, {
  "webgpu, surrogates/s": show(r.webgpu),
  "one thread": show(r.oneThread),
  [`${machine.cores} threads`]: show(r.allThreads),
  CuPy: "missing" in r.cupy ? r.cupy.missing : (1 / median(r.cupy.seconds)).toFixed(0),
  "% arithmetic": (100 * r.shareOfArithmetic).toFixed(1),
  "% bandwidth": (100 * r.shareOfBandwidth).toFixed(1),
}])));
console.log("microseconds a surrogate, by pass");
console.table(Object.fromEntries(results.map((r) => [
  r.what,
  Object.fromEntries(Object.entries(r.passes).map(([label, time]) => [label, time.toPrecision(3)])),
])));
await Deno.mkdir(new URL("results/", import.meta.url), { recursive: true });
const name = `results/${machine.date.slice(0, 10)}-webgpu${quick ? "-quick" : ""}.json`;
await Deno.writeTextFile(
  new URL(name, import.meta.url),
  JSON.stringify({ machine, peaks: { operations, bandwidth }, results }, null, 2) + "\n",
);
