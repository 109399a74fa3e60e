import { backOff } from "./back_off.ts";
import type { RunOutcome } from "./run_request.ts";

/** The exit code by which a program says that trying again may help (EX_TEMPFAIL of sysexits.h). */
const TRY_AGAIN = 75;

/**
 * Runs until the outcome is no transient failure, at most `retries` times more than once. Transient are: exit code 75, by which a program says so, and an
 * end by a signal that nobody here sent. A timeout is not, and neither is any other exit code.
 *
 * @param first Which attempt the first one is, where earlier ones were made by another process (default 1).
 */
export async function retryRun(
  retries: number,
  signal: AbortSignal,
  attempt: () => Promise<Omit<RunOutcome, "attempts">>,
  isTransient: (outcome: Omit<RunOutcome, "attempts">) => boolean = () => false,
  first = 1,
): Promise<RunOutcome> {
  for (let attempts = first;; attempts++) {
    const outcome = await attempt();
    const transient = !outcome.success && !outcome.timedOut &&
      (outcome.signal !== null || outcome.exitCode === TRY_AGAIN || isTransient(outcome));
    if (!transient || attempts > retries) return { ...outcome, attempts };
    await backOff(attempts - 1, signal);
  }
}
