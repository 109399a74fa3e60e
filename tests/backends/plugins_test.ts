import assert from "node:assert/strict";
import { createRegistry, sequential } from "../../backends/mod.ts";

const SHARDS = import.meta.resolve("../../examples/shards_backend.ts");

Deno.test("a plug-in's backends are found by their names, once", async () => {
  const registry = createRegistry([sequential]);
  assert.throws(() => registry.get("shards"), /loadPlugins/);
  await Promise.all([registry.load([SHARDS]), registry.load([SHARDS])]);
  await registry.load([SHARDS]);
  assert.deepEqual(registry.names, ["sequential", "shards"]);
  assert.equal(registry.get("shards", { shards: 3 }).config.shards, 3);
  assert.throws(() => registry.get("shards", { shards: 0 }), { name: "ConfigError", field: "shards" });
});

Deno.test("plug-ins may be named by the environment, by path", async () => {
  const script = `
    import { listBackends } from ${JSON.stringify(import.meta.resolve("../../backends/mod.ts"))};
    console.log((await listBackends()).map(({ name }) => name).includes("shards"));`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", "deno.json", `data:text/javascript,${encodeURIComponent(script)}`],
    cwd: new URL("../../", import.meta.url),
    env: { MORLET_PLUGINS: "  ./examples/shards_backend.ts " },
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "true\n", new TextDecoder().decode(stderr));
});

Deno.test("what is no plug-in is refused by its name", async () => {
  const registry = createRegistry([sequential]);
  await assert.rejects(registry.load(["./nowhere.ts"]), {
    name: "InvalidArgumentError",
    field: "plugins",
    value: "./nowhere.ts",
  });
  await assert.rejects(
    registry.load(["data:text/javascript,export default 1"]),
    /default export is a list of backend definitions/,
  );
  const taken = `data:text/javascript,export default [{ name: "sequential", open() {}, probe() {} }]`;
  await assert.rejects(registry.load([taken]), /not taken/);
  assert.deepEqual(registry.names, ["sequential"]);
});
