/** One of Morlet's own modules, run as a program by Deno, wherever the backend keeps the two. */
export interface OwnProgram {
  /** The module, below Morlet's root: `runs/study_main.ts`. */
  readonly module: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** What it is granted, as Deno's flags without `--allow-`, such as `read`. */
  readonly permissions: readonly string[];
}

/** What runs: a program and its arguments, a line for the shell, or one of Morlet's own programs. */
export type RunCommand = string | readonly string[] | OwnProgram;

/** Which of the two streams a process writes to. */
export type OutputStream = "stdout" | "stderr";

/** Where and how a command runs. */
export interface RunOptions {
  /**
   * The folder in which it runs (unless the configuration names a `working_dir`), and to which it may write. The command finds it
   * by the variable `MORLET_WORKSPACE`, too.
   */
  workspace: string;
  /** Files and folders of the workspace that it only reads, which is enforced where the backend can (default none). */
  readOnly?: readonly string[];
  /** Variables beside those of the configuration, whose values win. */
  env?: Readonly<Record<string, string>>;
  /** The folder that keeps `stdout.log` and `stderr.log` (default: `logs` in the workspace). */
  logs?: string;
  /** Called with what the command writes, as it comes. */
  onOutput?: (text: string, stream: OutputStream) => void;
  /** Called, where the backend has a queue, as the run's state changes: "job 12 is PENDING (Resources)". */
  onStatus?: (status: string) => void;
  /** Called, where a run goes on without this process, with what it is known by as soon as it has been submitted. */
  onSubmitted?: (ticket: RunTicket) => void | Promise<void>;
  /** Cancels the run when it aborts. */
  signal?: AbortSignal;
}

/** What a run is known by that goes on without the process that has submitted it. */
export interface RunTicket {
  /** The number by which the backend's own programs know it. */
  readonly id: string;
  /** Its state, in a few words: "PENDING (Resources)". */
  readonly status: string;
  /** When it was submitted, as ISO 8601 in UTC. */
  readonly submitted: string;
}

/** A run as an engine gets it. */
export interface RunRequest {
  /** What runs; undefined where the configuration says it. */
  readonly command: RunCommand | undefined;
  /** The folder in which it runs, absolute. */
  readonly workspace: string;
  /** What of the workspace is only read, as paths below it. */
  readonly readOnly: readonly string[];
  /** Variables beside those of the configuration. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder of the log files, absolute. */
  readonly logs: string;
  /** Takes what the command writes. */
  readonly onOutput?: (text: string, stream: OutputStream) => void;
  /** Takes the run's state as it changes, in a few words. */
  readonly onStatus?: (status: string) => void;
  /** Takes what a run is known by that goes on without this process. */
  readonly onSubmitted?: (ticket: RunTicket) => void | Promise<void>;
  /** Aborts when the run must stop; everything started for it must be gone when the promise settles. */
  readonly signal: AbortSignal;
}

/** What a run used. What the system does not tell is left out. */
export interface RunUsage {
  /** Seconds from start to end. */
  readonly wallSeconds: number;
  /** Seconds of processor time, of all its processes. */
  readonly cpuSeconds?: number;
  /** The most memory that its processes held at one time, in bytes. */
  readonly peakMemoryBytes?: number;
}

/** How a run ended. */
export interface RunOutcome {
  /** Whether it exited with code 0. */
  readonly success: boolean;
  /** Its exit code; null where a signal, or the cluster, ended it. */
  readonly exitCode: number | null;
  /** The signal that ended it, such as "SIGKILL". */
  readonly signal: string | null;
  /** Whether it was ended because its time was over. */
  readonly timedOut: boolean;
  /** What happened, in a sentence, where it did not succeed. */
  readonly reason?: string;
  /** The end of what it wrote; empty where output is not captured. */
  readonly stdout: string;
  /** The end of what it wrote to its error stream; empty where output is not captured. */
  readonly stderr: string;
  /** The files that hold all it wrote; left out where output is not captured. */
  readonly logs?: Readonly<Record<OutputStream, string>>;
  /** What it used, in its last attempt. */
  readonly usage: RunUsage;
  /** How often it was started: more than once where transient failures were retried. */
  readonly attempts: number;
}
