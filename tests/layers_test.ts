import assert from "node:assert/strict";
import { walk } from "./walk.ts";

/** Imports point down only. A folder may import itself and the ones listed. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  random: [],
  wavelet: ["random"],
  backends: ["random"],
  analysis: ["wavelet", "backends", "random"],
  plots: ["analysis", "wavelet", "random"],
  runs: ["plots", "analysis", "wavelet", "backends", "random"],
  cli: ["runs", "plots", "analysis", "wavelet", "backends", "random"],
  testing: ["backends", "analysis", "random"],
};

const ROOT = new URL("../", import.meta.url);
/** Scripts that build WebAssembly, and what they build it from, are not part of the package: there is no mod.ts for them. */
const BUILD_SCRIPT = /\/build_\w+\.ts$|\.as\.ts$/;
const SPECIFIER = /(?:from|import)\s*\(?\s*"(\.[^"]+)"|new URL\(\s*"(\.[^"]+)"\s*,\s*import\.meta\.url/g;

function importsOf(file: URL): string[] {
  const source = Deno.readTextFileSync(file);
  return [...source.matchAll(SPECIFIER)].map(([, a, b]) => new URL(a ?? b, file).pathname.slice(ROOT.pathname.length));
}

Deno.test("imports point down only", () => {
  const wrong: string[] = [];
  let seen = 0;
  for (const [folder, allowed] of Object.entries(MAY_IMPORT)) {
    for (const file of walk(new URL(`${folder}/`, ROOT), ".ts")) {
      for (const target of importsOf(file)) {
        seen++;
        const [top] = target.split("/");
        const isData = target === "deno.json"; // the version, which is written down once
        if (!isData && top !== folder && !allowed.includes(top)) wrong.push(`${file.pathname} imports ${target}`);
      }
    }
  }
  assert.ok(seen > 50, "the test must see the imports it judges");
  assert.deepEqual(wrong, []);
});

Deno.test("other folders are entered by their mod.ts", () => {
  const wrong: string[] = [];
  for (const folder of Object.keys(MAY_IMPORT)) {
    for (const file of walk(new URL(`${folder}/`, ROOT), ".ts")) {
      if (BUILD_SCRIPT.test(file.pathname)) continue;
      for (const target of importsOf(file)) {
        const [top] = target.split("/");
        if (top in MAY_IMPORT && top !== folder && target !== `${top}/mod.ts`) {
          wrong.push(`${file.pathname}: ${target}`);
        }
      }
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test("the wavelet folder is pure: no Deno, no network, no workers", () => {
  for (const file of walk(new URL("wavelet/", ROOT), ".ts")) {
    if (BUILD_SCRIPT.test(file.pathname)) continue;
    const code = Deno.readTextFileSync(file).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    assert.doesNotMatch(code, /\bDeno\.|\bfetch\(|new Worker\(|node:(?!assert)/, file.pathname);
  }
});

Deno.test("a folder's mod.ts only re-exports, and deno.json exports it", () => {
  const { exports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  for (const target of Object.values(exports) as string[]) {
    if (target === "./cli.ts") continue; // a program
    const code = Deno.readTextFileSync(new URL(target, ROOT));
    for (const statement of code.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "").split(";")) {
      assert.match(statement.trim(), /^$|^export\s[\s\S]+\sfrom\s"\.\/[\w/]+\.ts"$/, target);
    }
  }
});
