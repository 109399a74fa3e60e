import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { buildWasm } from "../../random/build_wasm.ts";

const SOURCES = ["random/pcg64"];
const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

for (const source of SOURCES) {
  Deno.test(`${source}.wasm is what its source builds`, async () => {
    assert.deepEqual(await buildWasm(path(`${source}.as.ts`)), await Deno.readFile(path(`${source}.wasm`)));
  });
}

const DRAW = `import { defaultRng } from "${new URL("../../random/mod.ts", import.meta.url)}";`;

Deno.test("draws need no permission", async () => {
  const script = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(script, `${DRAW} console.log(defaultRng(42).standardNormal());`);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--no-lock", "--config", path("deno.json"), script],
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.equal(new TextDecoder().decode(stdout).trim(), "0.30471707975443135");
  } finally {
    await Deno.remove(script);
  }
});

Deno.test("draws are made in threads", async () => {
  const code = `${DRAW} self.onmessage = ({ data }) => self.postMessage(defaultRng(data).standardNormal(3000));`;
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const { defaultRng } = await import("../../random/mod.ts");
  const seeds = [42, 43];
  const workers = seeds.map(() => new Worker(url, { type: "module" }));
  try {
    const answers = await Promise.all(workers.map((worker, i) =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage(seeds[i]);
      })
    ));
    assert.deepEqual(answers, seeds.map((seed) => defaultRng(seed).standardNormal(3000)));
  } finally {
    for (const worker of workers) worker.terminate();
    URL.revokeObjectURL(url);
  }
});
