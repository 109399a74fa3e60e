import { parseArgsStringToArgv } from "string-argv";
import type { SlurmConfig } from "../slurm_config.ts";

/** What the work, not the configuration, decides about a job. */
export interface JobPlace {
  /** The folder in which its script starts, absolute. */
  readonly chdir: string;
  /** Where output goes, as an absolute path that is no pattern; the configuration's `output_file` wins. */
  readonly output: string;
  /** Where errors go, as an absolute path that is no pattern; the configuration's `error_file` wins. */
  readonly error: string;
  /** The tasks of an array, such as "0-12%4" or "3,7"; left out for a single job. */
  readonly array?: string;
}

/** The options of sbatch: all that a configuration says of a job. Being arguments, not lines of a script, they need no quotes. */
export function sbatchOptions(config: SlurmConfig, { chdir, output, error, array }: JobPlace): string[] {
  const { partition, account, qos, reservation, mail_type, mail_user, output_file, error_file } = config;
  const given = { partition, account, qos, reservation, "mail-type": mail_type, "mail-user": mail_user, array };
  return [
    `--job-name=${config.job_name}`,
    `--nodes=${config.nodes}`,
    // Fewer tasks than nodes would make sbatch take fewer nodes; left out, each node has one.
    ...config.ntasks < config.nodes ? [] : [`--ntasks=${config.ntasks}`],
    `--cpus-per-task=${config.cpus_per_task}`,
    `--time=${timeLimit(config)}`,
    ...Object.entries(given).flatMap(([name, value]) => value === undefined ? [] : [`--${name}=${value}`]),
    `--chdir=${chdir}`,
    `--output=${output_file ?? literal(output)}`,
    `--error=${error_file ?? literal(error)}`,
    "--open-mode=append",
    // Morlet sends a job again itself where `retries` say so; Slurm would do it minutes later, and without a limit.
    "--no-requeue",
    ...config.additional_options.flatMap((option) => parseArgsStringToArgv(option)),
  ];
}

/** The shorter of `time_limit` and `timeout`, which Slurm rounds up to minutes. */
function timeLimit({ time_limit, timeout }: SlurmConfig): string {
  const [hours, minutes, seconds] = time_limit.split(":").map(Number);
  const total = Math.min(timeout, hours * 3600 + minutes * 60 + seconds);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${Math.floor(total / 3600)}:${two(total / 60 % 60)}:${two(total % 60)}`;
}

/** A path in which Slurm finds no pattern: a backslash turns patterns off, and stands for the character after it. */
function literal(path: string): string {
  return path.includes("\\") ? path.replaceAll("\\", "\\\\") : path.replaceAll("%", "%%");
}
