/**
 * Builds the transforms: `deno run -A wavelet/spectral/build_spectral.ts` compiles mod.as.ts and writes spectral_wasm.ts, which
 * holds the module's bytes as text. As text it needs no permission to read files, and is found in threads and bundles.
 */
import { buildWasm } from "../../random/build_wasm.ts";

/**
 * Compiles the transforms.
 *
 * @returns The text of spectral_wasm.ts.
 */
export async function buildSpectral(): Promise<string> {
  const bytes = await buildWasm(new URL("mod.as.ts", import.meta.url).pathname);
  const lines = btoa(String.fromCharCode(...bytes)).match(/.{1,110}/g)!;
  return `/** The transforms' module in base64: mod.as.ts as build_spectral.ts compiles it. */
export const SPECTRAL_WASM: string = [
${lines.map((line) => `  "${line}",`).join("\n")}
].join("");
`;
}

if (import.meta.main) await Deno.writeTextFile(new URL("spectral_wasm.ts", import.meta.url), await buildSpectral());
