import { z } from "zod";
import { extendBaseConfig } from "./base_config.ts";
import type { BaseBackendConfig } from "./base_config.ts";
import type { ConfigSchema } from "./config.ts";
import { line, permissions, text, whole, words } from "./config_fields.ts";

/** Configuration of the `slurm` backend: jobs on a cluster. */
export interface SlurmConfig extends BaseBackendConfig {
  /** Names the backend. */
  readonly type: "slurm";
  /** Seconds of running time after which the job is ended, 1 to 3599999 (default: `time_limit`). */
  readonly timeout: number;
  /** What to run (default: the model run's own command). */
  readonly command?: string;
  /** The part of the cluster (default: the cluster's). In documents also called `queue`. */
  readonly partition?: string;
  /** How many nodes, 1 to 100 (default 1). */
  readonly nodes: number;
  /** How many tasks on them (default 1). */
  readonly ntasks: number;
  /** How many cores a task has (default 1). */
  readonly cpus_per_task: number;
  /** How long a job may run, as H:MM:SS (default "1:00:00"). `timeout` follows from it unless given. */
  readonly time_limit: string;
  /** The account that pays. */
  readonly account?: string;
  /** The quality of service. */
  readonly qos?: string;
  /** The reservation to use. */
  readonly reservation?: string;
  /** Where output goes; Slurm's patterns such as %j are allowed. */
  readonly output_file?: string;
  /** Where errors go. */
  readonly error_file?: string;
  /** The job's name (default "morlet"). */
  readonly job_name: string;
  /** When to write a mail, as "END,FAIL". */
  readonly mail_type?: string;
  /** To whom. */
  readonly mail_user?: string;
  /** Further options of sbatch, each starting with a dash (default none), but for those by which Morlet follows the job. */
  readonly additional_options: readonly string[];
  /** Into how many jobs of an array Monte Carlo work is cut, 1 to 1000 (default 4). */
  readonly shards: number;
  /** How many of them run at the same time (default all). */
  readonly max_running?: number;
  /** How often a run, or a shard of Monte Carlo work, is sent again that was lost, 0 to 10 (default 1). */
  readonly retries: number;
  /** The folder, seen by all nodes, for the files of Monte Carlo work while it runs (default: `working_dir`, or the current folder). */
  readonly work_dir?: string;
  /** What Monte Carlo work is granted on the nodes, as Deno's flags without `--allow-`, such as `read=/data` (default: nothing). */
  readonly permissions: readonly string[];
  /** Where Deno is on the nodes (default: where it is here, or else on their PATH). */
  readonly deno?: string;
}

const MAIL =
  "NONE|BEGIN|END|FAIL|REQUEUE|ALL|INVALID_DEPEND|STAGE_OUT|TIME_LIMIT|TIME_LIMIT_50|TIME_LIMIT_80|TIME_LIMIT_90|ARRAY_TASKS";

/** Options of sbatch that Morlet gives, or that would keep it from following the job. */
const OWN = "(--(array|chdir|clusters|comment|help|parsable|test-only|usage|version|wait|wrap)|-[aDMWhV])([ =]|$)";

/** Seconds of the longest time limit, 999:59:59. */
const LONGEST = 3_599_999;

function name(what: string): z.ZodString {
  return text(/^[A-Za-z0-9_][A-Za-z0-9_.,-]*$/, `must be the name of ${what}`);
}

