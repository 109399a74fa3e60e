// Ways in which a simulation can end its thread or process, or never end.

/** Never returns from one simulation. */
export async function hanging(seed: number, bad: number): Promise<number> {
  if (seed === bad) await new Promise(() => {});
  return seed;
}

/** Ends its thread or process. */
export function exiting(seed: number, bad: number): number {
  if (seed === bad) {
    console.log("about to exit");
    Deno.exit(7);
  }
  return seed;
}

/** Throws outside of its own call stack, which ends a thread. */
export function crashing(seed: number, bad: number): Promise<number> {
  if (seed !== bad) return Promise.resolve(seed);
  return new Promise(() =>
    void setTimeout(() => {
      throw new Error("thrown from a timer");
    }, 0)
  );
}

/** Takes so many milliseconds, without work. */
export function slow(seed: number, milliseconds: number): Promise<number> {
  return new Promise((resolve) => setTimeout(() => resolve(seed), milliseconds));
}

/** Gives so many numbers. */
export function large(seed: number, count: number): Float64Array {
  return new Float64Array(count).fill(seed);
}
