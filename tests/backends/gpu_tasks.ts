// Tasks with GPU programs, as tests need them: exports, so that backends can name them.
import { gpuTask } from "../../backends/mod.ts";
import type { GpuProgram, TaskDefinition } from "../../backends/mod.ts";

/** Whole numbers of all kinds, which come out alike to the last bit. */
export const wholeNumbers = gpuTask({
  args: { table: "array<u32>", faces: "u32", shift: "i32", unused: "array<f32>" },
  values: 3,
  simulate: (noise, { table, faces, shift }) => [
    table[noise.integer(0, table.length)],
    noise.integer(7, faces) + shift,
    noise.uint32(1_000_003) >>> 8,
  ],
  wgsl: `
    fn simulate(key: vec2u) -> array<f32, 3> {
      let picked = table[random_integer(key, 0, arrayLength(&table))];
      let face = i32(random_integer(key, 7, faces)) + shift;
      return array(f32(picked), f32(face), f32(random_uint32(key, 1000003) >> 8u));
    }`,
});

/** The mean of so many normals: in single precision on a GPU. */
export const meanNormal = gpuTask({
  args: { count: "u32", gain: "f32" },
  simulate(noise, { count, gain }) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += noise.normal(i);
    return gain * sum / count;
  },
  wgsl: `
    fn simulate(key: vec2u) -> f32 {
      var sum = 0.0;
      for (var i = 0u; i < count; i++) { sum += random_normal(key, i); }
      return gain * sum / f32(count);
    }`,
});

/** Does not compile: its third line is wrong. */
export const misspelt = gpuTask({
  simulate: () => 0,
  wgsl: `fn simulate(key: vec2u) -> f32 {
      let x = random_uniform(key, 0);
      return random_unifrom(key, 1) + x;
    }`,
});

/** Says it has two values and returns one. */
export const tooFew = gpuTask({
  values: 2,
  simulate: () => [1],
  wgsl: "fn simulate(key: vec2u) -> array<f32, 2> { return array(1.0, 2.0); }",
});

const COUNT = `
  @group(0) @binding(0) var<uniform> batch: vec4u;
  @group(0) @binding(1) var<storage, read_write> count: array<atomic<u32>, 1>;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x < batch.y) { atomicAdd(&count[0], 1u); }
  }`;

/** What a program may ask of a device. */
type Demands = Pick<GpuProgram, "requiredLimits" | "requiredFeatures" | "simulationsPerBatch">;

/** Binds what does not exist, does not fit, or is written and read at once. */
export const astray: TaskDefinition<readonly [how: "unknown" | "unfit" | "clash"], unknown, number> = {
  ...counting(),
  gpu: {
    program([how]) {
      const clash = "@group(0) @binding(2) var<storage, read> again: array<u32, 1>;" +
        COUNT.replace("1u", "again[0]");
      const second = { unknown: "cuont", unfit: "batch", clash: "count" }[how];
      const pass = { label: "fine", code: COUNT, bindings: ["batch", "count"], workgroups: () => [1] as const };
      return {
        buffers: { count: { bytes: 4, clear: true, result: true } },
        passes: [
          pass,
          how === "clash"
            ? { ...pass, label: "astray", code: clash, bindings: ["batch", "count", "count"] }
            : { ...pass, label: "astray", bindings: ["batch", second] },
        ],
        partials: () => [0],
      };
    },
  },
};

/** Counts its simulations, by a program that asks for more than it needs, as the arguments say. */
export const greedy: TaskDefinition<readonly [Demands, scratch: number], unknown, number> = {
  ...counting(),
  gpu: {
    program: ([demands, scratch]) => ({
      buffers: {
        count: { bytes: 4, clear: true, result: true },
        ...(scratch > 0 ? { scratch: { bytes: (simulations: number) => scratch * simulations } } : {}),
      },
      passes: [{
        label: "count",
        code: COUNT,
        bindings: ["batch", "count"],
        workgroups: (simulations) => [Math.ceil(simulations / 64)],
      }],
      partials: ({ count }) => [new Uint32Array(count)[0]],
      ...demands,
    }),
  },
};

/** Counts simulations on a processor. */
function counting() {
  return {
    chunk: 16,
    associative: true,
    prepare: () => ({ count: 0 }),
    simulate: (state: unknown) => void (state as { count: number }).count++,
    collect(state: unknown) {
      const { count } = state as { count: number };
      (state as { count: number }).count = 0;
      return count;
    },
    merge: (left: number, right: number) => left + right,
  };
}