/** Checks configurations of the `slurm` backend. */
export const SlurmConfig: ConfigSchema<SlurmConfig> = extendBaseConfig<SlurmConfig>("slurm", {
  command: words("a command").optional().meta({
    description: "What to run (default: the model run's own command).",
    examples: ["python model.py"],
  }),
  timeout: whole(1, LONGEST).optional().describe(
    "Seconds of running time after which the job is ended, 1 to 3599999 (default: time_limit).",
  ) as unknown as z.ZodNumber, // filled in by finish
  nodes: whole(1, 100).default(1).describe("How many nodes, 1 to 100 (default 1)."),
  ntasks: whole(1, 100_000).default(1).describe("How many tasks on them (default 1)."),
  cpus_per_task: whole(1, 1024).default(1).describe("How many cores a task has (default 1)."),
  time_limit: text(/^(?!0+:00:00)[0-9]{1,3}:[0-5][0-9]:[0-5][0-9]$/, "must be a time as H:MM:SS").default("1:00:00")
    .describe(
      'How long a job may run, as H:MM:SS (default "1:00:00"). timeout follows from it unless given.',
    ),
  account: name("an account").optional().meta({ description: "The account that pays.", examples: ["oceanography"] }),
  qos: name("a quality of service").optional().meta({ description: "The quality of service.", examples: ["normal"] }),
  reservation: name("a reservation").optional().meta({ description: "The reservation to use.", examples: ["morning"] }),
  output_file: line("must be a path on one line").optional().meta({
    description: "Where output goes; Slurm's patterns such as %j are allowed.",
    examples: ["morlet-%j.out"],
  }),
  error_file: line("must be a path on one line").optional().meta({
    description: "Where errors go.",
    examples: ["morlet-%j.err"],
  }),
  job_name: text(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, "must be letters, digits, _, . and -").default("morlet").describe(
    'The job\'s name (default "morlet").',
  ),
  mail_type: text(new RegExp(`^(${MAIL})(,(${MAIL}))*$`), 'must be Slurm\'s words between commas, as "END,FAIL"')
    .optional().meta({ description: 'When to write a mail, as "END,FAIL".', examples: ["END,FAIL"] }),
  mail_user: text(/^[^ \t\n,]+$/, "must be an address").optional().meta({
    description: "To whom.",
    examples: ["me@example.org"],
  }),
  additional_options: z.array(
    line("must be an option that starts with a dash, and none by which Morlet follows the job", `(?!${OWN})-`),
    "must be a list",
  )
    .default([]).describe(
      "Further options of sbatch, each starting with a dash (default none). Not --array, --chdir, --clusters, --comment, --wait and the like, by which Morlet follows the job.",
    ),
  shards: whole(1, 1000).default(4).describe(
    "Into how many jobs of an array Monte Carlo work is cut, 1 to 1000 (default 4).",
  ),
  max_running: whole(1, 1000).optional().meta({
    description: "How many of them run at the same time (default all).",
    examples: [2],
  }),
  retries: whole(0, 10).default(1).describe(
    "How often a run, or a shard of Monte Carlo work, is sent again that was lost, 0 to 10 (default 1).",
  ),
  work_dir: words("the path of a folder").optional().meta({
    description:
      "The folder, seen by all nodes, for the files of Monte Carlo work while it runs (default: working_dir, or the current folder).",
    examples: ["."],
  }),
  permissions: permissions().default([]).describe(
    "What Monte Carlo work is granted on the nodes, as Deno's flags without --allow-, such as read=/data (default: nothing).",
  ),
  deno: words("the path of Deno").optional().meta({
    description: "Where Deno is on the nodes (default: where it is here, or else on their PATH).",
    examples: ["/opt/deno/bin/deno"],
  }),
}, {
  paths: { work_dir: "folder" },
  variants: [{
    when: (data) => "partition" in data || !("queue" in data),
    fields: {
      partition: name("a partition").optional().meta({
        description: "The part of the cluster (default: the cluster's). In documents also called queue.",
        examples: ["compute"],
      }),
    },
    refused: { queue: "is another name of partition: give one of them" },
  }, {
    when: () => true,
    fields: { queue: name("a partition").meta({ description: "Another name of partition.", examples: ["compute"] }) },
  }],
  finish({ queue, ...config }: SlurmConfig & { queue?: string }) {
    const [hours, minutes, seconds] = config.time_limit.split(":").map(Number);
    const timeout = config.timeout ?? hours * 3600 + minutes * 60 + seconds;
    return { ...config, timeout, ...(queue ? { partition: queue } : {}) };
  },
});
