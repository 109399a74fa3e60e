/** What tests on the Slurm cluster have in common. */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { noAccounting } from "./slurm_accounting.ts";
import { noSlurm, SlurmCluster } from "./slurm_cluster.ts";
import type { SlurmClusterOptions } from "./slurm_cluster.ts";

/** A test with a cluster of its own, and a folder that all nodes see. It fails if it leaves a job behind. */
export function slurmTest(
  name: string,
  work: (cluster: SlurmCluster, folder: string) => Promise<void>,
  options: SlurmClusterOptions = {},
): void {
  const reason = noSlurm() ?? (options.accounting ? noAccounting() : undefined);
  Deno.test({
    name: reason ? `${name} (ignored: ${reason})` : name,
    ignore: reason !== undefined,
    async fn() {
      await using cluster = await SlurmCluster.start(options);
      const folder = join(cluster.folder, "work");
      await mkdir(folder);
      await work(cluster, folder);
      assert.deepEqual(await cluster.jobs(), [], "nothing is left running");
    },
  });
}

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, "waited in vain");
    await new Promise((wake) => setTimeout(wake, 50));
  }
}
