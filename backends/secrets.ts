const MASK = "***";
const SECRET = /pass(word|wd|phrase)|secret|token|credential|api_?key|private_?key|access_?key|cookie/i;
const SECRET_WORDS = new Set(["auth", "key", "pass", "pwd", "pin"]);
/** Fields whose values are strings by name, among them what must not be told. */
const HOLDERS = new Set(["env_vars", "build_args"]);

/**
 * Tells whether a variable's name looks as if its value were a secret.
 *
 * @example Names that look secret, and one that does not
 * ```ts
 * import { isSecretName } from "@morlet/morlet/backends";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(["API_KEY", "PGPASSWORD", "OMP_NUM_THREADS"].map(isSecretName), [true, true, false]);
 * ```
 */
export function isSecretName(name: string): boolean {
  return SECRET.test(name) || (name !== "PWD" && name.split(/[^a-z]+/i).some((w) => SECRET_WORDS.has(w.toLowerCase())));
}

/**
 * Copies a document, with `***` for the values of `env_vars` and `build_args` whose names look secret, however deep.
 *
 * @example What may be written down
 * ```ts
 * import { maskSecrets } from "@morlet/morlet/backends";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(maskSecrets({ env_vars: { API_KEY: "abc", LANG: "C" } }), { env_vars: { API_KEY: "***", LANG: "C" } });
 * ```
 */
export function maskSecrets<T>(document: T): T {
  return copy(document, false) as T;
}

/**
 * Replaces by `***` the secret values of a configuration wherever they occur in a text, such as a program's output; those of fewer
 * than four letters stay, as they are in every text.
 */
export function hideSecrets(text: string, config: unknown): string {
  // Longest first, so that a secret that holds another leaves nothing of itself.
  for (const secret of secretsOf(config).sort((a, b) => b.length - a.length)) text = text.replaceAll(secret, MASK);
  return text;
}

/** What may be told of the value of a field: `***` for what is, or in it is called, a secret, wherever it stands. */
export function maskValue(path: readonly PropertyKey[], value: unknown): unknown {
  if (value === undefined) return value;
  // A text or list in the place of variables by name may hold any of them.
  if (HOLDERS.has(String(path.at(-1))) && !isPlain(value)) return MASK;
  return path.some((part) => typeof part === "string" && isSecretName(part)) ? MASK : copy(value, true, true);
}

function copy(value: unknown, holder: boolean, deep = false): unknown {
  if (Array.isArray(value)) return value.map((item) => copy(item, deep, deep));
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      holder && isSecretName(key) ? [key, MASK] : [key, copy(item, deep || HOLDERS.has(key), deep)]
    ),
  );
}

function secretsOf(value: unknown, holder = false): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => secretsOf(item));
  if (!isPlain(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (!holder) return secretsOf(item, HOLDERS.has(key));
    return isSecretName(key) && typeof item === "string" && item.length >= 4 ? [item] : [];
  });
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
