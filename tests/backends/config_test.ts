import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import {
  backendConfigsJSONSchema,
  BaseBackendConfig,
  ConfigError,
  createRegistry,
  DaskConfig,
  describeIssue,
  DockerConfig,
  getBackend,
  hideSecrets,
  LocalConfig,
  maskSecrets,
  sequential,
  SequentialConfig,
  SlurmConfig,
  WebGpuConfig,
  withTimeLimit,
  WorkersConfig,
} from "../../backends/mod.ts";
import type { BackendDefinition, ConfigSchema } from "../../backends/mod.ts";
import { pythonTest, runPython } from "../python.ts";
import { BAD, GOOD } from "./config_table.ts";

const SCHEMAS: Record<string, ConfigSchema<unknown>> = {
  base: BaseBackendConfig,
  sequential: SequentialConfig,
  workers: WorkersConfig,
  webgpu: WebGpuConfig,
  local: LocalConfig,
  docker: DockerConfig,
  slurm: SlurmConfig,
  dask: DaskConfig,
};
const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const folder = ROOT;

Deno.test("the table of bad configurations has forty or more", () => assert.ok(BAD.length >= 40, String(BAD.length)));

for (const { type, data, says } of BAD) {
  Deno.test(`${type} refuses ${JSON.stringify(data)}`, () => {
    const result = SCHEMAS[type].safeParse(data, { folder });
    assert.ok(!result.success, "must be refused");
    assert.ok(result.error instanceof ConfigError);
    assert.deepEqual(
      result.error.issues.map((issue) => describeIssue(issue).replaceAll(ROOT, "{root}")),
      says,
    );
  });
}

for (const { type, data } of GOOD) {
  Deno.test(`${type} accepts ${JSON.stringify(data)}`, () => {
    const config = SCHEMAS[type].parse(data, { folder });
    assert.deepEqual(SCHEMAS[type].parse(config, { folder }), config, "what was parsed parses to itself");
  });
}

pythonTest("a JSON Schema validator in Python accepts and refuses the same configurations", async () => {
  const union = backendConfigsJSONSchema();
  const schemas = Object.fromEntries(Object.entries(SCHEMAS).map(([name, schema]) => [name, schema.toJSONSchema()]));
  const documents = [...BAD, ...GOOD].map(({ type, data }) => [type, data] as const);
  const typed = documents.filter(([type, data]) =>
    type !== "base" && typeof data === "object" && data && "type" in data
  );
  const input = JSON.stringify({
    schemas: { ...schemas, union },
    documents: [...documents, ...typed.map(([, data]) => ["union", data]), ["union", { image: "a" }]],
  });
  const accepted: boolean[] = JSON.parse(new TextDecoder().decode(await runPython("json_schema.py", [], input)));
  const expected = [...BAD.map(({ beyondSchema = false }) => beyondSchema), ...GOOD.map(() => true)];
  const wrong = documents.filter((_, i) => accepted[i] !== expected[i]);
  assert.deepEqual(wrong, [], "documents on which the two sides differ");
  const rest = accepted.slice(documents.length);
  assert.deepEqual(rest, [...typed.map(([, data]) => GOOD.some((good) => good.data === data)), false]);
});

Deno.test("defaults are filled in, paths become absolute, and the schema does not change its input", () => {
  const data = { image: "swan", volumes: ["data:/in:ro"], working_dir: "tests" };
  const config = DockerConfig.parse(data, { folder });
  assert.deepEqual(config, {
    type: "docker",
    timeout: 3600,
    env_vars: {},
    permissions: [],
    image: "swan",
    volumes: [`${ROOT}/data:/in:ro`],
    working_dir: `${ROOT}/tests`,
    remove_container: true,
    network: "none",
    engine: "docker",
  });
  assert.deepEqual(data, { image: "swan", volumes: ["data:/in:ro"], working_dir: "tests" });
});

