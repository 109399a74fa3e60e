import { isMainThread } from "node:worker_threads";
import { decode } from "../codec.ts";
import { frames } from "../frames.ts";
import { keepOutput } from "../own_output.ts";
import "../thread_main.ts";
import { planHash } from "./plan.ts";
import type { ShardPlan } from "./plan.ts";
import { runShard } from "./run_shard.ts";
import { writeResult } from "./shard_result.ts";
import { progressFrame, resultFrame } from "./shard_stream.ts";

// The entry of a shard, and of its threads: see pack_task.ts.

/** The task's module as text, which pack_task.ts writes before this program; empty where the task is a function. */
declare const MORLET_MODULE: string;

/** Milliseconds between two reports of progress at first; later a fiftieth of the time so far, as what reads them may be slow. */
const REPORT_EVERY = 500;
/** The most milliseconds between two reports. */
const REPORT_AT_LEAST = 30_000;

const write = keepOutput();
if (isMainThread) Deno.exit(await main(Deno.args));

async function main([hash, ...numbers]: string[]): Promise<number> {
  const [start, count, cores] = numbers.map(Number), span = { start, count };
  const input = frames(Deno.stdin.readable);
  const { value: plan } = await input.next();
  if (plan === undefined) return fail("The plan was cut short on its way here");
  const file = await Deno.readFile(new URL(import.meta.url));
  if (planHash(file, plan) !== hash) return fail("The plan or the program was altered on its way here");
  if (numbers[3] === "tied") input.next().then(() => Deno.exit(1)); // who started us has gone
  const module = URL.createObjectURL(new Blob([MORLET_MODULE], { type: "text/javascript" }));
  const outcome = await runShard(decode(plan) as ShardPlan, span, {
    cores,
    entry: import.meta.url,
    module,
    advance: reporter(),
  });
  write(resultFrame(writeResult({ hash, span }, outcome)));
  return 0;
}

function fail(message: string): number {
  console.error(message);
  return 1;
}

/** Tells now and then how many simulations are done. */
function reporter(): (count: number) => void {
  const started = performance.now();
  let done = 0, last = started;
  return (count) => {
    done += count;
    const now = performance.now();
    if (now - last < Math.min(REPORT_AT_LEAST, Math.max(REPORT_EVERY, (now - started) / 50))) return;
    last = now;
    write(progressFrame(done));
  };
}
