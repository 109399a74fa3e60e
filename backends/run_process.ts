import { groupUsage, meterUsage } from "./process_usage.ts";
import { openSinks, pump } from "./run_output.ts";
import type { OutputHandling } from "./run_output.ts";
import type { RunOutcome, RunUsage } from "./run_request.ts";
import { killGroup, startWatchdog } from "./watchdog.ts";

/** Milliseconds between asking a process to end and ending it. */
const GRACE = 2000;

/** A process to run to its end. */
export interface ProcessSpec extends OutputHandling {
  /** The program and its arguments. */
  readonly argv: readonly [string, ...string[]];
  /** The folder in which it runs. */
  readonly cwd: string;
  /** Variables beside those of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds after which its group is ended. */
  readonly timeout: number;
  /** Ends its group when it aborts. */
  readonly signal: AbortSignal;
  /** What ends the run, beside the group, if this process is killed. */
  readonly ifOrphaned?: readonly string[];
  /** What it uses now (default: what the processes of its group do). */
  usage?(): Promise<Omit<RunUsage, "wallSeconds">>;
  /** Called before its group is asked to end, for what runs elsewhere. */
  stop?(): Promise<void>;
}

/**
 * Runs a process in a group of its own to its end. However that comes (by itself, by timeout, by the signal, by the end of this
 * process), nothing of the group is left.
 */
export async function runProcess(spec: ProcessSpec): Promise<Omit<RunOutcome, "attempts">> {
  const { argv: [program, ...args], cwd, env, timeout, signal, ifOrphaned } = spec;
  await using sinks = await openSinks(spec);
  const child = start(program, args, { cwd, env: { ...env } });
  const group = child.pid;
  await using _watchdog = startWatchdog(ifOrphaned ?? ["kill", "-s", "KILL", "--", `-${group}`]);
  const meter = meterUsage(spec.usage ?? (() => groupUsage(group)));
  let ended = false, timedOut = false, ending: Promise<void> | undefined;

  function end(): Promise<void> {
    return ending ??= (async () => {
      await spec.stop?.().catch(() => {/* the group is ended all the same */});
      if (!ended) killGroup(group, "SIGTERM");
      const deadline = performance.now() + GRACE;
      while (!ended && performance.now() < deadline) await new Promise((wake) => setTimeout(wake, 20));
      killGroup(group);
    })();
  }

  const onAbort = () => void end();
  signal.addEventListener("abort", onAbort, { once: true });
  const clock = setTimeout(() => {
    timedOut = true;
    void end();
  }, timeout);
  if (signal.aborted) onAbort();
  try {
    const failed: unknown[] = [], left = new AbortController();
    const reading = Promise.all(
      (["stdout", "stderr"] as const).map((stream) =>
        pump(child[stream], sinks[stream], spec, stream, left.signal).catch((error) => {
          if (!left.signal.aborted) failed.push(error);
          return end(); // output that cannot be kept must not be lost in silence
        })
      ),
    );
    const status = await child.status;
    ended = true;
    await ending;
    killGroup(group); // what it left running in the background
    // A process that has left the group may hold the streams open: they are not waited for beyond the grace.
    const late = setTimeout(() => left.abort(), GRACE);
    await reading.finally(() => clearTimeout(late));
    const usage = meter.stop();
    signal.throwIfAborted();
    if (failed.length) throw failed[0];
    return {
      success: status.success && !timedOut,
      exitCode: status.signal ? null : status.code,
      signal: status.signal,
      timedOut,
      reason: status.success && !timedOut ? undefined : whyNot(program, status, timedOut, timeout),
      stdout: sinks.stdout.tail,
      stderr: sinks.stderr.tail,
      logs: spec.logs === undefined ? undefined : { stdout: sinks.stdout.path!, stderr: sinks.stderr.path! },
      usage,
    };
  } finally {
    clearTimeout(clock);
    signal.removeEventListener("abort", onAbort);
    meter.stop();
  }
}

/** Thrown when a program cannot be started at all. */
export class RunStartError extends Error {
  /** Names the class. */
  override readonly name = "RunStartError";
  /** The program. */
  readonly program: string;

  /** Names the program and the reason. */
  constructor(program: string, cause: Error) {
    super(`Cannot start ${JSON.stringify(program)}: ${cause.message}`, { cause });
    this.program = program;
  }
}

function start(program: string, args: string[], options: { cwd: string; env: Record<string, string> }) {
  try {
    return new Deno.Command(program, {
      ...options,
      args,
      detached: true, // a session, and so a group, of its own
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    throw new RunStartError(program, error as Error);
  }
}

function whyNot(program: string, status: Deno.CommandStatus, timedOut: boolean, timeout: number): string {
  const name = JSON.stringify(program);
  if (timedOut) return `${name} was ended as its time of ${timeout / 1000} s was over`;
  return status.signal ? `${name} was ended by ${status.signal}` : `${name} exited with code ${status.code}`;
}
