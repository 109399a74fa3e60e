// What the kernel reaches of what the machine can do: arithmetic, and bare Fourier transforms.
//
//   deno run -A bench/limits.ts   alone; `deno task bench` has it in its tables
import { CoherenceKernel, instantiateKernel, type KernelExports } from "../analysis/kernel/coherence_kernel.ts";
import { type KernelPlan, kernelSpecOf } from "../analysis/kernel/kernel_plan.ts";
import { layOut } from "../analysis/kernel/kernel_program.ts";
import { MemoryPlan } from "../analysis/kernel/memory_plan.ts";
import { placeTransform, POINT } from "../analysis/kernel/transform_tables.ts";
import { SimulationKeys } from "../random/mod.ts";
import { CoherencePlan } from "../wavelet/mod.ts";
import { compileCounting, type CountingKernel } from "./counting_kernel.ts";
import { machinePeaks } from "./machine_peaks.ts";
import { makeVenv, Peers, say, type Timing } from "./peers.ts";
import { pffftTransforms } from "./pffft.ts";
import { show, table } from "./table.ts";

/** What one surrogate takes; times are those of the fastest repetition. */
interface Reached {
  readonly what: string;
  /** Bytes of the kernel's memory. */
  readonly memory: number;
  readonly seconds: number;
  /** Operations in single precision, operations on whole numbers, bytes loaded and stored. */
  readonly flop: number;
  readonly whole: number;
  readonly moved: number;
  /** Its Fourier transforms alone: their operations, the kernel's time, and others' times. */
  readonly fft: {
    readonly count: number;
    readonly flop: number;
    readonly seconds: number;
    readonly peers: readonly (Timing | { missing: string })[];
  };
}

/** What {@linkcode measureLimits} finds. */
export interface Limits {
  /** Operations a second in single precision, the most that WebAssembly gets out of one core. */
  readonly peak: number;
  /** Bytes a second, read and written, by copies of 256 KiB and of 64 MiB. */
  readonly cache: number;
  readonly memory: number;
  readonly surrogates: readonly Reached[];
}

const JOBS = {
  "3,151 samples, 98 scales": { n: 3151, J: 97 },
  "512 samples, 79 scales": { n: 512, J: 97 },
  "65,536 samples, all octaves": { n: 65536 },
};
/** Native libraries, which the peers' process times, and one in WebAssembly. */
const NATIVE = ["FFTW", "pocketfft"], LIBRARIES = [...NATIVE, "PFFFT"];

/**
 * Measures the limits and the kernel, in turns.
 *
 * @param peers The process that times other Fourier transforms.
 * @param repeats How often.
 */
export async function measureLimits(peers: Peers, repeats: number): Promise<Limits> {
  const machine = await machinePeaks(), counting = await compileCounting();
  let peak = 0, cache = 0, memory = 0;
  const surrogates: Reached[] = [];
  for (const [what, options] of Object.entries(JOBS)) {
    say(`limits, ${what}: Morlet`);
    const plan = new CoherencePlan({ dt: 1, ...options, truncate: false });
    const kernel = new CoherenceKernel(kernelSpecOf(plan, [0.7, 0.5]));
    const transforms = transformsOf(kernel.plan), bare = bareTransforms(transforms, instantiateKernel());
    const pffft = await pffftTransforms(transforms);
    let seconds = Infinity, bareSeconds = Infinity, pffftSeconds = Infinity;
    for (let i = 0; i < repeats; i++) {
      peak = Math.max(peak, ...attempts(machine.arithmetic));
      cache = Math.max(cache, ...attempts(() => machine.copy(2 ** 18)));
      memory = Math.max(memory, ...attempts(() => machine.copy(2 ** 26)));
      seconds = Math.min(seconds, ...attempts(() => timeOf(() => kernel.simulate(KEYS)) / SURROGATES));
      bareSeconds = Math.min(bareSeconds, ...attempts(() => timeOf(bare) / 4));
      pffftSeconds = Math.min(pffftSeconds, ...attempts(() => timeOf(pffft)));
    }
    const { flop, whole, moved } = counted(counting(), (its) => surrogate(kernel.plan, its));
    const fft = counted(counting(), (its) => bareTransforms(transforms, its));
    const others: (Timing | { missing: string })[] = [];
    for (const name of NATIVE) others.push(await peers.time(`limits, ${what}`, name, [[...transforms]]));
    others.push({ what: `limits, ${what}`, side: "PFFFT", seconds: [pffftSeconds] });
    const count = transforms.values().reduce((sum, times) => sum + times, 0);
    surrogates.push({
      what,
      memory: kernel.info.bytes,
      seconds,
      flop,
      whole,
      moved: 16 * moved / 4,
      fft: { count, flop: fft.flop, seconds: bareSeconds, peers: others },
    });
  }
  return { peak, cache, memory, surrogates };
}

