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
 * @param options `initialMemory` is in pages of 64 KiB; `edit` changes what is read of a file before it is compiled.
 * @returns The module's bytes.
 */
export async function buildWasm(
  source: string,
  options: { initialMemory?: number; edit?: (text: string, file: string) => string } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { initialMemory = 1, edit = (text) => text } = options;
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
    // Not all that it tries is there.
    readFile: (name) => Deno.readTextFile(join(folder, name)).then((text) => edit(text, name), () => null),
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
