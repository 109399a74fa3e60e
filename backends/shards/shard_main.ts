import { isMainThread } from "node:worker_threads";
import { decode } from "../codec.ts";
import { frames } from "../frames.ts";
import { keepOutput } from "../own_output.ts";
import type { Span } from "../task.ts";
import "../thread_main.ts";
import { planHash } from "./plan.ts";
import type { ShardPlan } from "./plan.ts";
import { runShard } from "./run_shard.ts";
import { writeResult } from "./shard_result.ts";
import { progressFrame, readSpan, resultFrame } from "./shard_stream.ts";

// The entry of a shard, and of its threads: see pack_task.ts.

/** The task's module as text, which pack_task.ts writes before this program; empty where the task is a function. */
declare const MORLET_MODULE: string;

/** Milliseconds between two reports of progress at first; later a fiftieth of the time so far, as what reads them may be slow. */
const REPORT_EVERY = 500;
/** The most milliseconds between two reports. */
const REPORT_AT_LEAST = 30_000;
/** The exit code where the output cannot be written (EX_IOERR of sysexits.h). */
const NO_OUTPUT = 74;

const output = keepOutput();
if (isMainThread) Deno.exit(await main(Deno.args));

async function main([hash, ...numbers]: string[]): Promise<number> {
  const [start, count, cores] = numbers.map(Number), tied = numbers[3] === "tied";
  const input = frames(Deno.stdin.readable);
  const { value: plan } = await input.next();
  if (plan === undefined) return fail("The plan was cut short on its way here");
  const file = await Deno.readFile(new URL(import.meta.url));
  if (planHash(file, plan) !== hash) return fail("The plan or the program was altered on its way here");
  const module = URL.createObjectURL(new Blob([MORLET_MODULE], { type: "text/javascript" }));
  const job = decode(plan) as ShardPlan, settings = { cores, entry: import.meta.url, module };
  for (let span: Span = { start, count };;) {
    const next = tied ? nextSpan(input) : undefined; // also while the span runs: who started us may go
    const outcome = await runShard(job, span, { ...settings, advance: reporter() });
    write(resultFrame(writeResult({ hash, span }, outcome)));
    if (!next) return 0;
    span = await next;
  }
}

async function nextSpan(input: AsyncGenerator<Uint8Array>): Promise<Span> {
  const { value } = await input.next();
  return value ? readSpan(value) : Deno.exit(1);
}

function fail(message: string): number {
  console.error(message);
  return 1;
}

function write(bytes: Uint8Array): void {
  try {
    output(bytes);
  } catch (error) {
    fail(`The output cannot be written: ${(error as Error).message}`);
    Deno.exit(NO_OUTPUT);
  }
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
