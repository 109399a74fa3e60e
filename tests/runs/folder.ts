import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that is gone after the test. */
export async function folder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), "morlet-runs-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A study of two short series that share a cycle, whose files are made in `path`. */
export async function smallStudy(path: string, more: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const rows = Array.from({ length: 96 }, (_, t) => {
    const date = new Date(Date.UTC(2000, t)).toISOString().slice(0, 7);
    const noise = (k: number) => Math.sin(t * t * k) / 2; // no random draws: the same everywhere
    return [date, Math.sin(t / 2) + noise(1.7), Math.sin(t / 2 - 0.8) + noise(2.3)];
  });
  const csv = ["month,a,b", ...rows.map((row) => row.join(","))].join("\n");
  await Deno.writeTextFile(join(path, "pair.csv"), `${csv}\n`);
  return {
    run_id: "small",
    output_dir: path,
    seed: 7,
    model: {
      type: "wct",
      series: [{ file: join(path, "pair.csv"), time: "month", value: "a" }, {
        file: join(path, "pair.csv"),
        time: "month",
        value: "b",
        name: "second",
        unit: "K",
      }],
      significance: { mc_count: 20, backend: { type: "sequential" } },
    },
    ...more,
  };
}
