// Opens JupyterLab on the notebooks of this folder; `deno task notebook` sets it up before. Arguments go to Jupyter.

import { startJupyterLab } from "./jupyter.ts";

const page = "/lab/tree/notebooks/getting_started.ipynb";
const lab = await startJupyterLab([`--LabApp.default_url=${page}`, ...Deno.args]);
// Ctrl-C reaches Jupyter as well, which asks whether to stop.
Deno.addSignalListener("SIGINT", () => {});
Deno.exit((await lab.status).code);
