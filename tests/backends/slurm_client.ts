// A program of a user's that runs simulations on Slurm, for a test to kill.
import { getBackend } from "../../backends/mod.ts";

const { worker, config, options } = JSON.parse(Deno.args[0]);
await using backend = getBackend("slurm", config);
const values = await backend.runMonteCarlo(worker, options);
console.log(JSON.stringify(values));
