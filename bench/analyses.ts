// The single analyses of the benchmark. Alone it times one of them: `deno run bench/analyses.ts NAME REPEATS` prints the
// seconds of each repetition, after one more, as JSON.

import { defaultRng } from "../random/mod.ts";
import { cwt, wct } from "../wavelet/mod.ts";

const rng = defaultRng(1),
  a = rng.standardNormal(10_000),
  b = rng.standardNormal(10_000),
  x = rng.standardNormal(100_000);
// fCWT's frequencies: 300 of them, evenly spaced in the logarithm, from 0.04 to 400 at 1000 samples a second.
const freqs = Float64Array.from({ length: 300 }, (_, j) => 400 / 1e4 ** (j / 299));

/** What is timed, by name. */
export const ANALYSES = {
  "wct": () => wct(a, b, { dt: 1 }),
  "wct, single": () => wct(a, b, { dt: 1, precision: "single" }),
  "cwt, single": () => cwt(x, { dt: 1 / 1000, freqs, precision: "single" }),
};

/** Seconds of each repetition, after one more. */
export function secondsOf(name: keyof typeof ANALYSES, repeats: number): number[] {
  ANALYSES[name]();
  return Array.from({ length: repeats }, () => {
    const started = performance.now();
    ANALYSES[name]();
    return (performance.now() - started) / 1000;
  });
}

/** As {@linkcode secondsOf}, in a process whose large arrays lie on huge pages, as NumPy's do, where glibc and Linux have them. */
export async function secondsOnHugePages(name: keyof typeof ANALYSES, repeats: number): Promise<number[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", new URL(import.meta.url).pathname, name, String(repeats)],
    env: { GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" },
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

if (import.meta.main) {
  const [name, repeats] = Deno.args;
  // deno-lint-ignore no-console
  console.log(JSON.stringify(secondsOf(name as keyof typeof ANALYSES, Number(repeats))));
}
