import assert from "node:assert/strict";
import { parse } from "yaml";
import { contentHash, defaultRegistry, VERSION } from "../../backends/mod.ts";
import { readCoherence } from "../../runs/mod.ts";
import { inFolder, morlet, ROOT, spawnMorlet } from "./morlet.ts";

Deno.test("help has examples and exit codes, for every command", async () => {
  const { code, out } = await morlet("--help");
  assert.equal(code, 0);
  assert.match(out, /Exit codes: 0 all went well, 1 what was to run failed, 2 /);
  for (const command of ["wct", "pipeline", "generate", "run", "postprocess", "validate", "schema", "backends"]) {
    assert.match(out, new RegExp(`^  ${command} `, "m"));
    assert.doesNotMatch((await morlet(command, "--help")).out, /default: \[/);
    if (command !== "backends") assert.match((await morlet(command, "--help")).out, /Examples?:\n {2}morlet /, command);
  }
  for (const command of ["list", "validate", "schema", "create"]) {
    assert.match((await morlet("backends", command, "--help")).out, /Examples?:\n {2}morlet /, command);
  }
  assert.equal((await morlet("--version")).out, `${VERSION}\n`);
});

Deno.test("the command in the README tells what the demo finds", async () => {
  const readme = await Deno.readTextFile(`${ROOT}README.md`);
  const [, command] = /`deno run -A cli\.ts (wct [^`]+)`/.exec(readme)!;
  const { code, out, err } = await morlet(...command.replaceAll("data/", `${ROOT}data/`).split(" "));
  assert.deepEqual([code, err], [0, ""]);
  assert.match(out, /1962-\d\d-01 to 1985-\d\d-01, periods 2\.8\d to 4\.7\d years: .* sst leads by 0\.1/);
});

Deno.test("a study whose series cannot be tested ends with 2, in the words of its file, before anything is run", async () => {
  await inFolder(async (folder) => {
    const study = async (column: string) => {
      const series = `{ file: ${ROOT}data/co2.csv, time: date, mean: monthly, gaps: interpolate, value: ${column} }`;
      const text = `run_id: ${column}\nmodel: { type: wct, series: [${series}, ${series}] }\n`;
      await Deno.writeTextFile(`${folder}/study.yml`, text);
      return await morlet("pipeline", `${folder}/study.yml`);
    };
    const trend = await study("co2"), misspelt = await study("co");
    assert.deepEqual([trend.code, misspelt.code], [2, 2]);
    assert.match(
      trend.err,
      /generate.*failed: Cannot use co2 of .*take prepare\.detrend: "linear", or growth: true\n$/,
    );
    assert.match(misspelt.err, /generate.*failed: Cannot use model\.series\.0\.value .*"co". Did you mean "co2"\?\n$/);
    for await (const { name } of Deno.readDir(`${folder}/runs/co2`)) assert.equal(name, ".lock");
  });
});

Deno.test("the files may call their times by different names, have a number for what is missing, and results are saved", async () => {
  await inFolder(async (folder) => {
    const rows = (k: number) => Array.from({ length: 60 }, (_, i) => `${i},${(i * i * k) % 17}\n`).join("");
    await Deno.writeTextFile(`${folder}/a.csv`, `t,x\n${rows(1)}`);
    await Deno.writeTextFile(`${folder}/b.csv`, `time,y\n${rows(3)}`);
    const wct = (...times: string[]) =>
      morlet("wct", `${folder}/a.csv`, `${folder}/b.csv`, "-n", "2", ...times.flatMap((time) => ["--time", time]));
    assert.equal((await wct("t", "time")).code, 0);
    const out = `${folder}/results.nc`, seeded = ["--dt", "1", "-n", "2", "--seed", "1", "--json", "--out", out];
    const { checksum } = JSON.parse((await morlet("wct", `${folder}/a.csv`, `${folder}/b.csv`, ...seeded)).out);
    const { result, names } = await readCoherence(out);
    assert.deepEqual([contentHash(result.significance), names], [checksum, ["x", "y"]], "results are read again");
    assert.match(
      (await morlet("wct", `${folder}/a.csv`, `${folder}/a.csv`, "--dt", "1", "--missing", "16")).err,
      /^Cannot use x of .*a\.csv .*"\d+ of 60 samples missing"/,
    );
    assert.match((await wct("t")).err, /^Cannot use --time as it must be a column of .*b\.csv, which has time, y/);
    assert.match((await wct("t", "t", "time")).err, /^Cannot use --time as it must be given once, or once for each/);
  });
});

Deno.test("a record that is mostly trend is refused by its name, with the option that removes it", async () => {
  const series = [`${ROOT}data/elnino.csv:sst`, `${ROOT}data/co2.csv:co2`];
  const { code, err } = await morlet("wct", ...series, "--time", "date", "--monthly", "--fill-gaps");
  assert.equal(code, 2);
  assert.match(err, /^Cannot use co2 of .*co2\.csv .* add --detrend linear, or --growth/);
});

Deno.test("bad usage ends with 2 and says what may have been meant", async () => {
  for (
    const [args, says] of [
      [["pipelin", "a.yml"], /unknown command 'pipelin'\n\(Did you mean pipeline\?\)/],
      [["wct", "a.csv"], /missing required argument 'second'/],
      [
        ["wct", "a.csv", "b.csv", "--simulation", "5"],
        /unknown option '--simulation'\n\(Did you mean --simulations\?\)/,
      ],
      [["backends", "create"], /required option '-t, --type <backend>' not specified/],
      [["backends", "create", "-t", "dockr"], /Cannot use backend as it must be one of .*"dockr"/],
      [["backends", "create", "-t", "lightning"], /needs --plugin MODULE, or the variable MORLET_PLUGINS/],
      [["schema", "studi"], /Did you mean "study"\?/],
      [["validate", "/no/such/file.yml"], /^$/],
      [["pipeline", "/no/such/file.yml"], /\/no\/such\/file\.yml: the document: does not exist/],
      [
        ["--plugin", "./nowhere.ts", "backends", "list"],
        /Cannot use plugins as it must be a module that can be imported/,
      ],
    ] as [string[], RegExp][]
  ) {
    const { code, err } = await morlet(...args);
    assert.equal(code, 2, args.join(" "));
    assert.match(err, says);
  }
});

Deno.test("the backends are listed, as a table and as JSON", async () => {
  const table = await morlet("backends", "list");
  assert.equal(table.code, 0);
  assert.match(table.out, /^backend +available +capabilities +description\nsequential \* +yes/);
  for (const line of table.out.split("\n")) assert.ok(line.length <= 100, line);
  const list = JSON.parse((await morlet("backends", "list", "--json")).out) as { name: string }[];
  assert.deepEqual(list.map(({ name }) => name), defaultRegistry.names);
  const available = JSON.parse((await morlet("--json", "backends", "list", "--available")).out) as { name: string }[];
  assert.ok(available.some(({ name }) => name === "sequential") && available.every(({ name }) => name !== "slurm"));
});

Deno.test("schemas are printed or written, and nothing is overwritten unless forced", async () => {
  const local = JSON.parse((await morlet("schema", "local")).out);
  assert.deepEqual(local.required, ["type"]);
  assert.deepEqual(JSON.parse((await morlet("backends", "schema", "local")).out), local);
  assert.ok(JSON.parse((await morlet("backends", "schema")).out).anyOf.length >= defaultRegistry.names.length);
  assert.ok("model" in JSON.parse((await morlet("schema")).out).properties);
  await inFolder(async (folder) => {
    const path = `${folder}/schemas/local.json`;
    assert.deepEqual(await morlet("schema", "local", "-o", path), { code: 0, out: "", err: "" });
    assert.deepEqual(JSON.parse(await Deno.readTextFile(path)), local);
    const again = await morlet("schema", "local", "-o", path);
    assert.equal(again.code, 2);
    assert.match(again.err, /Cannot use output as it must be a file that is not there yet: .*Give --force/);
    assert.equal((await morlet("schema", "local", "-o", path, "--force")).code, 0);
  });
});

Deno.test("a commented configuration is made for every backend, and it validates", async () => {
  await inFolder(async (folder) => {
    for (const name of defaultRegistry.names) {
      const path = `${folder}/${name}.yml`;
      const created = await morlet("backends", "create", "--type", name, "--output", path);
      assert.deepEqual(created, { code: 0, out: `Wrote ${path}\n`, err: "" });
      assert.deepEqual(await morlet("backends", "validate", path), {
        code: 0,
        out: `${path}: valid (${name})\n`,
        err: "",
      });
      const text = await Deno.readTextFile(path);
      assert.equal(parse(text).type, name);
      assert.match(text, /^## Seconds /m, "what a field means");
      assert.match(text, /^# timeout: \d+$/m, "a field that is not needed, with its value");
    }
  });
  const { out } = await morlet("backends", "create", "-t", "docker");
  assert.match(out, /^image: swan:latest$/m);
  assert.match(out, /^## Instead of image:$[\s\S]*^# dockerfile: Dockerfile$/m);
});

Deno.test("the fields of a commented configuration hold examples that validate, once they are no comments", async () => {
  await inFolder(async (folder) => {
    for (const name of ["local", "slurm", "workers", "sequential"]) {
      const { out } = await morlet("backends", "create", "-t", name);
      const [first] = out.split("## Instead of");
      const path = `${folder}/${name}.yml`;
      await Deno.writeTextFile(path, first.replaceAll(/^# /gm, "").split("## Or:")[0]);
      assert.deepEqual(await morlet("backends", "validate", path), {
        code: 0,
        out: `${path}: valid (${name})\n`,
        err: "",
      });
    }
  });
});

Deno.test("validation tells everything that is wrong in all files, as text and as JSON", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a.yml`, "type: local\ntimeout: 5\n---\ntype: workers\nprefer: magic\n");
    await Deno.writeTextFile(`${folder}/b.json`, '{"type": "local"}');
    await Deno.writeTextFile(`${folder}/c.yml`, "timeout: 90\n");
    const { code, out, err } = await morlet("validate", `${folder}/a.yml`, `${folder}/b.json`);
    assert.deepEqual([code, err], [2, ""]);
    assert.deepEqual(out.replaceAll(`${folder}/`, "").split("\n"), [
      "a.yml: not valid",
      "  a.yml:2: timeout: must be a whole number from 60 to 86400: current value is 5",
      '  a.yml:5: prefer: must be "threads" or "processes": current value is "magic"',
      "b.json: valid (local)",
      "",
    ]);
    const [verdict] = JSON.parse((await morlet("backends", "validate", `${folder}/a.yml`, "--json")).out);
    assert.deepEqual([verdict.valid, verdict.issues[0].line, verdict.issues[0].field], [false, 2, "timeout"]);
    assert.equal((await morlet("validate", "--type", "local", `${folder}/c.yml`)).code, 0);
    const neither = await morlet("validate", `${folder}/c.yml`);
    assert.equal(neither.code, 2);
    assert.match(neither.out, /c\.yml:1: the document: must be a study, with its model, or .* type; it is neither/);
  });
  const own = await morlet("validate", `${ROOT}examples/studies/enso_co2.yaml`, `${ROOT}examples/cluster.yml`);
  assert.deepEqual([own.code, own.err], [0, ""], own.out);
});

