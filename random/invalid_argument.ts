import { distance } from "fastest-levenshtein";

/**
 * Thrown before any work when an argument cannot be used. It names the field, the value and the constraint.
 *
 * @example A refused argument carries its data
 * ```ts
 * import { InvalidArgumentError } from "@morlet/morlet/random";
 * import assert from "node:assert/strict";
 *
 * const error = new InvalidArgumentError("dt", -1, "a positive finite number");
 * assert.equal(error.message, "Cannot use dt as it must be a positive finite number: current value is -1");
 * ```
 */
export class InvalidArgumentError extends Error {
  /** Always `InvalidArgumentError`. */
  override readonly name: string = "InvalidArgumentError";
  /** The argument's name, with a path where it is inside another: `significance.mcCount`. */
  readonly field: string;
  /** The value that was refused. */
  readonly value: unknown;
  /** What the value must be. */
  readonly constraint: string;
  /** What may help, where something is known. */
  readonly hint?: string;

  /** Names what was refused: the field, its value, and the constraint it breaks. */
  constructor(field: string, value: unknown, constraint: string, options?: { hint?: string; cause?: unknown }) {
    const hint = options?.hint;
    super(
      `Cannot use ${field} as it must be ${constraint}: current value is ${showValue(value)}${hint ? `. ${hint}` : ""}`,
      { cause: options?.cause },
    );
    if (hint) this.hint = hint;
    this.field = field;
    this.value = value;
    this.constraint = constraint;
  }
}

/** Refuses a value that is not a positive finite number. */
export function requirePositive(field: string, value: unknown): asserts value is number {
  if (typeof value !== "number" || !(value > 0) || !Number.isFinite(value)) {
    throw new InvalidArgumentError(field, value, "a positive finite number");
  }
}

/** Refuses a value that is not a whole number of at least `least`. */
export function requireWhole(field: string, value: unknown, least: number): asserts value is number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least) {
    throw new InvalidArgumentError(field, value, `a whole number of at least ${least}`);
  }
}

/** Refuses a value that does not lie strictly between two bounds. */
export function requireBetween(field: string, value: unknown, low: number, high: number): asserts value is number {
  if (typeof value !== "number" || !(value > low && value < high)) {
    throw new InvalidArgumentError(field, value, `a number between ${low} and ${high}, both excluded`);
  }
}

/** Refuses a value that is not one of a closed set, and suggests a near one; where none is near, gives the hint. */
export function requireOneOf<T extends string>(
  field: string,
  value: unknown,
  allowed: readonly T[],
  hint?: string,
): asserts value is T {
  if (typeof value === "string" && (allowed as readonly string[]).includes(value)) return;
  const near = typeof value === "string" ? nearest(value, allowed) : undefined;
  throw new InvalidArgumentError(field, value, `one of ${allowed.map((name) => `"${name}"`).join(", ")}`, {
    hint: near ? `Did you mean "${near}"?` : hint,
  });
}

/** Refuses what is not an object, or has a key beside those known; suggests a near one. */
export function requireKnown(field: string, value: unknown, known: readonly string[]): void {
  if (typeof value !== "object" || value === null) throw new InvalidArgumentError(field, value, "an object");
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    const hint = near ? `Did you mean "${near}"?` : `Known are ${known.join(", ")}`;
    throw new InvalidArgumentError(
      `${field}.${key}`,
      (value as Record<string, unknown>)[key],
      "left out, as there is no such option",
      { hint },
    );
  }
}

/** The name in `names` that is most like `word`, if any is near enough to be a slip of the hand. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  let best: string | undefined, least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    const d = distance(word.toLowerCase(), name.toLowerCase());
    if (d < least) [best, least] = [name, d];
  }
  return best;
}

/** A value as messages show it: short, on one line. */
export function showValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (typeof value === "object" && value !== null) {
    const name = value.constructor?.name ?? "object";
    const length = (value as { length?: unknown }).length;
    return typeof length === "number" ? `${name} of length ${length}` : name;
  }
  return String(value);
}
