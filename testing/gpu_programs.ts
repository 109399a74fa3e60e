import type { GpuBufferSpec, GpuProgram } from "../backends/mod.ts";
import { randomWgsl } from "../random/mod.ts";

/** Invocations of a workgroup. */
const GROUP = 64;

/** A program that fills a row of words for each simulation: `fn row(i: u32, key: vec2u)` writes to `rows`. */
function rowsProgram<Partial>(
  label: string,
  code: string,
  words: number,
  partials: (rows: Uint32Array, span: { start: number; count: number }) => Partial[],
  more: Record<string, GpuBufferSpec> = {},
): GpuProgram<Partial> {
  const main = `
    @group(0) @binding(0) var<storage, read> keys: array<vec2u>;
    @group(0) @binding(1) var<uniform> batch: vec4u;
    @group(0) @binding(2) var<storage, read_write> rows: array<u32>;
    @compute @workgroup_size(${GROUP}) fn main(@builtin(global_invocation_id) id: vec3u) {
      if (id.x < batch.y) { row(id.x, keys[id.x]); }
    }`;
  return {
    buffers: { rows: { bytes: (simulations) => 4 * words * simulations, result: true }, ...more },
    passes: [{
      label,
      code: code + main,
      bindings: ["keys", "batch", "rows", ...Object.keys(more)],
      workgroups: (simulations) => [Math.ceil(simulations / GROUP)],
    }],
    partials: ({ rows }, span) => partials(new Uint32Array(rows), span),
  };
}

/** Index and key of each simulation, as the device sees them. */
export function ledgerProgram<Partial>(
  partials: (rows: Uint32Array, span: { start: number; count: number }) => Partial[],
): GpuProgram<Partial> {
  const code =
    "fn row(i: u32, key: vec2u) { rows[3 * i] = batch.x + i; rows[3 * i + 1] = key.x; rows[3 * i + 2] = key.y; }";
  return rowsProgram("ledger", code, 3, partials);
}

/** The words of so many draws of each simulation, folded into one of 24 bits. */
export function foldedDrawsProgram(draws: number): GpuProgram<number[]> {
  const code = `
    @group(0) @binding(3) var<uniform> draws: vec4u;
    fn row(i: u32, key: vec2u) {
      var folded = 0u;
      for (var k = 0u; k < draws.x; k++) { folded = folded * 31u + random_uint32(key, k); }
      rows[i] = folded >> 8u;
    }
    ${randomWgsl}`;
  const counts: GpuBufferSpec = { data: new Uint32Array([draws, 0, 0, 0]), usage: "uniform" };
  return rowsProgram("folded draws", code, 1, (rows) => [Array.from(rows)], { counts });
}
