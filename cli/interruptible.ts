/** How long what was interrupted may take to clean up, in milliseconds, before the program ends without it. */
const PATIENCE = 20_000;

const SIGNALS: readonly (readonly [Deno.Signal, number])[] = [["SIGINT", 130], ["SIGTERM", 143]];

/**
 * Runs a program that Ctrl-C and SIGTERM end in order: the first aborts the signal, so that what was started is stopped and
 * cleaned up; a second one, or work that does not end, ends the program at once.
 *
 * @returns The exit code.
 */
export async function interruptible(program: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const control = new AbortController();
  let interrupted: number | undefined;
  const listeners = SIGNALS.map(([name, code]) => {
    const listener = () => {
      if (interrupted !== undefined) Deno.exit(code);
      interrupted = code;
      control.abort(new DOMException(`Interrupted by ${name}`, "AbortError"));
      Deno.unrefTimer(setTimeout(() => Deno.exit(code), PATIENCE));
    };
    Deno.addSignalListener(name, listener);
    return () => Deno.removeSignalListener(name, listener);
  });
  try {
    const code = await program(control.signal);
    return interrupted ?? code;
  } finally {
    for (const remove of listeners) remove();
  }
}
