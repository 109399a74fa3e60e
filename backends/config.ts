import { z } from "zod";
import { InvalidArgumentError } from "../random/mod.ts";

/** One thing that is wrong with a configuration. */
export interface ConfigIssue {
  /** The field, with dots where it is inside another; empty for the document itself. */
  readonly field: string;
  /** The value that was refused. */
  readonly value: unknown;
  /** What it must be. */
  readonly constraint: string;
}

/** Thrown when a configuration cannot be used. Names every issue, not just the first. */
export class ConfigError extends InvalidArgumentError {
  /** Names the class. */
  override readonly name = "ConfigError";
  /** All that is wrong. */
  readonly issues: readonly ConfigIssue[];

  /** Names what is wrong with a configuration. */
  constructor(type: string, issues: readonly ConfigIssue[]) {
    const [first] = issues;
    super(first.field, first.value, first.constraint);
    const lines = issues.map(({ field, constraint }) => `${field || "the document"}: ${constraint}`);
    this.message = `Cannot use the ${type} configuration. ${lines.join(". ")}`;
    this.issues = issues;
  }
}

/** A kind of configuration: what it must look like, as a checker and as a JSON Schema. */
export interface ConfigSchema<T> {
  /** The word that names it in a document's `type`. */
  readonly type: string;
  /** Checks a document and fills in defaults. @throws {ConfigError} Naming everything that is wrong. */
  parse(data: unknown): T;
  /** Like `parse`, but gives the error back. */
  safeParse(data: unknown): { success: true; data: T } | { success: false; error: ConfigError };
  /** The same rules as a JSON Schema. */
  toJSONSchema(): Record<string, unknown>;
}

/** Makes a {@linkcode ConfigSchema} of a Zod schema whose object has a literal `type`. */
export function configSchema<T>(type: string, schema: z.ZodType<T>): ConfigSchema<T> {
  const safeParse: ConfigSchema<T>["safeParse"] = (data) => {
    const result = schema.safeParse(data);
    if (result.success) return { success: true, data: result.data };
    const issues = result.error.issues.map((issue) => ({
      field: issue.path.join("."),
      value: issue.path.reduce<unknown>((v, part) => (v as Record<PropertyKey, unknown> | undefined)?.[part], data),
      constraint: issue.message,
    }));
    return { success: false, error: new ConfigError(type, issues) };
  };
  return {
    type,
    safeParse,
    parse(data) {
      const result = safeParse(data);
      if (!result.success) throw result.error;
      return result.data;
    },
    toJSONSchema: () => z.toJSONSchema(schema, { io: "input" }) as Record<string, unknown>,
  };
}
