import { KERNEL_WASM } from "./kernel_wasm.ts";
import { type KernelPlan, type KernelSpec, planKernel } from "./kernel_plan.ts";
import { BINS, type KernelProgram, KEY_BATCHES, writeProgram } from "./kernel_program.ts";

interface KernelExports {
  readonly memory: WebAssembly.Memory;
  readonly draw: (program: number, keys: number) => void;
  readonly run: (program: number, keys: number, batches: number, lanes: number) => void;
  readonly setDump: (pointer: number) => void;
}

let module: WebAssembly.Module | undefined;

export class CoherenceKernel {
  readonly plan: KernelPlan;
  readonly #exports: KernelExports;
  readonly #program: KernelProgram;

  constructor(spec: KernelSpec) {
    this.plan = planKernel(spec);
    module ??= new WebAssembly.Module(Uint8Array.from(atob(KERNEL_WASM), (c) => c.charCodeAt(0)));
    this.#exports = new WebAssembly.Instance(module).exports as unknown as KernelExports;
    this.#program = writeProgram(this.plan, this.#exports.memory);
  }

  simulate(keys: Uint32Array, count: number): void {
    const { program, keys: at } = this.#program;
    for (let done = 0; done < count;) {
      const now = Math.min(count - done, 4 * KEY_BATCHES);
      this.#load(keys, done, now);
      this.#exports.run(program, at, Math.ceil(now / 4), (now - 1) % 4 + 1);
      done += now;
    }
  }

  get histogram(): Uint32Array {
    return new Uint32Array(
      this.#exports.memory.buffer,
      this.#program.histogram,
      BINS * this.plan.windows.length,
    );
  }

  takeHistogram(): Uint32Array {
    const live = this.histogram, taken = live.slice();
    live.fill(0);
    return taken;
  }

  noise(key: Uint32Array): [Float32Array, Float32Array] {
    this.#load(key, 0, 1);
    this.#exports.draw(this.#program.program, this.#program.keys);
    const { n } = this.plan.spec;
    const record = new Float32Array(this.#exports.memory.buffer, this.#program.record, 8 * n);
    return [0, 4].map((at) => Float32Array.from({ length: n }, (_, t) => record[8 * t + at])) as [
      Float32Array,
      Float32Array,
    ];
  }

  coherence(key: Uint32Array): Float32Array[] {
    const { windows } = this.plan, { memory } = this.#exports;
    const kept = this.histogram.slice(), total = windows.reduce((sum, window) => sum + window.count, 0);
    const missing = this.#program.dump + 16 * total - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    this.#load(key, 0, 1);
    this.#exports.setDump(this.#program.dump);
    this.#exports.run(this.#program.program, this.#program.keys, 1, 1);
    this.#exports.setDump(0);
    this.histogram.set(kept);
    const values = new Float32Array(memory.buffer, this.#program.dump, 4 * total);
    let at = 0;
    return windows.map(({ count }) => Float32Array.from({ length: count }, () => values[4 * at++]));
  }

  #load(keys: Uint32Array, start: number, count: number): void {
    const words = new Uint32Array(this.#exports.memory.buffer, this.#program.keys, 8 * KEY_BATCHES);
    for (let i = 0; i < count; i++) {
      const at = 8 * (i >> 2) + i % 4;
      words[at] = keys[2 * (start + i)];
      words[at + 4] = keys[2 * (start + i) + 1];
    }
  }
}