Deno.test("Slurm's timeout follows from its time limit unless given, and queue is another name of partition", () => {
  assert.equal(SlurmConfig.parse({ time_limit: "2:30:05" }).timeout, 9005);
  assert.equal(SlurmConfig.parse({ time_limit: "2:30:05", timeout: 60 }).timeout, 60);
  assert.equal(SlurmConfig.parse({ queue: "gpu" }).partition, "gpu");
  assert.ok(!("queue" in SlurmConfig.parse({ queue: "gpu" })));
});

Deno.test("secrets are masked in copies and texts, and in nothing else", () => {
  const config = {
    type: "local",
    env_vars: {
      DB_PASSWORD: "hunter22",
      PGPASSWORD: "hunter22more",
      aws_access_key_id: "AKIA1",
      PWD: "/x",
      MONKEY: "ape1",
    },
    stages: [{ build_args: { NPM_TOKEN: "npm_1" } }],
    token: "a field, not a variable",
  };
  assert.deepEqual(maskSecrets(config), {
    type: "local",
    env_vars: { DB_PASSWORD: "***", PGPASSWORD: "***", aws_access_key_id: "***", PWD: "/x", MONKEY: "ape1" },
    stages: [{ build_args: { NPM_TOKEN: "***" } }],
    token: "a field, not a variable",
  });
  assert.equal(config.env_vars.DB_PASSWORD, "hunter22");
  for (
    const data of [
      { env_vars: "API_KEY=hunter22" },
      { env_vars: ["API_KEY=hunter22"] },
      { environment: { API_KEY: "hunter22" } },
      { command: { nested: [{ password: "hunter22" }] } },
      { api_key: "hunter22" },
    ]
  ) {
    const result = LocalConfig.safeParse(data);
    assert.ok(!result.success && !JSON.stringify(result.error.issues).includes("hunter22"), JSON.stringify(data));
    assert.ok(!result.error.message.includes("hunter22"));
  }
  assert.equal(hideSecrets("hunter22more hunter22 npm_1 ape1", config), "*** *** *** ape1");
});

Deno.test("provenance does not tell secrets", async () => {
  const { default: [shards] } = await import("../../examples/shards_backend.ts");
  const registry = createRegistry([shards as BackendDefinition]);
  await using backend = registry.get("shards", { env_vars: { API_TOKEN: "abcdef", LANG: "C" }, shards: 1 });
  const { provenance } = await backend.runMonteCarlo((seed: number) => seed, { nSimulations: 1, seed: 1 });
  assert.deepEqual(provenance.backend.config.env_vars, { API_TOKEN: "***", LANG: "C" });
});

Deno.test("simulations whose process is lost are run again as often as retries says", async () => {
  const lost = async (retries: number) => {
    await using backend = getBackend("workers", { n_jobs: 1, retries });
    const job = backend.runMonteCarlo(() => Deno.exit(3), { nSimulations: 1, seed: 1 });
    await assert.rejects(job, { name: "LaneLostError" });
  };
  const started = performance.now();
  await lost(0);
  await lost(2);
  assert.ok(performance.now() - started > 500, "it waits 0.2 s and 0.4 s before it tries again");
});

Deno.test("a timeout ends a job on one thread between simulations, and says so", async () => {
  const engine = await sequential.open({ type: "sequential" });
  const task = { run: () => new Promise<number>((done) => setTimeout(() => done(0), 30)), args: [] };
  const control = new AbortController();
  const job = withTimeLimit(
    "A job",
    0.1,
    control.signal,
    (signal) => engine.runTask!({ task, nSimulations: 1000, seed: 1, signal, advance: () => {} }),
  );
  await assert.rejects(job, {
    name: "TimeLimitError",
    message: "A job took longer than its timeout of 0.1 s",
    timeout: 0.1,
  });
  await using backend = getBackend("workers", { timeout: 60, retries: 0 });
  assert.equal(backend.config.timeout, 60);
});
