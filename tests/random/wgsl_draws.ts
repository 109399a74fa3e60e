// Draws of one key, as tasks: simulation i makes those of index i.
import type { GpuProgram, TaskDefinition } from "../../backends/mod.ts";
import { randomWgsl } from "../../random/mod.ts";

function onlyOnGpu<Args extends readonly unknown[], Value>(
  program: (args: Args) => GpuProgram<Value[]>,
): TaskDefinition<Args, unknown, Value[]> {
  const nothing = () => {
    throw new Error("runs on a GPU only");
  };
  return {
    associative: true,
    prepare: nothing,
    simulate: nothing,
    collect: nothing,
    merge: (a, b) => [...a, ...b],
    gpu: { program },
  };
}

function program<Value>(
  data: Uint32Array<ArrayBuffer>,
  body: string,
  words: number,
  value: (row: Float32Array) => Value,
): GpuProgram<Value[]> {
  return {
    buffers: { given: { data }, rows: { bytes: (n) => 4 * words * n, result: true } },
    passes: [{
      label: "draws",
      code: `
        @group(0) @binding(0) var<uniform> batch: vec4u;
        @group(0) @binding(1) var<storage, read> given: array<u32>;
        @group(0) @binding(2) var<storage, read_write> rows: array<f32>;
        @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
          if (id.x >= batch.y) { return; }
          let i = batch.x + id.x;
          let at = id.x * ${words}u;
          ${body}
        }
        ${randomWgsl}`,
      bindings: ["batch", "given", "rows"],
      workgroups: (n) => [Math.ceil(n / 64)],
    }],
    partials({ rows }) {
      const all = new Float32Array(rows);
      return [Array.from({ length: all.length / words }, (_, i) => value(all.subarray(i * words, (i + 1) * words)))];
    },
  };
}

/** Word in two halves, integer below 10,000,019, uniform, two normals. */
export const draws = onlyOnGpu(([key]: readonly [number[]]) =>
  program(
    new Uint32Array(key),
    `let key = vec2u(given[0], given[1]);
     let word = random_uint32(key, i);
     rows[at] = f32(word >> 16u);
     rows[at + 1] = f32(word & 0xffffu);
     rows[at + 2] = f32(random_integer(key, i, 10000019u));
     rows[at + 3] = random_uniform(key, i);
     rows[at + 4] = random_normal(key, i);
     rows[at + 5] = random_normals(key, i).y;`,
    6,
    (row) => [...row],
  )
);

/** Logarithms of given words. */
export const logs = onlyOnGpu(([words]: readonly [number[]]) =>
  program(new Uint32Array(words), "rows[at] = log_of_word(given[i]);", 1, ([value]) => value)
);
