// Single analyses against fCWT and pycwt, both sides in one run, one thread, in turns; the least of all repetitions counts, as
// other work on the machine only ever adds time.
//
//   deno run -A bench/single_analysis.ts   needs .venv-bench, which `deno task bench` makes

import { ANALYSES } from "./analyses.ts";

const ROUNDS = 7;
const python = new Deno.Command(new URL("../.venv-bench/bin/python", import.meta.url).pathname, {
  args: [new URL("peers.py", import.meta.url).pathname],
  stdin: "piped",
  stdout: "piped",
  stderr: "null",
}).spawn();
const input = python.stdin.getWriter(), output = python.stdout.pipeThrough(new TextDecoderStream()).getReader();

/** Seconds that a peer needs once. */
async function peer(name: string, args: unknown[]): Promise<number> {
  await input.write(new TextEncoder().encode(JSON.stringify({ name, args, repeats: 1, warm: false }) + "\n"));
  let line = "";
  while (!line.endsWith("\n")) line += (await output.read()).value ?? "";
  const answer = JSON.parse(line) as { seconds: number[] } | { missing: string };
  if ("missing" in answer) throw new Error(`${name}: ${answer.missing}`);
  return answer.seconds[0];
}

function ours(work: () => unknown): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}

const comparisons = [
  {
    what: "cwt, 100,000 samples, 300 scales, single precision, full output",
    name: "fcwt",
    args: [100_000, 300],
    work: ANALYSES["cwt, single"],
  },
  { what: "wct, 10,000 samples, no significance", name: "pycwt wct", args: [10_000], work: ANALYSES.wct },
  { what: "wct, the same in single precision", name: "pycwt wct", args: [10_000], work: ANALYSES["wct, single"] },
];
for (const { what, name, args, work } of comparisons) {
  let theirs = Infinity, least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    theirs = Math.min(theirs, await peer(name, args));
    least = Math.min(least, ours(work));
  }
  const ms = (seconds: number) => `${(1000 * seconds).toFixed(0)} ms`;
  console.log(`${what}: ${name} ${ms(theirs)}, Morlet ${ms(least)}, ratio ${(theirs / least).toFixed(2)}`);
}
await input.close();
await python.status;