/** The limits and what is reached of them, in Markdown. */
export function limitsSection({ peak, cache, memory, surrogates }: Limits): string {
  const giga = (value: number) => (value / 1e9).toPrecision(3),
    percent = (share: number) => `${Math.round(100 * share)} %`;
  const body = surrogates.map((it) => [
    it.what,
    show(it.seconds),
    (it.flop / 1e6).toPrecision(3),
    percent(it.flop / it.seconds / peak),
    `${giga(it.moved / it.seconds)} GB/s`,
    `${(it.memory / 2 ** 20).toPrecision(2)} MiB`,
    percent(it.fft.seconds / it.seconds),
    percent(it.fft.flop / it.fft.seconds / peak),
    ...it.fft.peers.map((peer) =>
      "missing" in peer ? peer.missing : (Math.min(...peer.seconds) / it.fft.seconds).toFixed(2)
    ),
  ]);
  const head = ["one surrogate", "time", "MFLOP", "of the peak", "loads and stores", "memory", "time in FFTs"];
  const whole = Math.max(...surrogates.map((it) => it.whole / it.flop));
  return `One core does ${
    giga(peak)
  } GFLOP/s in single precision in WebAssembly: twelve chains of products and sums that do not wait for each
other. It copies ${giga(cache)} GB/s, read and written, within its caches and ${
    giga(memory)
  } GB/s beyond. FLOP of a surrogate are counted: the
kernel's source is compiled with a counter before each sum, difference, product, quotient and root, and run. Operations on whole
numbers, for the noise, come to at most ${
    percent(whole)
  } of that and are left out. The FFTs are the kernel's own, as many of each length as a
surrogate takes, with nothing between them; FFTW and SciPy's pocketfft do the same ones, in single precision, with wider vectors
and fused multiply-add, which WebAssembly has not, PFFFT (@echogarden/pffft-wasm) with WebAssembly's. Times are those of the fastest repetition, on one thread.

${table([...head, "FFTs alone, of the peak", ...LIBRARIES.map((name) => `${name}'s time over ours`)], body)}`;
}

const SURROGATES = 8;
const KEYS = new Uint32Array(2 * SURROGATES);
const source = new SimulationKeys(1);
for (let i = 0; i < SURROGATES; i++) KEYS.set(source.key(i), 2 * i);

/** Seconds of one call. */
function timeOf(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}

/** A value again and again for a tenth of a second, but three times at least. */
function attempts(value: () => number): number[] {
  const values: number[] = [], end = performance.now() + 100;
  while (values.length < 3 || performance.now() < end) values.push(value());
  return values;
}

/** How many transforms of each length one surrogate takes. */
function transformsOf({ levels, scales, mother }: KernelPlan): Map<number, number> {
  const found = new Map<number, number>();
  const add = (length: number, times: number) => found.set(length, (found.get(length) ?? 0) + times);
  for (const { length, analytic } of levels) {
    if (analytic) add(analytic.length, 2);
    add(length, analytic ? 2 : 1);
  }
  for (const { samples, level } of scales) add(samples, mother.real && !levels[level].analytic ? 1 : 2);
  return found;
}

/** The kernel's transforms of four surrogates, and nothing else. */
function bareTransforms(transforms: Map<number, number>, kernel: KernelExports): () => void {
  const memory = new MemoryPlan(), room = POINT * Math.max(...transforms.keys());
  const list = Array.from(transforms, ([length, times]) => ({ length, times, at: placeTransform(length, memory) }));
  const from = memory.room(room), to = memory.room(room);
  memory.fill(kernel);
  return () => {
    for (const { length, times, at } of list) {
      for (let i = 0; i < times; i++) kernel.transform(at, from, from + POINT * length, to);
    }
  };
}

/** One batch of four surrogates. */
function surrogate(plan: KernelPlan, kernel: KernelExports): () => void {
  const { program, keys, memory } = layOut(plan);
  memory.fill(kernel);
  return () => kernel.run(program, keys, 1, 4);
}

/** What a kernel counts meanwhile. */
function counted(kernel: CountingKernel, prepare: (kernel: CountingKernel) => () => void) {
  const work = prepare(kernel), now = () => ({ flop: kernel.flop(), whole: kernel.whole(), moved: kernel.moved() });
  const before = now();
  work();
  const after = now();
  return { flop: after.flop - before.flop, whole: after.whole - before.whole, moved: after.moved - before.moved };
}

if (import.meta.main) {
  await makeVenv();
  await using peers = new Peers(5);
  console.log(limitsSection(await measureLimits(peers, 5)));
}
