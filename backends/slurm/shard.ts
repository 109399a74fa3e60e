import type { Span } from "../task.ts";
import { describeState } from "./states.ts";
import type { JobState } from "./states.ts";

/** An array that was submitted. */
export interface SubmittedArray {
  /** Its number. A controller that forgot it may give the number again. */
  readonly id: string;
  /** What it is found by, and its files are named by. */
  readonly token: string;
}

/** A shard of a job, and how it stands. */
export class Shard {
  /** The array that has it; undefined where it is to be submitted. */
  array: SubmittedArray | undefined;
  /** Whether its result was taken. */
  done = false;
  /** Simulations that were told to be done. */
  told = 0;
  /** How often it failed. */
  failures = 0;
  /** When it may be submitted again. */
  due = 0;
  /** When its file last grew, and how long it was. */
  heard = { at: -Infinity, bytes: -1 };
  /** When its job was first seen to have ended without a result. */
  ended: number | undefined;
  /** When its job was first seen to wait for what will not come. */
  vain: number | undefined;

  /** Makes a shard that has not been submitted. */
  constructor(readonly index: number, readonly span: Span) {}

  /** The number of its job, such as `12_3`. */
  get id(): string {
    return `${this.array?.id}_${this.index}`;
  }

  /** What its files are named by, but for its result. */
  get name(): string {
    return `${this.index}.${this.array?.token}`;
  }

  /** Sets it up to run again. */
  giveBack(due: number): void {
    this.due = due;
    this.array = this.ended = this.vain = undefined;
    this.heard = { at: -Infinity, bytes: -1 };
  }
}

/** Says how shards stand: `1 of 9 shards are done, 2 RUNNING, 6 PENDING (Resources)`. */
export function describeShards(shards: readonly Shard[], waiting: readonly JobState[]): string {
  const counts = new Map<string, number>();
  for (const state of waiting) {
    const what = describeState({ ...state, nodes: "" });
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  const done = shards.filter(({ done }) => done).length;
  return [`${done} of ${shards.length} shards are done`, ...[...counts].map(([what, n]) => `${n} ${what}`)].join(", ");
}

/** The indices of shards as Slurm writes them: `0-3,7`. */
export function indicesOf(shards: readonly Shard[]): string {
  const parts: [number, number][] = [];
  for (const { index } of shards) {
    const last = parts.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else parts.push([index, index]);
  }
  return parts.map(([a, b]) => a === b ? `${a}` : `${a}-${b}`).join(",");
}
