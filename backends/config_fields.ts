/** Fields of configurations, each with one sentence that says what it must be, whatever is wrong with it. */
import { z } from "zod";

/** A whole number from `low` to `high`. */
export function whole(low: number, high: number): z.ZodNumber {
  const message = high === Infinity
    ? `must be a whole number of at least ${low}`
    : `must be a whole number from ${low} to ${high}`;
  const least = z.int(message).min(low, message);
  return high === Infinity ? least : least.max(high, message);
}

/** Yes or no. */
export function flag(): z.ZodBoolean {
  return z.boolean("must be true or false");
}

/** A text that a pattern describes. */
export function text(pattern: RegExp, message: string): z.ZodString {
  // The end of a text is its end, in other languages' engines too, where $ may stand before a last newline.
  return z.string(message).regex(new RegExp(`${pattern.source}(?!\\n)`), message);
}

/** A text with something in it. */
export function words(what: string): z.ZodString {
  return z.string(`must be ${what}`).regex(/[^ \t\n]/, `must be ${what}, not blank`);
}

/** One of a few words. */
export function choice<const T extends readonly [string, ...string[]]>(
  ...names: T
): z.ZodEnum<{ [K in T[number]]: K }> {
  return z.enum(names, `must be ${names.map((name) => `"${name}"`).join(" or ")}`);
}

/** The character that ends a text for the operating system, as patterns write it. */
const NUL = "\\u0000";

/** A text on one line. */
export function line(message: string, start = ""): z.ZodString {
  return text(new RegExp(`^${start}[^\\n${NUL}]+$`), message);
}

/** Texts by name, as environment variables are. */
export function variables(): z.ZodRecord<z.ZodString, z.ZodString> {
  const name = "must have names that are not empty, without = or blanks";
  const value = "must be a text without NUL: put it in quotes if it looks like a number";
  return z.record(
    text(new RegExp(`^[^= \\t\\n${NUL}]+$`), name),
    z.string(value).regex(new RegExp(`^[^${NUL}]*$`), value),
    "must be texts by name",
  );
}

/** Permissions, as Deno's flags without `--allow-`. */
export function permissions(): z.ZodArray<z.ZodString> {
  const flag = /^(all|env|ffi|import|net|read|run|sys|write)(=.+)?$/;
  return z.array(z.string().regex(flag, "must be a permission such as read=data"), "must be a list");
}
