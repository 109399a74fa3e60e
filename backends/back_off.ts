import { setTimeout } from "node:timers/promises";

/** Waits before something is tried again: 0.2 s the first time (attempt 0), twice as long each further time, at most 30 s. */
export async function backOff(attempt: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(Math.min(30_000, 200 * 2 ** attempt), undefined, { signal });
}
