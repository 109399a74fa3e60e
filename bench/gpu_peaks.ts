// What a card can do, measured: arithmetic in single precision, and memory. Exports, so that the backend can import them.
import type { GpuPass, ModuleReference, TaskDefinition, WebGpuConfig } from "../backends/mod.ts";
import { WebGpuEngine } from "../backends/webgpu/engine.ts";

/** Floating-point operations of one simulation of {@linkcode arithmetic}: 16 products and sums of 4 vectors of 4. */
const OPERATIONS = 64 * 256 * 64 * 16 * 4 * 2;
/** Bytes that one simulation of {@linkcode copy} reads and writes. */
const COPIED = 2 ** 22;
/** Nanoseconds that a measurement should take at least. */
const ENOUGH = 3e8;

const STEP = "a = fma(a, factor, b); b = fma(b, factor, c); c = fma(c, factor, d); d = fma(d, factor, a);";
const ARITHMETIC = `
  @group(0) @binding(0) var<uniform> batch: vec4u;
  @group(0) @binding(1) var<storage, read_write> sums: array<f32>;
  @compute @workgroup_size(256) fn main(@builtin(global_invocation_id) id: vec3u) {
    let factor = vec4f(0.5 + 1e-9 * f32(batch.y));
    var a = vec4f(f32(id.x)); var b = a + 1.0; var c = a + 2.0; var d = a + 3.0;
    for (var i = 0u; i < 64u; i++) { ${STEP.repeat(4)} }
    sums[id.x & 1023u] = dot(a + b + c + d, vec4f(1.0));
  }`;
const COPY = `
  @group(0) @binding(0) var<storage, read> source: array<vec4f>;
  @group(0) @binding(1) var<storage, read_write> target_: array<vec4f>;
  @compute @workgroup_size(256) fn main(@builtin(global_invocation_id) id: vec3u) {
    let at = id.y * ${COPIED / 32}u + id.x;
    target_[at] = source[at];
  }`;

function peak(buffers: Record<string, { bytes: number | ((n: number) => number) }>, pass: GpuPass) {
  const task: TaskDefinition<readonly [], unknown, number> = {
    associative: true,
    prepare: () => undefined,
    simulate() {
      throw new Error("only for GPUs");
    },
    collect: () => 0,
    merge: (left, right) => left + right,
    gpu: {
      program: () => ({
        buffers: { ...buffers, done: { bytes: 4, result: true } },
        passes: [pass],
        partials: (_, { count }) => [count],
      }),
    },
  };
  return task;
}

/** Multiplies and adds. */
export const arithmetic: TaskDefinition<readonly [], unknown, number> = peak({ sums: { bytes: 4096 } }, {
  label: "arithmetic",
  code: ARITHMETIC,
  bindings: ["batch", "sums"],
  workgroups: (simulations) => [64, simulations],
});

/** Copies from one buffer to another. */
export const copy: TaskDefinition<readonly [], unknown, number> = peak({
  source: { bytes: (simulations) => COPIED / 2 * simulations },
  target: { bytes: (simulations) => COPIED / 2 * simulations },
}, {
  label: "copy",
  code: COPY,
  bindings: ["source", "target"],
  workgroups: (simulations) => [COPIED / 32 / 256, simulations],
});

function peakTask(name: "arithmetic" | "copy"): ModuleReference & { args: [] } {
  return { module: import.meta.url, name, args: [] };
}

/** Peaks of an adapter. */
export interface GpuPeaks {
  /** Single-precision operations a second. */
  readonly operations: number;
  /** Bytes read and written a second. */
  readonly bandwidth: number;
  /** Nanoseconds of a tick of the adapter's clock; undefined where it has no timestamps. */
  readonly tick: number | undefined;
}

/** Measures both peaks, by the adapter's clock, or by this machine's where it has none. */
export async function measurePeaks(config: WebGpuConfig): Promise<GpuPeaks> {
  const { rate: operations, tick } = await measure("arithmetic", OPERATIONS, config, undefined);
  const { rate: bandwidth } = await measure("copy", COPIED, config, tick);
  return { operations, bandwidth, tick };
}

async function measure(name: "arithmetic" | "copy", unit: number, config: WebGpuConfig, tick: number | undefined) {
  await using engine = new WebGpuEngine(config, { profile: true });
  const run = async (nSimulations: number) => {
    engine.stats.passes.clear();
    const started = performance.now();
    await engine.runTask({
      ...{ task: peakTask(name), nSimulations, seed: 1 },
      ...{ signal: new AbortController().signal, advance: () => {} },
    });
    const wall = (performance.now() - started) * 1e6, pass = engine.stats.passes.get(name);
    // WebGPU's ticks are nanoseconds; some drivers give their own, and these the clock on the wall tells.
    if (pass && tick === undefined && wall > ENOUGH) {
      const ratio = wall / pass.ticks;
      tick = ratio > 0.8 && ratio < 1.5 ? 1 : ratio;
    }
    return { wall, nanoseconds: pass ? pass.ticks * (tick ?? 1) : wall };
  };
  let count = 1024, took = await run(count);
  while (took.wall < ENOUGH) took = await run(count *= 4);
  for (let i = 0; i < 2; i++) {
    const again = await run(count);
    if (again.nanoseconds < took.nanoseconds) took = again;
  }
  return { rate: count * unit / took.nanoseconds * 1e9, tick };
}
