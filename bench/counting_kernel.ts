import type { KernelExports } from "../analysis/kernel/coherence_kernel.ts";
import { buildWasm } from "../random/build_wasm.ts";

/** The kernel, which counts what it does. A vector holds four surrogates: operations on vectors are operations of one surrogate. */
export interface CountingKernel extends KernelExports {
  /** Sums, differences, products, quotients and roots in single precision so far. */
  readonly flop: () => number;
  /** Sums, shifts and bitwise operations on whole numbers, most of which make the noise. */
  readonly whole: () => number;
  /** Vectors loaded and stored. */
  readonly moved: () => number;
}

const COUNTED = {
  flop: /(f32x4|v128)\.(add|sub|mul|div|sqrt)(<T>)?\(/g,
  whole: /i32x4\.(add|sub|neg|shl|shr_s|shr_u)\(|v128\.(xor|and|or|not)\(/g,
  moved: /v128\.(load|store)\(/g,
};

/** Compiles the kernel's own source with a counter before each operation. */
export async function compileCounting(): Promise<() => CountingKernel> {
  const entry = "kernel.as.ts", source = new URL(`../analysis/kernel/${entry}`, import.meta.url).pathname;
  const edit = (text: string, file: string) => {
    for (const [counter, call] of Object.entries(COUNTED)) text = beforeEach(text, call, `${counter}s += 1`);
    return file === entry ? text + DEFINITIONS : text;
  };
  const module = new WebAssembly.Module(await buildWasm(source, { edit }));
  return () => new WebAssembly.Instance(module).exports as unknown as CountingKernel;
}

const DEFINITIONS = Object.keys(COUNTED).map((counter) => `
@global let ${counter}s: f64 = 0;
export function ${counter}(): f64 {
  return ${counter}s;
}
`).join("");

/** Turns each call into `(first, call)`. */
function beforeEach(source: string, call: RegExp, first: string): string {
  const inserts: [at: number, text: string][] = [];
  for (const { index, 0: { length } } of source.matchAll(call)) {
    let end = index + length;
    for (let open = 1; open > 0; end++) open += source[end] === "(" ? 1 : source[end] === ")" ? -1 : 0;
    inserts.push([index, `(${first}, `], [end, ")"]);
  }
  inserts.sort(([a], [b]) => a - b);
  let at = 0;
  const parts = inserts.map(([to, text]) => source.slice(at, at = to) + text);
  return parts.join("") + source.slice(at);
}
