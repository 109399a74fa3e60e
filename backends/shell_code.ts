/** Signals that end a program, by what shells and engines of containers add 128 to. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  4: "SIGILL",
  5: "SIGTRAP",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  11: "SIGSEGV",
  13: "SIGPIPE",
  15: "SIGTERM",
};

/** The signal that an exit code of a shell's or a container engine's stands for; undefined where it stands for itself. */
export function signalOf(code: number): string | undefined {
  return SIGNALS[code - 128];
}
