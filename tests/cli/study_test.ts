import assert from "node:assert/strict";
import { leadText } from "../../cli/wct_report.ts";
import { inFolder, morlet, ROOT, spawnMorlet } from "./morlet.ts";

const SERIES = [`${ROOT}data/elnino.csv:sst`, `${ROOT}data/co2.csv:co2`];
const PREPARED = ["--time", "date", "--monthly", "--fill-gaps", "--deseason", "month", "--detrend", "linear"];
/** Coarse scales and few surrogates: quick. */
const QUICK = ["--dj", "1/4", "--simulations", "8", "--seed", "42"];

const STUDY = `
run_id: greeting
output_dir: out
seed: 7
model: { type: command, command: "echo seed $MORLET_SEED > outputs/hello.txt", outputs: [hello.txt] }
postprocess: [{ type: noop }]
`;

Deno.test("wct tests two series and draws them, and the same seed gives the same levels on every backend", async () => {
  await inFolder(async (folder) => {
    const figure = `${folder}/figure.svg`;
    const text = await morlet("wct", ...SERIES, ...PREPARED, ...QUICK, "--out", figure, "--backend", "sequential");
    assert.equal(text.code, 0, text.err);
    assert.match(text.out, /^Series +sst and co2, \d+ samples, 1958-\d\d-01 to 2001-12-01$/m);
    assert.match(text.out, /^Provenance +seed 42, backend sequential, Morlet /m);
    assert.match(await Deno.readTextFile(figure), /^<svg/);
    await Deno.writeTextFile(`${folder}/two.yml`, "type: workers\nn_jobs: 2\n");
    const { code, out } = await morlet(
      "wct",
      ...SERIES,
      ...PREPARED,
      ...QUICK,
      "--backend",
      `${folder}/two.yml`,
      "--json",
    );
    assert.equal(code, 0);
    const result = JSON.parse(out);
    assert.deepEqual([result.names, result.seed, result.simulations], [["sst", "co2"], 42, 8]);
    assert.deepEqual(result.provenance.backend, {
      name: "workers",
      config: { type: "workers", retries: 1, n_jobs: 2, prefer: "threads", permissions: [] },
    });
    assert.ok(text.out.includes(result.checksum), "the levels' checksum on one thread and on two");
    const cluster = await morlet(
      "wct",
      ...SERIES,
      ...PREPARED,
      ...QUICK,
      "-b",
      `${ROOT}examples/cluster.yml`,
      "--json",
    );
    assert.equal(cluster.code, 0, cluster.out);
    assert.equal(
      JSON.parse(cluster.out).checksum,
      result.checksum,
      "and on a backend that a document's plug-in brings",
    );
    const again = await morlet("wct", ...SERIES, ...PREPARED, ...QUICK, "--out", figure);
    assert.equal(again.code, 2);
    assert.match(again.err, /Cannot use out as it must be a file that is not there yet/);
  });
});

Deno.test("wct takes the last column where none is named, and steps as fractions", async () => {
  const file = `${ROOT}data/elnino.csv`;
  const { code, out, err } = await morlet(
    "wct",
    file,
    file,
    "--dt",
    "1/12",
    "--dj",
    "1/2",
    "-n",
    "2",
    "--backend",
    "sequential",
    "--json",
  );
  assert.equal(code, 0, err);
  const { names, samples, seed, levels, unit, significantShare, patches, regions } = JSON.parse(out);
  assert.deepEqual([unit, patches, regions.length], [null, 1, 1], "nobody said in what the steps are counted");
  assert.ok(significantShare > 0.99, "a series is coherent with itself");
  assert.deepEqual([names, samples], [["sst", "sst"], 732]);
  assert.ok(Number.isSafeInteger(seed), "the seed that was drawn is told");
  assert.ok(Math.abs(levels[0].period - 2 / 12 * 1.03) < 0.01, "periods are in the unit of the step");
});

