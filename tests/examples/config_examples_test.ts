import assert from "node:assert/strict";
import { configForEnvironment } from "../../examples/config_by_environment.ts";
import { optimalConfig } from "../../examples/config_from_resources.ts";
import { devConfig, hpcConfig } from "../../examples/config_templates.ts";
import { createRegistry, loadBackendConfig, sequential } from "../../backends/mod.ts";
import { runExample } from "./run_example.ts";

Deno.test("the example of the machine's resources takes a container on a large machine and a process on a small one", async () => {
  const large = optimalConfig(16, 64);
  assert.ok(large.type === "docker" && large.cpu === 16 && large.memory === "64g" && large.mpiexec === "mpirun -np 16");
  const small = optimalConfig(2, 8);
  assert.deepEqual([small.type, small.env_vars], ["local", { OMP_NUM_THREADS: "2" }]);
  assert.match(await runExample("config_from_resources.ts"), /^\d+ cores and \d+ GiB:/);
});

Deno.test("the example of MORLET_ENV takes what it names, development without, and refuses a misspelt one", async () => {
  assert.equal(configForEnvironment("production").timeout, 21600);
  assert.equal(configForEnvironment("staging").type, "docker");
  assert.match(await runExample("config_by_environment.ts", { MORLET_ENV: "" }), /LOG_LEVEL: "DEBUG"/);
  assert.match(await runExample("config_by_environment.ts", { MORLET_ENV: "staging" }), /swan:staging/);
  await assert.rejects(
    runExample("config_by_environment.ts", { MORLET_ENV: "prodution" }),
    /Did you mean "production"\?/,
  );
});

Deno.test("the example of templates lets overrides win, and checks what comes out", async () => {
  assert.equal(hpcConfig({ cpu: 64 }).cpu, 64);
  assert.deepEqual(devConfig().env_vars, { MODEL_DEBUG: "true", LOG_LEVEL: "DEBUG" });
  assert.throws(() => devConfig({ cpu: 200 }), /cpu: must be a whole number from 1 to 128/);
  assert.match(
    await runExample("config_templates.ts"),
    /hpc: \{[\s\S]*cpu: 64[\s\S]*dev: \{[\s\S]*remove_container: false/,
  );
});

Deno.test("the example of a cluster of one's own is configured by YAML, with the base's fields", async () => {
  const registry = createRegistry([sequential]);
  const config = await loadBackendConfig(new URL("../../examples/cluster.yml", import.meta.url), { registry });
  assert.deepEqual(config, { type: "shards", timeout: 600, env_vars: {}, retries: 1, shards: 3 } as typeof config);
  await using backend = registry.get(config.type, config);
  const values = await backend.runMonteCarlo((seed: number) => seed, { nSimulations: 3, seed: 42 });
  assert.deepEqual([...values], [2684470948, 4091952314, 233227757]);
});
