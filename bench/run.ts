// Morlet and its peers, both sides in one run. Makes .venv-bench with the peers, prints a table, and keeps it in bench/README.md and,
// with every single time, in bench/results/.
//
//   deno task bench          everything, about ten minutes
//   deno task bench --quick  fewer repetitions

import { parseArgs } from "node:util";
import { SIGNIFICANCE_TASK, wctSignificance } from "../analysis/mod.ts";
import type { SignificanceSpec } from "../analysis/mod.ts";
import { getBackend, VERSION } from "../backends/mod.ts";
import { Morlet } from "../wavelet/mod.ts";
import { type Limits, limitsSection, measureLimits } from "./limits.ts";
import { type ANALYSES, secondsOf } from "./analyses.ts";
import { makeVenv, Peers, say, type Timing } from "./peers.ts";
import { median, show, table } from "./table.ts";

const { values: { quick } } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const ROOT = new URL("../", import.meta.url);
const cores = navigator.hardwareConcurrency;
const repeats = quick ? 3 : 7;

interface Comparison {
  readonly what: string;
  readonly peer: Timing | { missing: string };
  readonly ours: Timing;
  readonly least?: number;
  readonly aim?: number;
}

async function time(what: string, work: () => unknown, per = 1, times = repeats): Promise<Timing> {
  say(`${what}: Morlet`);
  await work();
  const seconds: number[] = [];
  for (let i = 0; i < times; i++) {
    const started = performance.now();
    await work();
    seconds.push((performance.now() - started) / 1000 / per);
  }
  return { what, side: "Morlet", seconds };
}

const s0 = 2 / new Morlet().flambda();
/** 98 scales from a period of two samples on, as pycwt takes them for a record of 512 samples. */
const axis = { dt: 1, dj: 1 / 12, s0, J: 97 };
const LONG = Math.ceil(6 * s0 * 2 ** (97 / 12));

function spec(n: number, J: number): SignificanceSpec {
  return { ...axis, J, n, wavelet: { name: "morlet" }, convention: "exact", ar1: [0.7, 0.5], precision: "single" };
}

await using one = getBackend("sequential");
await using all = getBackend("workers", { n_jobs: cores });
const surrogates = (backend: typeof one, n: number, count: number, J = 97) =>
  backend.runTask({ ...SIGNIFICANCE_TASK, args: [spec(n, J)] }, { nSimulations: count, seed: 1, verbose: false });

await makeVenv();
const comparisons: Comparison[] = [];
let limits: Limits;
const machine = {
  date: new Date().toISOString(),
  cpu: /model name\s*: (.*)/.exec(await Deno.readTextFile("/proc/cpuinfo").catch(() => ""))?.[1] ?? "unknown",
  cores,
  os: `${Deno.build.os} ${Deno.build.arch}`,
  deno: Deno.version.deno,
  morlet: VERSION,
  peers: (await Deno.readTextFile(new URL("requirements.txt", import.meta.url))).split("\n").filter((l) =>
    l.includes("==")
  ),
};

{
  await using peers = new Peers(repeats);
  const long = await time("98 scales", () => surrogates(one, LONG, 1600), 1600);
  const pycwt = await peers.time("one surrogate", "pycwt", [1, 97], 1, quick ? 2 : 5);
  comparisons.push({
    what: `one surrogate, ${LONG} samples, 98 scales, one thread; pycwt as it is`,
    peer: pycwt,
    ours: long,
    least: 500,
    aim: 1000,
  });
  comparisons.push({
    what: "the same record as a user would ask it: only the scales that 512 samples can test",
    peer: pycwt,
    ours: await time("512 samples", () => surrogates(one, 512, 8000), 8000),
    least: 1000,
    aim: 2500,
  });
  comparisons.push({
    what: "the first against NumPy and SciPy without pycwt's counting loop",
    peer: await peers.time("one surrogate", "numpy", [1, 97], 1),
    ours: long,
    least: 75,
    aim: 150,
  });
  comparisons.push({
    what: "the first against biwavelet (581 ms as measured elsewhere, quoted)",
    peer: { what: "one surrogate", side: "biwavelet", seconds: [0.581] },
    ours: long,
    least: 175,
    aim: 350,
  });
  comparisons.push({
    what: `the first on all ${cores} cores, against pycwt-mod's approach, joblib over the same worker`,
    peer: await peers.time("one surrogate", "joblib", [8, 97], 8, quick ? 1 : 3),
    ours: await time("98 scales", () => surrogates(all, LONG, 1920), 1920),
    least: 500,
    aim: 1000,
  });
  // Short ones are repeated more often, as chance tells.
  const often = 3 * repeats, pycwtWct = await peers.time("wct", "pycwt wct", [10_000], 1, often);
  const ours = (name: keyof typeof ANALYSES, times: number): Timing => {
    say(`${name}: Morlet`);
    return { what: name, side: "Morlet", seconds: secondsOf(name, times) };
  };
  for (const name of ["wct", "wct, single"] as const) {
    comparisons.push({
      what: `wct of two series of 10,000 samples without significance, ${
        name === "wct" ? "double" : "single"
      } precision: coherence and one phase, as pycwt has it`,
      peer: pycwtWct,
      ours: ours(name, often),
      least: 10,
      aim: 30,
    });
  }
  const transform = ours("cwt, single", repeats);
  for (const name of ["fcwt", "ssqueezepy", "pywavelets"]) {
    comparisons.push({
      what: `cwt, full output in single precision, 100,000 samples, 300 scales, one thread; ${name}`,
      peer: await peers.time("cwt", name, [100_000, 300], 1, name === "fcwt" ? repeats : 3),
      ours: transform,
      ...(name === "fcwt" ? { least: 0.7, aim: 1.2 } : {}),
    });
  }
  limits = await measureLimits(peers, repeats);
}

