// Levels of significance from a Dask cluster, and the same from this machine's cores.
//
//   deno run -A examples/dask_significance.ts
//
// Starts a cluster of its own, for which Python needs Dask's client (pip install distributed). Name one that runs by
// --address=tcp://scheduler:8786, and the number of surrogates by --surrogates=100000.

import { parseArgs } from "node:util";
import { wctSignificance } from "../analysis/mod.ts";
import { type Backend, contentHash, getBackend } from "../backends/mod.ts";

const { values: { address, surrogates } } = parseArgs({
  args: Deno.args,
  options: { address: { type: "string" }, surrogates: { type: "string", default: "5000" } },
});

await using dask = getBackend("dask", address ? { address } : { cluster: "local" });
const { availability } = await dask.getInfo();
console.log(availability.available ? availability.detail : `${availability.reason}. ${availability.remedy}`);
await using workers = getBackend("workers");

/** Levels for a record of 512 samples, computed whatever the cache has. */
async function levels(backend: Backend): Promise<string> {
  const { histogram, provenance: { seconds } } = await wctSignificance(0.7, 0.5, {
    dt: 1,
    n: 512,
    mcCount: Number(surrogates),
    seed: 42,
    cache: false,
    backend,
  });
  const checksum = contentHash(histogram).slice(0, 16);
  console.log(`${backend.name.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s, checksum of the counts ${checksum}`);
  return checksum;
}

const checksums = [await levels(dask), await levels(workers)];
console.log(checksums[0] === checksums[1] ? "Equal to the last bit" : "Not equal");
