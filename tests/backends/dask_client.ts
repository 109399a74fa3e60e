// A program of a user's, which a test kills: some minutes of work on a Dask cluster, whose configuration is its argument.
import { getBackend } from "../../backends/mod.ts";

const backend = getBackend("dask", JSON.parse(Deno.args[0]));
await backend.runMonteCarlo((): number => {
  for (;;);
}, { nSimulations: 2 });
