import { Buffer } from "node:buffer";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { fontBase64 } from "./font.ts";

/** Turns SVG into PNG with the figures' own font and none of the machine's. */
export async function rasterize(svg: string, scale: number): Promise<Uint8Array<ArrayBuffer>> {
  // The native renderer takes fonts as files only.
  const folder = await mkdtemp(join(tmpdir(), "morlet-font-"));
  try {
    const file = join(folder, "inter.ttf");
    await writeFile(file, Buffer.from(fontBase64(), "base64"));
    const renderer = new Resvg(svg, {
      fitTo: { mode: "zoom", value: scale },
      font: { fontFiles: [file], loadSystemFonts: false, defaultFontFamily: "Inter", sansSerifFamily: "Inter" },
    });
    return new Uint8Array(renderer.render().asPng());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
