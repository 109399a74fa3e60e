/**
 * Finds the Python whose packages (tests/python/requirements.txt) the tests compare with, and runs scripts in it.
 *
 * Where it is missing, a test that needs it is ignored with the reason in its name; where `CI` is `true` it fails instead.
 */
import { fileURLToPath } from "node:url";

/** A Python that can be run, or why there is none. */
export type Python = { path: string; reason?: undefined } | { path?: undefined; reason: string };

/** Finds the interpreter named by `MORLET_PYTHON`, or that of `.venv` at the root of the repository. */
export function python(): Python {
  const named = Deno.env.get("MORLET_PYTHON");
  const path = named || fileURLToPath(new URL("../.venv/bin/python", import.meta.url));
  try {
    Deno.statSync(path);
    return { path };
  } catch {
    return { reason: named ? `MORLET_PYTHON names ${named}, which does not exist` : "no .venv/bin/python" };
  }
}

/** Runs a script of tests/python/ and returns what it writes to standard output; what it complains of is in the error. */
export async function runPython(
  script: string,
  args: readonly string[] = [],
  input: string | Uint8Array<ArrayBuffer> = "",
  env: Record<string, string> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const found = python();
  if (!found.path) throw new Error(`Cannot run ${script} without Python: ${found.reason}`);
  const child = new Deno.Command(found.path, {
    args: [fileURLToPath(new URL(`python/${script}`, import.meta.url)), ...args],
    env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writing = new Response(input).body?.pipeTo(child.stdin) ?? child.stdin.close();
  const [output] = await Promise.all([child.output(), writing.catch(() => {/* the exit code says it better */})]);
  if (!output.success) {
    throw new Error(`${script} ended with code ${output.code}:\n${new TextDecoder().decode(output.stderr)}`);
  }
  return output.stdout;
}

/** Registers a test that needs Python. */
export function pythonTest(name: string, fn: () => void | Promise<void>): void {
  const { reason } = python();
  const required = Deno.env.get("CI") === "true";
  Deno.test({ name: reason && !required ? `${name} (ignored: ${reason})` : name, ignore: !!reason && !required, fn });
}
