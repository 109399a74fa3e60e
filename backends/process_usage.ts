import { readdir, readFile } from "node:fs/promises";
import type { RunUsage } from "./run_request.ts";

/** Longest time between two looks, in milliseconds. The first come sooner, for the sake of short runs. */
const LOOK_EVERY = 200;
/** Linux counts processor time in hundredths of a second and memory in pages of 4 KiB, whatever the machine tells elsewhere. */
const TICK = 100, PAGE = 4096;

/** Watches what a run uses, by looking now and then. */
export interface UsageMeter {
  /** Ends the watching and tells what was seen. */
  stop(): RunUsage;
}

/** Watches whatever `look` tells; the most memory and the most processor time seen count. */
export function meterUsage(look: () => Promise<Omit<RunUsage, "wallSeconds">>): UsageMeter {
  const started = performance.now();
  let wait = 5, timer: ReturnType<typeof setTimeout> | undefined, stopped = false;
  let cpuSeconds: number | undefined, peakMemoryBytes: number | undefined;
  const greater = (a: number | undefined, b: number | undefined) => a === undefined ? b : Math.max(a, b ?? 0);
  async function next(): Promise<void> {
    const seen = await look().catch(() => ({} as Omit<RunUsage, "wallSeconds">));
    if (stopped) return;
    cpuSeconds = greater(cpuSeconds, seen.cpuSeconds);
    peakMemoryBytes = greater(peakMemoryBytes, seen.peakMemoryBytes);
    wait = Math.min(LOOK_EVERY, wait * 2);
    timer = setTimeout(next, wait);
  }
  timer = setTimeout(next, 0);
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      return { wallSeconds: (performance.now() - started) / 1000, cpuSeconds, peakMemoryBytes };
    },
  };
}

/** What the processes of a group use now, as Linux tells in /proc; elsewhere nothing is known. */
export async function groupUsage(group: number): Promise<Omit<RunUsage, "wallSeconds">> {
  if (Deno.build.os !== "linux") return {};
  let cpu = 0, pages = 0;
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, "utf8").catch(() => "");
    // The name, in parentheses, may hold anything; the fields after it are numbers.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
    if (fields[2] !== group) continue;
    cpu += fields[11] + fields[12] + fields[13] + fields[14]; // user, system, and those of children that have ended
    pages += fields[21];
  }
  return cpu || pages ? { cpuSeconds: cpu / TICK, peakMemoryBytes: pages * PAGE } : {};
}
