// Morlet and its peers, both sides in one run. Makes .venv-bench with the peers, prints a table, and keeps it in bench/README.md and,
// with every single time, in bench/results/.
//
//   deno task bench          everything, about ten minutes
//   deno task bench --quick  fewer repetitions

import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { SIGNIFICANCE_TASK, wctSignificance } from "../analysis/mod.ts";
import type { SignificanceSpec } from "../analysis/mod.ts";
import { getBackend, VERSION } from "../backends/mod.ts";
import { cwt, Morlet, wct } from "../wavelet/mod.ts";
import { defaultRng } from "../random/mod.ts";

const { values: { quick } } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const ROOT = new URL("../", import.meta.url);
const VENV = new URL(".venv-bench/", ROOT);
const cores = navigator.hardwareConcurrency;
const repeats = quick ? 3 : 7;

interface Timing {
  readonly what: string;
  readonly side: string;
  /** Seconds for one unit of work, of each repetition. */
  readonly seconds: number[];
}

interface Comparison {
  readonly what: string;
  readonly peer: Timing | { missing: string };
  readonly ours: Timing;
  readonly least?: number;
  readonly aim?: number;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function say(text: string): void {
  console.error(text);
}

async function makeVenv(): Promise<void> {
  const requirements = new URL("requirements.txt", import.meta.url), stamp = new URL("stamp", VENV);
  const hash = createHash("sha256").update(await Deno.readTextFile(requirements)).digest("hex");
  if (await Deno.readTextFile(stamp).catch(() => "") === hash) return;
  say("Making .venv-bench with the peers");
  const run = async (command: string, ...args: string[]) => {
    const { success } = await new Deno.Command(command, { args, stdout: "null" }).output();
    if (!success) throw new Error(`${command} ${args.join(" ")} failed`);
  };
  await run("python3", "-m", "venv", VENV.pathname);
  await run(new URL("bin/pip", VENV).pathname, "install", "--quiet", "-r", requirements.pathname);
  await Deno.writeTextFile(stamp, hash);
}

/** A Python process that times peers. */
class Peers {
  readonly #child = new Deno.Command(new URL("bin/python", VENV).pathname, {
    args: [new URL("peers.py", import.meta.url).pathname],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  readonly #input = this.#child.stdin.getWriter();
  readonly #output = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();

  async time(
    what: string,
    name: string,
    args: unknown[],
    per = 1,
    times = repeats,
  ): Promise<Timing | { missing: string }> {
    say(`${what}: ${name}`);
    await this.#input.write(new TextEncoder().encode(JSON.stringify({ name, args, repeats: times }) + "\n"));
    let line = "";
    while (!line.endsWith("\n")) line += (await this.#output.read()).value ?? "";
    const answer = JSON.parse(line) as { seconds: number[] } | { missing: string };
    if ("missing" in answer) return answer;
    return { what, side: name, seconds: answer.seconds.map((s) => s / per) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close();
    await this.#child.status;
  }
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
  await using peers = new Peers();
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
  const rng = defaultRng(1);
  const [x1, x2] = [rng.standardNormal(10_000), rng.standardNormal(10_000)];
  const pycwtWct = await peers.time("wct", "pycwt wct", [10_000]);
  for (const precision of ["double", "single"] as const) {
    comparisons.push({
      what:
        `wct of two series of 10,000 samples without significance, ${precision} precision: coherence and one phase, as pycwt has it`,
      peer: pycwtWct,
      ours: await time("wct", () => wct(x1, x2, { dt: 1, precision })),
      least: 10,
      aim: 30,
    });
  }
  const x = rng.standardNormal(100_000), scales = 300;
  const freqs = Float64Array.from({ length: scales }, (_, j) => 0.4 * (4e-6 / 0.4 * 10) ** (j / (scales - 1)));
  const ours = await time("cwt", () => cwt(x, { dt: 1, freqs, precision: "single" }), 1, 3);
  for (const name of ["fcwt", "ssqueezepy", "pywavelets"]) {
    comparisons.push({
      what: `cwt, full output in single precision, 100,000 samples, ${scales} scales, one thread; ${name}`,
      peer: await peers.time("cwt", name, [100_000, scales], 1, 3),
      ours,
      ...(name === "fcwt" ? { least: 0.7, aim: 1.2 } : {}),
    });
  }
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

function show(seconds: number): string {
  return seconds < 1e-3
    ? `${(seconds * 1e6).toFixed(0)} µs`
    : seconds < 1
    ? `${(seconds * 1e3).toPrecision(3)} ms`
    : `${seconds.toPrecision(3)} s`;
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...body].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

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
`;
console.log(report);
await Deno.mkdir(new URL("results/", import.meta.url), { recursive: true });
const name = `results/${machine.date.slice(0, 10)}${quick ? "-quick" : ""}.json`;
const kept = { machine, comparisons, growth, exponent, counts, cold, thousand };
await Deno.writeTextFile(new URL(name, import.meta.url), JSON.stringify(kept, null, 2) + "\n");
if (!quick) await Deno.writeTextFile(new URL("README.md", import.meta.url), report);
