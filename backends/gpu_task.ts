import { CounterGenerator, randomWgsl, requireKnown, requireWhole, showValue } from "../random/mod.ts";
import { packNumbers, readArguments, requireKinds } from "./gpu_arguments.ts";
import type { GpuArgument, GpuArgumentKinds, ReadArguments } from "./gpu_arguments.ts";
import type { GpuBufferSpec, GpuProgram } from "./gpu_program.ts";
import type { TaskDefinition } from "./task.ts";

/** What {@linkcode gpuTask} makes a task of. */
export interface GpuTaskSource<Kinds extends GpuArgumentKinds, Value extends number | ArrayLike<number>> {
  /** The arguments: name and kind of each, in order. In WGSL they are variables of these names. */
  readonly args?: Kinds;
  /**
   * How many values a simulation has (default 1). Of one, the task lists numbers; of several, lists of numbers. All are rounded
   * to single precision.
   */
  readonly values?: number;
  /**
   * A simulation in TypeScript, for the other backends: draws from `noise`, gets the arguments by name in single precision, and
   * returns its value or values.
   */
  simulate(noise: CounterGenerator, args: { readonly [K in keyof Kinds]: GpuArgument<Kinds[K]> }): Value;
  /**
   * The same in WGSL: `fn simulate(key: vec2u) -> f32`, or `-> array<f32, n>` of n values, and whatever it calls. It draws by
   * `random_uniform(key, i)` and its sisters, see {@linkcode randomWgsl}: the integers are those that `noise` gives.
   */
  readonly wgsl: string;
  /** From how many simulations on a graphics card is recommended instead of this machine's cores (default 100,000). */
  readonly breakEven?: number;
}

/** Invocations of a workgroup: a multiple of what all cards run in step. */
const GROUP = 64;
const OPTIONS = ["args", "values", "simulate", "wgsl", "breakEven"] as const;

/**
 * Makes a task that runs on every backend, `webgpu` among them, of one simulation written twice: in TypeScript and in WGSL. Export it
 * from a module and name it as `{ module, name }`; its partial lists the values in order of simulation.
 *
 * @example How many of so many darts hit the quarter circle: `examples/gpu_pi.ts` runs it on a GPU
 * ```ts
 * import { gpuTask, runSpan } from "@morlet/morlet/backends";
 * import { SimulationKeys } from "@morlet/morlet/random";
 * import assert from "node:assert/strict";
 *
 * const darts = gpuTask({
 *   args: { count: "u32" },
 *   simulate(noise, { count }) {
 *     let hits = 0;
 *     for (let i = 0; i < count; i++) hits += Math.hypot(noise.uniform(2 * i), noise.uniform(2 * i + 1)) < 1 ? 1 : 0;
 *     return hits;
 *   },
 *   wgsl: `
 *     fn simulate(key: vec2u) -> f32 {
 *       var hits = 0u;
 *       for (var i = 0u; i < count; i++) {
 *         hits += u32(length(vec2f(random_uniform(key, 2 * i), random_uniform(key, 2 * i + 1))) < 1.0);
 *       }
 *       return f32(hits);
 *     }`,
 * });
 *
 * // What a backend on the processor does with it.
 * const state = await darts.prepare([1000]);
 * const [hits] = await runSpan(darts, state, { start: 0, count: 100 }, { keys: new SimulationKeys(1) }) as [number[]];
 * assert.ok(Math.abs(hits.reduce((a, b) => a + b) / 100_000 - Math.PI / 4) < 0.01);
 * ```
 *
 * @param source The simulation.
 * @returns The task.
 * @throws {InvalidArgumentError} If a name or a kind of an argument cannot be used.
 */
export function gpuTask<const Kinds extends GpuArgumentKinds, Value extends number | ArrayLike<number>>(
  source: GpuTaskSource<Kinds, Value>,
): TaskDefinition<readonly unknown[], unknown, (Value extends number ? number : number[])[]> {
  requireKnown("task", source, OPTIONS);
  const { args: kinds = {} as Kinds, values = 1, simulate, wgsl, breakEven } = source;
  requireWhole("task.values", values, 1);
  requireKinds(kinds);
  type Listed = Value extends number ? number : number[];
  interface State {
    args: Parameters<typeof simulate>[1];
    values: Listed[];
  }
  return {
    associative: true,
    prepare: (args): State => ({ args: readArguments(kinds, args) as State["args"], values: [] }),
    simulate(state, key, index) {
      const { args, values: listed } = state as State;
      listed.push(rounded(simulate(new CounterGenerator(key), args), values, index) as Listed);
    },
    collect(state) {
      const collected = (state as State).values;
      (state as State).values = [];
      return collected;
    },
    merge(left, right) {
      for (const value of right) left.push(value);
      return left;
    },
    gpu: {
      breakEven,
      program: (args) => writeProgram(kinds, readArguments(kinds, args), values, wgsl) as GpuProgram<Listed[]>,
    },
  };
}