Deno.test("wct says how much is significant, which series leads, and whose p it tells", async () => {
  const args = [...SERIES, ...PREPARED, ...QUICK, "--growth", "second", "--backend", "sequential"];
  const { code, out, err } = await morlet("wct", ...args);
  assert.equal(code, 0, err);
  assert.match(out, /^[\d.]+ % of the map is above the 95 % level; 5 % would be by chance\.$/m);
  assert.match(out, /^\d+ of \d+ patches, the largest of those of at least \d+ samples:$/m);
  assert.match(
    out,
    /periods [\d.]{1,5} to [\d.]{1,5} years: .*smallest pointwise p (< 0\.001|0\.\d+), (sst|co2) leads/m,
  );
  assert.doesNotMatch(out, /leads by -/);
  assert.equal(leadText(-0.48, ["a", "b"], "years"), "b leads by 0.48 years");
  assert.equal(leadText(-3e-17, ["a", "b"]), "a leads by 0");
});

Deno.test("wct tells each patch's own p where it is asked to test them", async () => {
  const args = [...SERIES, ...PREPARED, ...QUICK, "--growth", "second", "--backend", "sequential", "--regions", "20"];
  const { code, out, err } = await morlet("wct", ...args);
  assert.equal(code, 0, err);
  assert.match(out, /^\d+ of \d+ patches have p <= 0\.05 as a whole, by 20 more pairs; the \d+ with the smallest:$/m);
  assert.match(
    out,
    /years: p (0\.\d+|1) as a whole, R² up to .*smallest pointwise p (< 0\.001|0\.\d+), (sst|co2) leads/m,
  );
  const bad = await morlet("wct", ...SERIES, ...PREPARED, "--regions", "-3");
  assert.equal(bad.code, 2);
  assert.match(bad.err, /Cannot use --regions: must be a whole number of at least 0/);
});

Deno.test("wct tells columns of one name apart by their files", async () => {
  await inFolder(async (folder) => {
    const rows = Array.from({ length: 32 }, (_, t) => `${Math.sin(t) + t % 5}\n`).join("");
    const files = ["a.csv", "b.csv"].map((name) => `${folder}/${name}`);
    for (const file of files) await Deno.writeTextFile(file, `x\n${rows}`);
    const { out } = await morlet("wct", ...files, "--dt", "1", "-n", "2", "--backend", "sequential", "--json");
    assert.deepEqual(JSON.parse(out).names, files.map((file) => `x of ${file}`));
  });
});

Deno.test("wct refuses before any work, naming what is wrong", async () => {
  const [first, second] = SERIES;
  for (
    const [args, says] of [
      [[`${ROOT}data/elnino.csv:sts`, second, "--time", "date"], /Did you mean "sst"\?/],
      [["nowhere.csv", second, "--dt", "1"], /Cannot use series as it must be a file that exists: .*nowhere\.csv/],
      [[first, second, "--dt", "1/0"], /^Cannot use --dt: must be a positive number, or a fraction such as "1\/12"/],
      [[first, second, "--dt", "1", "--level", "95"], /^Cannot use --level: must be below 1: current value is 95/],
      [[first, second], /--dt \(such as 1\/12\) or --time COLUMN \(elnino\.csv has: date, sst\)/],
      [
        [first, second, "--dt", "1/12"],
        /elnino\.csv has 732 samples, co2\.csv has 2284: .*Both have dates: .*--time date.* add --monthly/,
      ],
      [[first, second, "--time", "date"], /step is 1 month: .*"a step of 1 week".* add --monthly/],
      [
        [first, second, "--time", "date", "--monthly"],
        /^Cannot use co2 of .*: current value is "5 of 526 samples missing".* add --fill-gaps/,
      ],
      [[first, second, "--dt", "1", "--growth", "third"], /--growth as it must be one of "first", "second", "both"/],
      [[first, second, "--dt", "1", "--seed", "x"], /Cannot use seed as it must be a whole number/],
      [[first, second, "--dt", "1", "--backend", "worker"], /Did you mean "workers"\?/],
      [[first, second, "--dt", "1", "--jobs", "0"], /n_jobs: must not be 0/],
      [[first, second, "--dt", "1", "--out", "figure.pdf"], /Cannot use out as it must be one of ".html"/],
      [[first, first, "--dt", "1", "--wavelet", "haar"], /haar/],
    ] as [string[], RegExp][]
  ) {
    const { code, err } = await morlet("wct", ...args);
    assert.match(err, says);
    assert.equal(code, 2, err);
  }
});

