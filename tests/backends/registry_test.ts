import assert from "node:assert/strict";
import { backendTable, createRegistry, dask, getBackend, sequential, workers } from "../../backends/mod.ts";
import type { BackendDefinition, SequentialConfig } from "../../backends/mod.ts";

const missing: BackendDefinition<SequentialConfig> = {
  ...sequential,
  name: "missing",
  probe: () => Promise.resolve({ available: false, reason: "The engine is not installed", remedy: "Install it" }),
};

Deno.test("an unknown backend is refused with the names there are and a near one", () => {
  assert.throws(() => getBackend("sequental"), {
    name: "InvalidArgumentError",
    message: /"sequential", "workers".*current value is "sequental".*Did you mean "sequential"\?/,
  });
});

Deno.test("a name is registered once unless it is to be replaced", () => {
  const registry = createRegistry([sequential]);
  assert.throws(() => registry.register(sequential), /definition.name.*not taken.*"sequential".*replace: true/);
  registry.register({ ...sequential, description: "other" }, { replace: true });
  assert.deepEqual(registry.names, ["sequential"]);
  assert.throws(() => registry.register({ ...sequential, name: "No Good" }), /definition.name.*lower-case/);
});

Deno.test("the default backend is the first, or the one that was set", async () => {
  const registry = createRegistry([sequential, workers]);
  assert.equal(registry.get().name, "sequential");
  registry.setDefault("workers");
  assert.equal(registry.get().name, "workers");
  assert.deepEqual((await registry.list()).map(({ isDefault }) => isDefault), [false, true]);
  assert.throws(() => registry.setDefault("nowhere"), /backend/);
});

Deno.test("listing tells of all backends, or of those that can be used", async () => {
  const registry = createRegistry([sequential, missing]);
  assert.deepEqual((await registry.list()).map(({ name }) => name), ["sequential", "missing"]);
  assert.deepEqual((await registry.list({ availableOnly: true })).map(({ name }) => name), ["sequential"]);
  const table = backendTable(await registry.list());
  assert.match(
    table,
    /^backend +available +capabilities +description\nsequential \* +yes +monteCarlo, +One simulation/,
  );
  assert.match(table, /missing +no [^]*The engine is not installed\. Install\s+functions +it$/);
});

Deno.test("an unavailable backend is an error with reason and remedy, never replaced by another", async () => {
  const registry = createRegistry([sequential, missing]);
  const backend = registry.get("missing");
  assert.equal(await backend.isAvailable(), false);
  await assert.rejects(backend.runMonteCarlo((seed: number) => seed, { nSimulations: 1 }), {
    name: "BackendUnavailableError",
    backend: "missing",
    reason: "The engine is not installed",
    remedy: "Install it",
  });
});

Deno.test("small work is recommended to one thread, large work to all cores, and it says why", async () => {
  const registry = createRegistry([sequential, workers, missing]);
  const small = await registry.recommend({ nSimulations: 10 });
  assert.equal(small.backend.name, "sequential");
  assert.match(small.reason, /too few/);
  const large = await registry.recommend({ nSimulations: 10_000 });
  assert.equal(large.backend.name, "workers");
  assert.match(large.reason, /side by side/);
  assert.match((await createRegistry([sequential]).recommend()).reason, /no parallel backend/);
});

Deno.test("a backend that must be told where its cluster is is not recommended", async () => {
  const there = { ...dask, probe: () => Promise.resolve({ available: true } as const) };
  const { backend, reason } = await createRegistry([sequential, there]).recommend({ nSimulations: 10_000 });
  assert.deepEqual([backend.name, reason], ["sequential", '"sequential": no parallel backend is available']);
});

Deno.test("a bad configuration is refused when the backend is asked for, all issues at once", () => {
  // @ts-expect-error: the compiler knows the fields of the built-in backends
  assert.throws(() => getBackend("sequential", { n_jobs: 2 }), { name: "ConfigError", message: /sequential.*n_jobs/ });
  // @ts-expect-error: and their values
  assert.throws(() => getBackend("workers", { n_jobs: 0, prefer: "magic" }), {
    name: "ConfigError",
    message: /n_jobs: must not be 0.*prefer: must be "threads" or "processes"/,
    field: "n_jobs",
    value: 0,
  });
  assert.throws(() => getBackend("sequential").validateConfig({ type: "workers" }), { name: "ConfigError" });
});
