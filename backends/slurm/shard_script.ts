import { shardArguments } from "../shards/pack_task.ts";
import type { Span } from "../task.ts";
import { quote } from "./job_script.ts";

/** What the script of an array needs to know. */
export interface ShardScript {
  /** The hash of file and plan. */
  readonly hash: string;
  /** The shards, by their number in the array. */
  readonly spans: readonly Span[];
  /** What the task is granted. */
  readonly permissions: readonly string[];
  /** Where Deno is on the nodes. */
  readonly deno: string;
  /** What the array's files are named by. */
  readonly token: string;
  /** Variables of the shards, beside those of the cluster. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether what the shards print goes to the job's error stream, not to its output. */
  readonly toErrors: boolean;
}

/**
 * The script that each task of an array runs, in the shared folder: it runs the shard of the task's number, in as many threads as the task has cores. A result
 * appears whole or not at all; a shard that fails leaves its exit code.
 */
export function shardScript({ hash, spans, permissions, deno, token, env, toErrors }: ShardScript): string {
  const words = (list: readonly string[]) => list.map(quote).join(" ");
  const variables = Object.entries(env), isPlain = ([name]: [string, string]) => /^[A-Za-z_]\w*$/.test(name);
  const plain = variables.filter(isPlain).map(([name, value]) => `export ${name}=${quote(value)}\n`).join("");
  // A shell exports no other names; env does.
  const odd = words(variables.filter((variable) => !isPlain(variable)).map(([name, value]) => `${name}=${value}`));
  return `#!/bin/sh
# A shard of a job of Morlet's
morlet_cr=$(printf '\\r')
set -- ${words(spans.map(({ start, count }) => `${start} ${count}`))}
i=$SLURM_ARRAY_TASK_ID
shift "$i"
name=$i.${token}
${plain}deno=${quote(deno)}
command -v "$deno" > /dev/null || deno=deno
env ${odd} "$deno" ${words(shardArguments("shard.js", hash, permissions))} $1 "\${SLURM_CPUS_PER_TASK:-1}" \\
  < plan > "$name.part" 2> "$name.log" && mv -f "$name.part" "$i.result"
code=$?
[ $code = 0 ] || : > "$name.failed-$code"
cat "$name.log"${toErrors ? " >&2" : ""}
exit $code
`;
}