Deno.test("a study goes through its stages, and a finished one is not overwritten unless forced", async () => {
  await inFolder(async (folder) => {
    const study = `${folder}/study.yml`;
    await Deno.writeTextFile(study, STUDY);
    const plan = await morlet("pipeline", study, "--dry-run");
    assert.equal(plan.code, 0, plan.err);
    assert.match(plan.out, /^generate: planned\. /m);
    await assert.rejects(Deno.stat(`${folder}/out`), Deno.errors.NotFound);
    const done = await morlet("pipeline", study, "--json");
    assert.equal(done.code, 0, done.out);
    const result = JSON.parse(done.out);
    assert.deepEqual(result.stages.map(({ stage, status }: Record<string, string>) => `${stage}: ${status}`), [
      "generate: done",
      "run: done",
      "postprocess: noop: done",
    ]);
    assert.equal(await Deno.readTextFile(`${folder}/out/greeting/outputs/hello.txt`), "seed 7\n");
    assert.equal((await morlet("pipeline", study)).code, 2);
    assert.equal((await morlet("pipeline", study, "--force")).code, 0);
  });
});

Deno.test("the stages can be run one by one", async () => {
  await inFolder(async (folder) => {
    const study = `${folder}/study.yml`;
    await Deno.writeTextFile(study, STUDY);
    assert.match((await morlet("generate", study)).out, /^Made .*\/out\/greeting with seed 7$/m);
    const run = await morlet("run", study, "--backend", "local");
    assert.deepEqual([run.code, run.err], [0, ""]);
    const archived = await morlet("postprocess", study, "archive", "--option", "format=zip", "--json");
    assert.equal(archived.code, 0, archived.out);
    assert.equal(JSON.parse(archived.out)[0].type, "archive");
    assert.equal((await morlet("postprocess", study)).code, 0);
    const wrong = await morlet("postprocess", study, "archive", "-O", "formt=zip");
    assert.deepEqual([wrong.code, /Did you mean "format"\?/.test(wrong.err)], [2, true]);
    assert.match((await morlet("postprocess", study, "archiv")).err, /Did you mean "archive"\?/);
  });
});

Deno.test("a run that fails ends with 1 and says why, as text and as JSON", async () => {
  await inFolder(async (folder) => {
    const study = `${folder}/study.yml`;
    await Deno.writeTextFile(study, STUDY.replace("echo seed", "echo what is wrong >&2; exit 3; echo"));
    const { code, err } = await morlet("pipeline", study);
    assert.equal(code, 1);
    assert.match(err, /The stage "run" of the run "greeting" failed: [\s\S]*what is wrong/);
    const json = await morlet("run", study, "--json");
    assert.equal(json.code, 1);
    assert.equal(JSON.parse(json.out).error.name, "RunFailedError");
  });
});

Deno.test("Ctrl-C stops what was started, leaves nothing running, and ends with 130", async () => {
  await inFolder(async (folder) => {
    const study = `${folder}/study.yml`;
    const mark = `${folder}/started`;
    const command = `touch ${mark}; exec sleep 1234.5`;
    await Deno.writeTextFile(study, STUDY.replace(/command: ".*?"/, `command: ${JSON.stringify(command)}`));
    const child = spawnMorlet(["pipeline", study]);
    const output = child.output();
    while (!await Deno.stat(mark).catch(() => null)) await new Promise((later) => setTimeout(later, 20));
    child.kill("SIGINT");
    const { code, stderr } = await output;
    assert.equal(code, 130, new TextDecoder().decode(stderr));
    assert.match(new TextDecoder().decode(stderr), /^Interrupted; what was started has been stopped$/m);
    const { stdout } = await new Deno.Command("ps", { args: ["-eo", "args"] }).output();
    assert.ok(!new TextDecoder().decode(stdout).includes("sleep 1234.5"), "the command has been ended");
  });
});

Deno.test("Ctrl-C ends a simulation too", async () => {
  const args = ["wct", ...SERIES, ...PREPARED, "--seed", "1", "-n", "1000000", "-v"];
  const child = spawnMorlet(args);
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("simulating")) said += (await reader.read()).value;
  await new Promise((later) => setTimeout(later, 500));
  child.kill("SIGINT");
  for (let part = await reader.read(); !part.done; part = await reader.read()) said += part.value;
  const [{ code }] = await Promise.all([child.status, child.stdout.cancel()]);
  assert.equal(code, 130, said);
  assert.match(said, /Interrupted; what was started has been stopped/);
});
