/** Thrown by work that took longer than its `timeout` allows. */
export class TimeLimitError extends Error {
  /** Names the class. */
  override readonly name = "TimeLimitError";
  /** The limit, in seconds of running time. */
  readonly timeout: number;

  /** Says what took too long. */
  constructor(what: string, timeout: number) {
    super(`${what} took longer than its timeout of ${timeout} s`);
    this.timeout = timeout;
  }
}

/** Runs work with a signal that aborts when the caller's does, or after so many seconds (default: never). */
export async function withTimeLimit<T>(
  what: string,
  timeout: number | undefined,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (timeout === undefined) return await work(signal);
  const limit = new AbortController();
  // A timer holds 24 days; no longer limit is given in earnest.
  const timer = setTimeout(() => limit.abort(new TimeLimitError(what, timeout)), Math.min(timeout * 1000, 2 ** 31 - 1));
  try {
    return await work(AbortSignal.any([signal, limit.signal]));
  } finally {
    clearTimeout(timer);
  }
}
