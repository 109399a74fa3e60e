// Runs every notebook of this folder from top to bottom and writes its outputs into it. Arguments name some of them only.

import { join } from "node:path";
import { ROOT, VENV } from "./jupyter.ts";

const folder = join(ROOT, "notebooks");
const names = Deno.args.length
  ? Deno.args
  : [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".ipynb")).sort();
for (const name of names) {
  console.log(name);
  const notebook = join(folder, name);
  const { success } = await new Deno.Command(join(VENV, "bin", "python"), {
    args: [join(ROOT, "tests", "python", "run_notebook.py"), notebook, notebook],
    env: { MORLET_DENO: Deno.execPath() },
    stdin: "null",
  }).output();
  if (!success) Deno.exit(1);
}
