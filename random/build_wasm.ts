/**
 * Builds WebAssembly from AssemblyScript: `deno run -A random/build_wasm.ts random/pcg64.as.ts ...` writes `pcg64.wasm`
 * beside each source. Both are kept in the repository, and a test builds again and compares.
 */
import { main } from "assemblyscript/asc";

/**
 * Compiles one AssemblyScript source; the same source gives the same bytes.
 *
 * @param source Path of the source.
 * @param options `initialMemory` is in pages of 64 KiB.
 * @returns The module's bytes.
 */
export async function buildWasm(
  source: string,
  options: { initialMemory?: number } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { initialMemory = 1 } = options;
  const text = await Deno.readTextFile(source);
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await main([
    "source.ts",
    "--outFile",
    "out.wasm",
    "-O3",
    "--enable",
    "simd",
    "--runtime",
    "stub",
    "--noAssert",
    "--initialMemory",
    `${initialMemory}`,
  ], {
    readFile: (name) => name === "source.ts" ? text : null,
    writeFile: (_, contents) => {
      if (typeof contents !== "string") wasm = contents;
    },
    listFiles: () => [],
  });
  if (error || !wasm) throw new Error(`Cannot build ${source}:\n${stderr}`, { cause: error });
  return Uint8Array.from(wasm);
}

if (import.meta.main) {
  for (const source of Deno.args) {
    await Deno.writeFile(source.replace(/\.as\.ts$/, ".wasm"), await buildWasm(source));
  }
}
