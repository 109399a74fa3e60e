// Runs every notebook of this folder from top to bottom and writes its outputs into it. Arguments name some of them only.

import { join } from "node:path";
import { ROOT, VENV } from "./jupyter.ts";

const folder = join(ROOT, "notebooks");
const names = Deno.args.length
  ? Deno.args
  : [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".ipynb")).sort();
const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
const env = {
  MORLET_DENO: Deno.execPath(),
  // Levels are computed, not read from the cache of an earlier run.
  XDG_CACHE_HOME: await Deno.makeTempDir({ prefix: "morlet-" }),
  DENO_DIR: JSON.parse(new TextDecoder().decode(stdout)).denoDir,
};
let failed = false;
for (const name of names) {
  console.log(name);
  const notebook = join(folder, name);
  const { success } = await new Deno.Command(join(VENV, "bin", "python"), {
    args: [join(ROOT, "tests", "python", "run_notebook.py"), notebook, notebook],
    env,
    stdin: "null",
    stderr: "inherit",
  }).output();
  failed ||= !success;
}
await Deno.remove(env.XDG_CACHE_HOME, { recursive: true });
Deno.exit(failed ? 1 : 0);