// Growth.
const growth: { n: number; scales: number; milliseconds: number }[] = [];
for (let n = 1024; n <= (quick ? 2 ** 17 : 2 ** 20); n *= 4) {
  const J = Math.round(12 * Math.log2(n / s0)), count = Math.max(16, 16 * Math.round(2 ** 16 / n));
  const { seconds } = await time(`${n} samples`, () => surrogates(one, n, count, J), count, 3);
  growth.push({ n, scales: J + 1, milliseconds: median(seconds) * 1000 });
}
const [first, last] = [growth[0], growth.at(-1)!];
const exponent = Math.log(last.milliseconds / first.milliseconds) / Math.log(last.n / first.n);
const counts: { surrogates: number; milliseconds: number }[] = [];
for (const count of [16, 160, 1600, 16_000]) {
  const { seconds } = await time(`${count} surrogates`, () => surrogates(one, 512, count), count, 3);
  counts.push({ surrogates: count, milliseconds: median(seconds) * 1000 });
}

// Cold start, in fresh processes.
const cold: number[] = [];
for (let i = 0; i < repeats; i++) {
  const code = `const started = performance.now();
    const { wctSignificance } = await import(${JSON.stringify(new URL("analysis/mod.ts", ROOT).href)});
    await wctSignificance(0.7, 0.5, { dt: 1, n: 512, mcCount: 10, seed: 1, cache: false });
    console.log(performance.now() - started);`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--config",
      new URL("deno.json", ROOT).pathname,
      `data:text/javascript,${encodeURIComponent(code)}`,
    ],
  }).output();
  cold.push(Number(new TextDecoder().decode(stdout)) / 1000);
}
const thousand = await time(
  "1,000 surrogates",
  () => wctSignificance(0.7, 0.5, { dt: 1, n: 512, mcCount: 1000, seed: 1, cache: false }),
  1,
  3,
);

const rows = comparisons.map(({ what, peer, ours, least, aim }) => {
  const our = median(ours.seconds);
  const their = "missing" in peer ? undefined : median(peer.seconds);
  const spread = (times: readonly number[]) => `${show(Math.min(...times))} to ${show(Math.max(...times))}`;
  return [
    what,
    "missing" in peer ? peer.missing : `${show(their!)} (${spread(peer.seconds)})`,
    `${show(our)} (${spread(ours.seconds)})`,
    their === undefined ? "" : `**${(their / our).toPrecision(3)}**`,
    least === undefined ? "" : `${least}, ${aim}`,
  ];
});

const report = `# Benchmarks

Written by \`deno task bench\`: Morlet and its peers in one run, medians of repetitions and their spread. The ratio is the peer's time over
ours. All times, with every repetition, are in [results](results/).

${machine.cpu}, ${cores} cores, ${machine.os}, Deno ${machine.deno}, Morlet ${machine.morlet}; ${
  machine.peers.join(", ")
}; ${machine.date.slice(0, 10)}.

${table(["what", "peer", "Morlet", "ratio", "at least, aim"], rows)}

A thousand surrogates of a 512-sample record on one thread take ${
  show(median(thousand.seconds))
}. From the import of the module in a fresh
process to the first ten surrogates: ${show(median(cold))}.

## Limits

${limitsSection(limits)}

## Growth

Time of one surrogate against the length of the record, scales over all octaves, one thread: the exponent from ${first.n} to ${last.n} samples
is ${exponent.toFixed(2)}.

${
  table(
    ["samples", "scales", "ms a surrogate"],
    growth.map((g) => [String(g.n), String(g.scales), g.milliseconds.toPrecision(3)]),
  )
}

Time of one surrogate of 512 samples against the number of surrogates, setting up included:

${table(["surrogates", "ms a surrogate"], counts.map((c) => [String(c.surrogates), c.milliseconds.toPrecision(3)]))}

\`deno run -A bench/webgpu.ts\` measures the significance of coherence on a graphics card, and writes \`webgpu.md\` beside this.
`;
console.log(report);
await Deno.mkdir(new URL("results/", import.meta.url), { recursive: true });
const name = `results/${machine.date.slice(0, 10)}${quick ? "-quick" : ""}.json`;
const kept = { machine, comparisons, limits, growth, exponent, counts, cold, thousand };
await Deno.writeTextFile(new URL(name, import.meta.url), JSON.stringify(kept, null, 2) + "\n");
if (!quick) await Deno.writeTextFile(new URL("README.md", import.meta.url), report);
