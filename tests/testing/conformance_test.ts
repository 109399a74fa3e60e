import assert from "node:assert/strict";
import { configSchema, PartialMerger, resolveTask, runSpan, sequential, workers } from "../../backends/mod.ts";
import type { BackendDefinition, TaskRequest } from "../../backends/mod.ts";
import { SimulationKeys } from "../../random/mod.ts";
import { checkBackend, testBackend } from "../../testing/mod.ts";
import { z } from "zod";

testBackend(sequential);
testBackend(workers, { config: { n_jobs: 2 } });
testBackend(workers, { config: { n_jobs: 3, prefer: "processes" } });

interface Faults {
  seedIgnored?: boolean;
  lostSpan?: boolean;
  doubledSpan?: boolean;
  wrongOrder?: boolean;
  swallowedError?: boolean;
  anyChunks?: boolean;
}

/** A backend that cuts the work in tens, right but for its faults. */
function broken(faults: Faults): BackendDefinition {
  return {
    ...sequential,
    name: "broken",
    schema: configSchema("broken", z.strictObject({})),
    open: () => ({
      async runTask({ task, nSimulations, seed, signal, advance }: TaskRequest) {
        const definition = await resolveTask(task);
        const state = await definition.prepare(task.args);
        const keys = new SimulationKeys(faults.seedIgnored ? 0 : seed);
        const size = faults.anyChunks ? 10 : 10 * (definition.chunk ?? 1);
        const partials: unknown[] = [];
        for (let start = 0; start < nSimulations; start += size) {
          if (faults.lostSpan && start === 10) continue;
          const span = { start, count: Math.min(size, nSimulations - start) };
          for (let times = faults.doubledSpan && start === 10 ? 2 : 1; times > 0; times--) {
            try {
              partials.push(
                ...await runSpan(definition, state, span, {
                  keys,
                  onDone: advance,
                  signal,
                }),
              );
            } catch (error) {
              if (!faults.swallowedError || signal.aborted) throw error;
            }
          }
        }
        if (faults.wrongOrder) partials.reverse();
        return partials.reduce((left, right) => definition.merge(left, right));
      },
    }),
  };
}

async function failures(faults: Faults): Promise<string[]> {
  return (await checkBackend(broken(faults))).filter(({ error }) => error !== undefined).map(({ name }) => name);
}

Deno.test("the conformance suite passes a backend that cuts the work in its own way", async () => {
  assert.deepEqual(await failures({}), []);
});

for (const fault of ["seedIgnored", "lostSpan", "doubledSpan", "wrongOrder", "swallowedError", "anyChunks"] as const) {
  Deno.test(`the conformance suite catches a backend with the fault ${fault}`, async () => {
    assert.notDeepEqual(await failures({ [fault]: true }), []);
  });
}

Deno.test("partials are joined in order, and a missing one is noticed", async () => {
  const definition = await resolveTask({ run: (seed: number) => seed, args: [] });
  const merger = new PartialMerger(definition);
  merger.add({ start: 4, count: 2 }, [[4, 5]]);
  assert.equal(merger.joined, 0);
  assert.throws(() => merger.result(6), /simulation 0 of 6 is missing/);
  merger.add({ start: 0, count: 4 }, [[0, 1, 2, 3]]);
  assert.deepEqual(merger.result(6), [0, 1, 2, 3, 4, 5]);
});
