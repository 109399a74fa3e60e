import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { describeIssue, loadDocument } from "../../backends/mod.ts";
import { StudyConfig } from "../../runs/mod.ts";
import { pythonTest, runPython } from "../python.ts";

const folder = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const command = { type: "command", command: "ls" };
const series = [{ file: "data/elnino.csv", value: "sst" }, { file: "data/co2.csv", value: "co2", time: "date" }];
const wct = { type: "wct", series };

const GOOD: unknown[] = [
  { run_id: "a", model: command },
  {
    run_id: "a.b-c_1",
    output_dir: "out",
    seed: 0,
    plugins: [],
    model: { ...command, command: ["ls", "-l"], inputs: ["deno.json"] },
  },
  { run_id: "a", seed: [1, 2, 3], model: wct, backend: { type: "local", timeout: 60 } },
  {
    run_id: "a",
    model: wct,
    backend: { type: "docker", image: "morlet" },
    postprocess: [{ type: "noop" }, { type: "archive" }],
  },
  {
    run_id: "a",
    model: { ...wct, time: { unit: "days", step: "1/12" }, prepare: { detrend: 3, deseason: "month" } },
    postprocess: { type: "noop" },
  },
  {
    run_id: "a",
    model: {
      ...wct,
      analysis: { dj: "1/4", wavelet: { name: "paul", parameter: 4 } },
      significance: { ar1: [0.5, -0.5] },
    },
  },
  { run_id: "a", model: { ...wct, significance: { mc_count: 10, backend: { type: "workers", n_jobs: 2 } } } },
];

/** What is refused, and the field that is named first. `beyond`: only the file system, or what a backend can do, says no. */
const BAD: { data: unknown; field: string; beyond?: true }[] = [
  { data: null, field: "" },
  { data: {}, field: "run_id" },
  { data: { run_id: "a" }, field: "model" },
  { data: { run_id: "a/b", model: command }, field: "run_id" },
  { data: { run_id: "a\n", model: command }, field: "run_id" },
  { data: { run_id: "a", seed: -1, model: command }, field: "seed" },
  { data: { run_id: "a", seed: 1.5, model: command }, field: "seed" },
  { data: { run_id: "a", seed: "42", model: command }, field: "seed" },
  { data: { run_id: "a", seed: [], model: command }, field: "seed" },
  { data: { run_id: "a", sed: 1, model: command }, field: "sed" },
  { data: { run_id: "a", output_dir: "", model: command }, field: "output_dir" },
  { data: { run_id: "a", plugins: "x.ts", model: command }, field: "plugins" },
  { data: { run_id: "a", model: { type: "magic" } }, field: "model.type" },
  { data: { run_id: "a", model: { ...command, command: "" } }, field: "model.command" },
  { data: { run_id: "a", model: { ...command, comand: "" } }, field: "model.comand" },
  { data: { run_id: "a", model: { ...command, outputs: ["../x"] } }, field: "model.outputs.0" },
  { data: { run_id: "a", model: { ...command, inputs: ["no/such"] } }, field: "model.inputs.0", beyond: true },
  { data: { run_id: "a", model: { type: "wct", series: [series[0]] } }, field: "model.series" },
  {
    data: { run_id: "a", model: { ...wct, series: [{ ...series[0], value: "" }, series[1]] } },
    field: "model.series.0.value",
  },
  {
    data: { run_id: "a", model: { ...wct, series: [{ ...series[0], gaps: "skip" }, series[1]] } },
    field: "model.series.0.gaps",
  },
  {
    data: { run_id: "a", model: { ...wct, series: [series[0], { ...series[1], file: "x.csv" }] } },
    field: "model.series.1.file",
    beyond: true,
  },
  { data: { run_id: "a", model: { ...wct, time: { step: "1/0" } } }, field: "model.time.step" },
  { data: { run_id: "a", model: { ...wct, prepare: { detrend: "cubic" } } }, field: "model.prepare.detrend" },
  { data: { run_id: "a", model: { ...wct, analysis: { dj: 0 } } }, field: "model.analysis.dj" },
  { data: { run_id: "a", model: { ...wct, analysis: { convention: "mine" } } }, field: "model.analysis.convention" },
  { data: { run_id: "a", model: { ...wct, significance: { level: 95 } } }, field: "model.significance.level" },
  { data: { run_id: "a", model: { ...wct, significance: { mc_count: 0 } } }, field: "model.significance.mc_count" },
  {
    data: { run_id: "a", model: { ...wct, significance: { backend: { type: "local" } } } },
    field: "model.significance.backend.type",
  },
  {
    data: { run_id: "a", model: { ...wct, significance: { backend: { type: "workers", n_jobs: 0 } } } },
    field: "model.significance.backend.n_jobs",
  },
  { data: { run_id: "a", model: command, backend: "local" }, field: "backend" },
  { data: { run_id: "a", model: command, backend: { type: "locl" } }, field: "backend.type" },
  { data: { run_id: "a", model: command, backend: { type: "workers" } }, field: "backend.type" },
  { data: { run_id: "a", model: command, backend: { type: "local", timeout: 5 } }, field: "backend.timeout" },
  { data: { run_id: "a", model: command, backend: { type: "docker" } }, field: "backend.image" },
  { data: { run_id: "a", model: command, backend: { type: "local", plugins: ["x.ts"] } }, field: "backend.plugins" },
  { data: { run_id: "a", model: command, postprocess: [{ type: "archiv" }] }, field: "postprocess.0.type" },
  { data: { run_id: "a", model: command, postprocess: [{ type: "noop", x: 1 }] }, field: "postprocess.0.x" },
];

for (const { data, field } of BAD) {
  Deno.test(`a study is refused: ${JSON.stringify(data)}`, () => {
    const result = StudyConfig.safeParse(data, { folder });
    assert.ok(!result.success, "must be refused");
    assert.equal(result.error.issues[0].field, field, result.error.issues.map(describeIssue).join("\n"));
  });
}

Deno.test("studies are accepted", () => {
  for (const data of GOOD) StudyConfig.parse(data, { folder });
});

pythonTest("a JSON Schema validator in Python accepts and refuses the same studies", async () => {
  const example = await loadDocument(`${folder}/examples/studies/enso_co2.yaml`, { environment: {} });
  const { model } = example.data as { model: { significance: object } };
  // In the file the count comes from a variable, which is a text until it is read as the number that is wanted.
  const shipped = { ...example.data as object, model: { ...model, significance: { mc_count: 300 } } };
  const documents = [...GOOD, shipped, ...BAD.map(({ data }) => data)];
  const input = JSON.stringify({
    schemas: { study: StudyConfig.toJSONSchema() },
    documents: documents.map((data) => ["study", data]),
  });
  const accepted: boolean[] = JSON.parse(new TextDecoder().decode(await runPython("json_schema.py", [], input)));
  const expected = [...GOOD, shipped].map(() => true).concat(BAD.map(({ beyond = false }) => beyond));
  assert.deepEqual(
    documents.filter((_, i) => accepted[i] !== expected[i]),
    [],
    "studies on which the two sides differ",
  );
});
