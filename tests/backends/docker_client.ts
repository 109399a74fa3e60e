// A program of a user's, which a test kills: an endless loop in containers, whose configuration is its argument.
import { getBackend } from "../../backends/mod.ts";

const backend = getBackend("docker", JSON.parse(Deno.args[0]));
await backend.runMonteCarlo((): number => {
  for (;;);
}, { nSimulations: 2 });
