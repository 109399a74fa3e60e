/**
 * Builds WebAssembly from AssemblyScript: `deno run -A random/build_wasm.ts random/pcg64.as.ts ...` writes `pcg64.wasm`
 * beside each source. Both are kept in the repository, and a test builds again and compares.
 */
import { basename, dirname, join } from "node:path";
import { main } from "assemblyscript/asc";

/**
 * Compiles an AssemblyScript source with those that it imports from its folder; the same sources give the same bytes.
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
  const folder = dirname(source), entry = basename(source);
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await main([
    entry,
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
    readFile: (name) => Deno.readTextFile(join(folder, name)).catch(() => null), // not all that it tries is there
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