Deno.test("validation reads the series of a study", async () => {
  await inFolder(async (folder) => {
    const study = async (column: string, prepare: string) => {
      const series = (value: string) =>
        `{ file: ${ROOT}data/co2.csv, time: date, mean: monthly, gaps: interpolate, value: ${value} }`;
      const text = `run_id: a\nmodel:\n  type: wct\n  prepare: ${prepare}\n  series:\n    - ${series("co2")}\n`;
      await Deno.writeTextFile(`${folder}/study.yml`, `${text}    - ${series(column)}\n`);
      const { code, out } = await morlet("validate", `${folder}/study.yml`);
      return [code, out.replaceAll(`${folder}/`, "")];
    };
    assert.deepEqual(await study("co2", "{ detrend: linear }"), [0, "study.yml: valid (study)\n"]);
    const [misspelt, column] = await study("co", "{ detrend: linear }");
    assert.equal(misspelt, 2);
    assert.match(
      String(column),
      /\n {2}study\.yml:7: model\.series\.1\.value: must be a column of .*"co"\. Did you mean "co2"\?/,
    );
    const [mostlyTrend, remedy] = await study("co2", "{}");
    assert.equal(mostlyTrend, 2);
    assert.match(
      String(remedy),
      /\n {2}study\.yml:\d: co2 of .*: must be a series to which an AR\(1\) .* can be fitted\. .*detrend/,
    );
  });
});

