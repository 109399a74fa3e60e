// What a card can do, measured: arithmetic in single precision, and memory. Exports, so that the backend can import them.
import type { GpuPass, ModuleReference, TaskDefinition } from "../backends/mod.ts";

/** Floating-point operations of one simulation of {@linkcode arithmetic}: 4 vectors of 4, a product and a sum each. */
export const OPERATIONS = 64 * 256 * 256 * 32;
/** Bytes that one simulation of {@linkcode copy} reads and writes. */
export const COPIED = 2 ** 22;

const ARITHMETIC = `
  @group(0) @binding(0) var<uniform> batch: vec4u;
  @group(0) @binding(1) var<storage, read_write> sums: array<f32>;
  @compute @workgroup_size(256) fn main(@builtin(global_invocation_id) id: vec3u) {
    let factor = vec4f(0.5 + 1e-9 * f32(batch.y));
    var a = vec4f(f32(id.x)); var b = a + 1.0; var c = a + 2.0; var d = a + 3.0;
    for (var i = 0u; i < 256u; i++) {
      a = fma(a, factor, b); b = fma(b, factor, c); c = fma(c, factor, d); d = fma(d, factor, a);
    }
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

/** Names one of the tasks. */
export function peakTask(name: "arithmetic" | "copy"): ModuleReference & { args: [] } {
  return { module: import.meta.url, name, args: [] };
}