/** A simulation's value as WGSL has it. */
function rounded(value: number | ArrayLike<number>, values: number, index: number): number | number[] {
  if (values === 1 && typeof value === "number") return Math.fround(value);
  if (values > 1 && typeof value === "object" && value?.length === values) return Array.from(value, Math.fround);
  const wanted = values === 1 ? "a number" : `a list of ${values} numbers, as the task says values: ${values}`;
  throw new TypeError(`Simulation ${index} must return ${wanted}: it returned ${showValue(value)}`);
}

/** The user's code, and round it what gives each invocation its simulation, its key and the arguments. */
function writeProgram(
  kinds: GpuArgumentKinds,
  args: ReadArguments,
  values: number,
  wgsl: string,
): GpuProgram<(number | number[])[]> {
  const names = Object.keys(kinds);
  const numbers = names.filter((name) => typeof args[name] === "number");
  const lists = names.filter((name) => typeof args[name] !== "number");
  const buffers: Record<string, GpuBufferSpec> = {
    values: { bytes: (simulations) => 4 * values * simulations, result: true },
  };
  const bindings = ["keys", "batch", "values"], declared: string[] = [], taken: string[] = [];
  if (numbers.length > 0) {
    buffers.numbers = {
      data: packNumbers(numbers.map((name) => [kinds[name], args[name] as number])),
      usage: "uniform",
    };
    declared.push(
      `struct morlet_Numbers { ${numbers.map((name) => `${name}: ${kinds[name]}`).join(", ")} }`,
      "@group(0) @binding(3) var<uniform> morlet_numbers: morlet_Numbers;",
      ...numbers.map((name) => `var<private> ${name}: ${kinds[name]};`),
    );
    taken.push(...numbers.map((name) => `${name} = morlet_numbers.${name};`));
    bindings.push("numbers");
  }
  for (const name of lists) {
    buffers[`list ${name}`] = { data: args[name] as Float32Array<ArrayBuffer> };
    declared.push(`@group(0) @binding(${bindings.length}) var<storage, read> ${name}: ${kinds[name]};`);
    taken.push(`_ = &${name};`); // part of the layout even where it is not used
    bindings.push(`list ${name}`);
  }
  const store = values === 1
    ? "morlet_values[i] = simulate(morlet_keys[i]);"
    : `var all = simulate(morlet_keys[i]); for (var k = 0u; k < ${values}u; k++) { morlet_values[${values}u * i + k] = all[k]; }`;
  // The user's code comes first, so that line numbers in messages are its own.
  const code = [
    wgsl,
    "@group(0) @binding(0) var<storage, read> morlet_keys: array<vec2u>;",
    "@group(0) @binding(1) var<uniform> morlet_batch: vec4u;",
    "@group(0) @binding(2) var<storage, read_write> morlet_values: array<f32>;",
    ...declared,
    `@compute @workgroup_size(${GROUP}) fn morlet_main(@builtin(global_invocation_id) id: vec3u) {`,
    "  let i = id.x;",
    "  if (i >= morlet_batch.y) { return; }",
    ...taken.map((line) => `  ${line}`),
    `  ${store}`,
    "}",
    randomWgsl,
  ].join("\n");
  return {
    buffers,
    passes: [{
      label: "simulate",
      code,
      entryPoint: "morlet_main",
      bindings,
      workgroups: (simulations) => [Math.ceil(simulations / GROUP)],
    }],
    partials(results) {
      const all = new Float32Array(results.values);
      if (values === 1) return [Array.from(all)];
      return [
        Array.from({ length: all.length / values }, (_, i) => Array.from(all.subarray(i * values, (i + 1) * values))),
      ];
    },
  };
}