Deno.test("plug-ins are loaded by an option, or by documents unless that is refused", async () => {
  const plugin = `${ROOT}examples/shards_backend.ts`;
  assert.match((await morlet("--plugin", plugin, "backends", "list")).out, /^shards +yes/m);
  const refused = await morlet("validate", `${ROOT}examples/cluster.yml`, "--no-plugins");
  assert.equal(refused.code, 2);
  assert.match(refused.out, /cluster\.yml:5: plugins: must not be there/);
});

Deno.test("errors are JSON where JSON was asked for, with every issue", async () => {
  const { code, out, err } = await morlet("backends", "create", "-t", "nothing", "--json");
  assert.deepEqual([code, err], [2, ""]);
  assert.equal(JSON.parse(out).error.field, "backend");
});

Deno.test("the log is told with -v and kept in a file, one JSON object a line, secrets masked", async () => {
  await inFolder(async (folder) => {
    const log = `${folder}/logs/morlet.log`;
    await Deno.writeTextFile(`${folder}/a.yml`, "type: local\nenv_vars: {API_KEY: very-secret, LANG: 5}\n");
    const { err } = await morlet("validate", `${folder}/a.yml`, "-vv", "--log-file", log);
    assert.match(err, /^debug: checked .*API_KEY|^debug: checked/m);
    const lines = (await Deno.readTextFile(log)).trim().split("\n").map((line) => JSON.parse(line));
    assert.ok(lines.length >= 2 && lines.every(({ logger }) => logger === "morlet"));
    assert.ok(!JSON.stringify(lines).includes("very-secret"));
    const before = lines.length;
    assert.equal((await morlet("backends", "list", "--log-file", folder)).code, 2);
    assert.equal((await morlet("backends", "list", "--log-file", log)).err, "");
    assert.ok((await Deno.readTextFile(log)).trim().split("\n").length > before, "it is added to");
  });
});

Deno.test("as a program it ends with the code, and does not mind a reader who has had enough", async () => {
  const bad = await spawnMorlet(["validate", "/no/such.yml"]).output();
  assert.equal(bad.code, 2);
  const good = await spawnMorlet(["backends", "schema", "docker"]).output();
  assert.equal(good.code, 0, new TextDecoder().decode(good.stderr));
  assert.ok("anyOf" in JSON.parse(new TextDecoder().decode(good.stdout)));
  const shell = await new Deno.Command("sh", {
    args: ["-c", `"${Deno.execPath()}" run -A --no-check cli.ts backends schema | head -c 10; exit 0`],
    cwd: ROOT,
    stderr: "piped",
  }).output();
  assert.equal(new TextDecoder().decode(shell.stderr), "");
});
