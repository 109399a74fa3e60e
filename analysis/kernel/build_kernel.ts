/**
 * Builds the kernel: `deno run -A analysis/kernel/build_kernel.ts` compiles kernel.as.ts and writes kernel_wasm.ts, which
 * holds the module's bytes as text. As text it needs no permission to read files, and is found in threads and bundles.
 */
import { buildWasm } from "../../random/build_wasm.ts";

/**
 * Compiles the kernel.
 *
 * @returns The text of kernel_wasm.ts.
 */
export async function buildKernel(): Promise<string> {
  const bytes = await buildWasm(new URL("kernel.as.ts", import.meta.url).pathname);
  const lines = btoa(String.fromCharCode(...bytes)).match(/.{1,110}/g)!;
  return `/** The kernel's module in base64: kernel.as.ts as build_kernel.ts compiles it. */
export const KERNEL_WASM: string = [
${lines.map((line) => `  "${line}",`).join("\n")}
].join("");
`;
}

if (import.meta.main) await Deno.writeTextFile(new URL("kernel_wasm.ts", import.meta.url), await buildKernel());
