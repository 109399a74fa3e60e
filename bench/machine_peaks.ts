import { buildWasm } from "../random/build_wasm.ts";

/** What one core can do at most, measured: each call is one short attempt. */
export interface MachinePeaks {
  /** Operations a second in single precision, as many products as sums, in WebAssembly. */
  arithmetic(): number;
  /** Bytes a second that a copy of so many bytes reads and writes, in WebAssembly. */
  copy(bytes: number): number;
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly arithmetic: (rounds: number, factor: number, summand: number) => number;
  readonly copy: (from: number, to: number, bytes: number) => void;
}

const ROUNDS = 20_000, OPERATIONS = 12 * 2 * 4;
/** Bytes that an attempt copies at least. */
const COPIED = 2 ** 26;

/** Compiles what measures the peaks. */
export async function machinePeaks(): Promise<MachinePeaks> {
  const module = new WebAssembly.Module(await buildWasm(new URL("arithmetic.as.ts", import.meta.url).pathname));
  const { memory, arithmetic, copy } = new WebAssembly.Instance(module).exports as unknown as Exports;
  const seconds = (work: () => void) => {
    const started = performance.now();
    work();
    return (performance.now() - started) / 1000;
  };
  return {
    arithmetic: () => ROUNDS * OPERATIONS / seconds(() => arithmetic(ROUNDS, 0.5, 0.25)),
    copy(bytes) {
      const missing = 2 * bytes + 65536 - memory.buffer.byteLength, times = Math.ceil(COPIED / bytes);
      if (missing > 0) memory.grow(Math.ceil(missing / 65536));
      return 2 * bytes * times / seconds(() => {
        for (let i = 0; i < times; i++) copy(65536, 65536 + bytes, bytes);
      });
    },
  };
}
