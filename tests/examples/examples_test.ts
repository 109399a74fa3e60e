import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { testBackend } from "../../testing/mod.ts";
import { runExample as run } from "./run_example.ts";
import plugin from "../../examples/shards_backend.ts";

Deno.test("the example of pi gives the same digits on one thread and on all cores", async () => {
  const values = [...(await run("pi.ts")).matchAll(/pi = (\S+)/g)].map(([, value]) => value);
  assert.equal(values.length, 2);
  assert.equal(values[0], values[1]);
  assert.ok(Math.abs(Number(values[0]) - Math.PI) < 2e-3);
});

Deno.test("the example of the bootstrap gives an interval round the mean", async () => {
  const numbers = [...(await run("bootstrap_mean.ts")).matchAll(/\d+\.\d+/g)].map(Number);
  const [mean, low, high] = numbers;
  assert.ok(low < mean && mean < high && high - low < 0.6, String(numbers));
});

Deno.test("processes start where the path has a link and a space in it", async () => {
  const folder = await Deno.makeTempDir(), path = `${folder}/my tools`;
  try {
    await Deno.symlink(fileURLToPath(new URL("../../", import.meta.url)), path);
    assert.match(await run("bootstrap_mean.ts", {}, [], path), /\d+\.\d+/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the example of equal checksums finds them equal", async () => {
  const output = await run("same_everywhere.ts");
  assert.equal(output.match(/^[0-9a-f]{16} /gm)?.length, 6);
  assert.match(output, /All equal/);
});

Deno.test("the example of the largest coherence finds what the series have in common", async () => {
  const [, largest, p] = /coherence (\S+), p = (\S+) from 500/.exec(await run("largest_coherence.ts"))!;
  assert.ok(Number(largest) > 0.8 && Number(p) < 0.05);
});

Deno.test("the example of a custom backend gets the oracle's checksum", async () => {
  const output = await run("custom_backend.ts");
  assert.match(output, /shards +yes +monteCarlo/);
  const checksums = [...output.matchAll(/^([0-9a-f]{16}) /gm)].map(([, sum]) => sum);
  assert.equal(checksums.length, 2);
  assert.equal(checksums[0], checksums[1]);
});

for (const definition of plugin) testBackend(definition, { config: { shards: 3 } });
