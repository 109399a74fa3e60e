import { shardArguments } from "../shards/pack_task.ts";
import type { Span } from "../task.ts";
import { quote } from "./job_script.ts";

/** What the script of an array needs to know. */
export interface ShardScript {
  /** The shared folder, in which it starts. */
  readonly folder: string;
  /** The hash of file and plan. */
  readonly hash: string;
  /** The shards, by their number in the array. */
  readonly spans: readonly Span[];
  /** Where Deno is on the nodes. */
  readonly deno: string;
  /** Whether what the shards print goes to the job's error stream, not to its output. */
  readonly toErrors: boolean;
}

/**
 * The script that each task of an array runs: it runs the shard of the task's number, in as many threads as the task has cores. A result
 * appears whole or not at all; a shard that fails leaves its exit code.
 */
export function shardScript({ folder, hash, spans, deno, toErrors }: ShardScript): string {
  const start = shardArguments(`${folder}/shard.js`, hash).map(quote).join(" ");
  return `#!/bin/sh
# A shard of a job of Morlet's
morlet_cr=$(printf '\\r')
set -- ${spans.map(({ start, count }) => `'${start} ${count}'`).join(" ")}
i=$SLURM_ARRAY_TASK_ID
shift "$i"
name=$i.$SLURM_ARRAY_JOB_ID
deno=${quote(deno)}
command -v "$deno" > /dev/null || deno=deno
# shellcheck disable=SC2086 # a span is two words
"$deno" ${start} $1 "\${SLURM_CPUS_PER_TASK:-1}" < plan > "$name.part" 2> "$name.log" && mv -f "$name.part" "$i.result"
code=$?
[ $code = 0 ] || echo $code > "$name.failed"
cat "$name.log"${toErrors ? " >&2" : ""}
exit $code
`;
}
