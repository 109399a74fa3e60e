/** What {@linkcode interpolate} found. */
export interface Interpolated {
  /** The text with its variables replaced. */
  readonly text: string;
  /** Whether all of it came from one variable. */
  readonly whole: boolean;
  /** What is wrong, if anything is. */
  readonly wrong?: string;
}

const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{[^}]*\}?/g;

/**
 * Replaces `${VAR}` and `${VAR:-default}` by variables of the environment; `$${` stands for `${`. What replaces is not read
 * again, and nothing is ever executed. The default is also taken for a variable that is empty, as in a shell.
 */
export function interpolate(text: string, variable: (name: string) => string | undefined): Interpolated {
  let wrong: string | undefined;
  let whole = false;
  const replaced = text.replace(REFERENCE, (match, name?: string, fallback?: string) => {
    if (match === "$${") return "${";
    if (name === undefined) {
      wrong ??= `must name variables as \${NAME} or \${NAME:-default}, not ${match}; write $\${ for a plain \${`;
      return match;
    }
    whole ||= match === text;
    const value = variable(name);
    if (fallback !== undefined) return value || fallback;
    if (value === undefined) wrong ??= `needs the environment variable ${name}, which is not set`;
    return value ?? match;
  });
  return { text: replaced, whole, ...(wrong ? { wrong } : {}) };
}
