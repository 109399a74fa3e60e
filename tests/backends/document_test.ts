import assert from "node:assert/strict";
import { join } from "node:path";
import {
  ConfigError,
  createRegistry,
  loadBackendConfig,
  loadBackendConfigs,
  loadDocument,
  loadDocuments,
  LocalConfig,
  parseDocument,
  sequential,
  workers,
} from "../../backends/mod.ts";

/** Writes files into a folder of their own, and gives its path. */
async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await Deno.makeTempDir();
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(folder, name), text);
  return folder;
}

/** What is said of a file, with the folder left out. */
async function complaints(files: Record<string, string>, load = loadDocuments as (path: string) => Promise<unknown>) {
  const folder = await folderWith(files);
  try {
    await load(join(folder, Object.keys(files)[0]));
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message.replaceAll(`${folder}/`, "").split("\n  ").slice(1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return [];
}

async function loaded(files: Record<string, string>, environment?: Record<string, string>): Promise<unknown[]> {
  const folder = await folderWith(files);
  try {
    const documents = await loadDocuments(join(folder, Object.keys(files)[0]), { environment });
    return documents.map(({ data }) => data);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("YAML and JSON say the same, several documents in a file too", async () => {
  const yaml = "type: local\nenv_vars:\n  A: '1'\nlist: [1, 2.5, true, null]\n";
  const json = '{\n\t"type": "local",\n\t"env_vars": {"A": "1"},\n\t"list": [1, 2.5, true, null]\n}\n';
  const data = { type: "local", env_vars: { A: "1" }, list: [1, 2.5, true, null] };
  assert.deepEqual(await loaded({ "a.yml": yaml }), [data]);
  assert.deepEqual(await loaded({ "a.json": json }), [data]);
  assert.deepEqual(await loaded({ "a.yml": `${yaml}---\n${json}---\n` }), [data, data]);
  assert.deepEqual(await loaded({ "a.yml": "" }), []);
});

Deno.test("anchors, aliases and merges are resolved", async () => {
  const yaml = "base: &b {timeout: 60, command: ls}\nmine:\n  <<: *b\n  timeout: 90\nother: {<<: [*b, {x: 1}]}\n";
  assert.deepEqual(await loaded({ "a.yml": yaml }), [{
    base: { timeout: 60, command: "ls" },
    mine: { timeout: 90, command: "ls" },
    other: { timeout: 60, command: "ls", x: 1 },
  }]);
});

Deno.test("files are included from where they are, in JSON too", async () => {
  const files = {
    "a.yml": "x: !include b.json\nlist: [!include c.yml]\n",
    "b.json": '{"y": {"!include": "c.yml"}}',
    "c.yml": "z: 1",
  };
  assert.deepEqual(await loaded(files), [{ x: { y: { z: 1 } }, list: [{ z: 1 }] }]);
});

Deno.test("variables come from the environment, strictly, and nothing is executed", async () => {
  const yaml = 'a: ${A}\nb: "${B:-two} and ${A}"\nc: $${A} $A $(ls) `ls`\nd: ${EMPTY:-full}\ne: ${EMPTY}\n';
  assert.deepEqual(await loaded({ "a.yml": yaml }, { A: "${B}", EMPTY: "" }), [{
    a: "${B}",
    b: "two and ${B}",
    c: "${A} $A $(ls) `ls`",
    d: "full",
    e: "",
  }]);
  assert.deepEqual(await complaints({ "a.yml": "a: 1\nb:\n  - ${MORLET_NO_SUCH}\nc: ${a b}\nd: ${\n" }), [
    "a.yml:3: b.0: needs the environment variable MORLET_NO_SUCH, which is not set",
    "a.yml:4: c: must name variables as ${NAME} or ${NAME:-default}, not ${a b}; write $${ for a plain ${",
    "a.yml:5: d: must name variables as ${NAME} or ${NAME:-default}, not ${; write $${ for a plain ${",
  ]);
});

Deno.test("a text that is one variable stands for a number where one is wanted, and stays a text where not", async () => {
  const folder = await folderWith({
    "a.yml": "timeout: ${LIMIT}\nshell: ${SHELL_TOO}\nenv_vars: {PIN_CODE: '${LIMIT}'}\n",
  });
  const environment = { LIMIT: "0600", SHELL_TOO: "false" };
  const config = parseDocument(LocalConfig, await loadDocument(join(folder, "a.yml"), { environment }));
  assert.deepEqual([config.timeout, config.shell, config.env_vars], [600, false, { PIN_CODE: "0600" }]);
  await Deno.remove(folder, { recursive: true });
});

for (
  const [what, files, says] of [
    ["a file that includes itself", { "a.yml": "x:\n  !include b.yml", "b.yml": "- 1\n- !include a.yml" }, [
      "b.yml:2: x.1: must not include itself: a.yml > b.yml > a.yml",
    ]],
    ["an included file that is missing", { "a.yml": "x: 1\ny: !include bb.yml", "b.yml": "" }, [
      "a.yml:2: y: does not exist: bb.yml. Did you mean b.yml?",
    ]],
    ["an included file of two documents", { "a.yml": "!include b.yml", "b.yml": "1\n---\n2" }, [
      "a.yml:1: the document: must !include one document, not 2",
    ]],
    ["an alias inside what it names", { "a.yml": "a: &a\n  - *a" }, ["a.yml:2: a.0: must not contain itself, by *a"]],
    ["an alias that names nothing", { "a.yml": "a: *b" }, [
      "a.yml:1: a: must not be *b, which nothing above is called",
    ]],
    ["another tag", { "a.yml": "a: !!js/function x\nb: !run ls" }, [
      "a.yml:2: b: must not have the tag !run: there is only !include",
    ]],
    ["two fields of one name, and a list without an end", { "a.yml": "a: 1\na: 2\nb: [" }, [
      "a.yml:2: the document: is not YAML: Map keys must be unique",
      "a.yml:3: the document: is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ]],
    ["a prototype", { "a.json": '{"__proto__": {"x": 1}}' }, [
      "a.json:1: the document: must have plain words as names of fields",
    ]],
  ] as [string, Record<string, string>, string[]][]
) {
  Deno.test(`a document is refused, with its place: ${what}`, async () =>
    assert.deepEqual(await complaints(files), says));
}

Deno.test("a document that unfolds without end is refused", async () => {
  const lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"];
  for (let i = 1; i < 9; i++) lines.push(`a${i}: &a${i} [${Array(10).fill(`*a${i - 1}`).join(", ")}]`);
  const [said] = await complaints({ "a.yml": lines.join("\n") });
  assert.match(said, /must not unfold to more than 100000 values$/);
});

Deno.test("what is wrong in a configuration is told with file and line, in included files too", async () => {
  const load = (path: string) => loadBackendConfigs(path);
  assert.deepEqual(
    await complaints({
      "a.yml": "type: local\ntimeout: 5\nenv_vars: !include env.yml\n\ncomand: ls\n",
      "env.yml": "A: '1'\nAPI_KEY: 5\n",
    }, load),
    [
      "a.yml:2: timeout: must be a whole number from 60 to 86400: current value is 5",
      'env.yml:2: env_vars.API_KEY: must be a text without NUL: put it in quotes if it looks like a number: current value is "***"',
      'a.yml:5: comand: is not a field here: current value is "ls". Did you mean "command"?',
    ],
  );
  const [type] = await complaints({ "a.json": '{\n  "type": "locl"\n}' }, load);
  assert.match(
    type,
    /^a\.json:2: type: must be one of "sequential", .*: current value is "locl"\. Did you mean "local"\?$/,
  );
  assert.match((await complaints({ "a.yml": "n_jobs: 2" }, load))[0], /^a\.yml:1: type: is missing: must be one of/);
  assert.match((await complaints({ "a.yml": "- 1" }, load))[0], /^a\.yml:1: type: is missing/);
});

Deno.test("a file is one configuration or several, and its relative paths start at its folder", async () => {
  const folder = await folderWith({ "a.yml": "type: local\nworking_dir: .\n---\ntype: workers\nn_jobs: 2\n" });
  const configs = await loadBackendConfigs(join(folder, "a.yml"));
  assert.deepEqual(configs.map(({ type }) => type), ["local", "workers"]);
  assert.equal(configs[0].working_dir, folder);
  await assert.rejects(loadBackendConfig(join(folder, "a.yml")), /a\.yml: the document: must hold one document, not 2/);
  await assert.rejects(loadBackendConfig(join(folder, "b.yml")), /does not exist: .*b\.yml\. Did you mean a\.yml\?/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a file that changes is read anew, and a thousand readings change nothing", async () => {
  const folder = await folderWith({ "a.yml": "type: workers\nn_jobs: 1\n" });
  const path = join(folder, "a.yml");
  const first = await loadBackendConfig(path);
  for (let i = 0; i < 1000; i++) assert.deepEqual(await loadBackendConfig(path), first);
  await Deno.writeTextFile(path, "type: workers\nn_jobs: 3\n");
  assert.equal((await loadBackendConfig(path) as { n_jobs?: number }).n_jobs, 3);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a document names plug-ins, whose backends it then configures; or none may be loaded", async () => {
  const plugin = new URL("../../examples/shards_backend.ts", import.meta.url);
  const folder = await folderWith({ "a.yml": `type: shards\nshards: 3\nplugins: ["${plugin.pathname}"]\n` });
  const path = join(folder, "a.yml");
  const registry = createRegistry([sequential, workers]);
  await assert.rejects(loadBackendConfig(path, { registry, plugins: false }), /a\.yml:3: plugins: must not be there/);
  const config = await loadBackendConfig(path, { registry }) as { type: string; shards?: number };
  assert.deepEqual([config.type, config.shards], ["shards", 3]);
  await Deno.writeTextFile(path, "type: shards\nplugins:\n  - ./nowhere.ts\n");
  await assert.rejects(
    loadBackendConfig(path, { registry }),
    /a\.yml:3: plugins\.0: Cannot use plugins as it must be a module/,
  );
  await Deno.remove(folder, { recursive: true });
});
