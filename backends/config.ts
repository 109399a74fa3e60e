import { z } from "zod";
import { nearest } from "../random/mod.ts";
import { ConfigError, configIssue } from "./config_error.ts";
import type { ConfigIssue } from "./config_error.ts";
import { checkPath } from "./config_paths.ts";
import type { PathKind } from "./config_paths.ts";
import { htmlTable, showsAs, textTable } from "./notebook.ts";
import { maskSecrets } from "./secrets.ts";

/** Where a configuration's relative paths start. */
export interface ParseOptions {
  /** The folder; of a document its own (default: the current folder). */
  folder?: string;
}

/** A kind of configuration: what it must look like, as a checker and as a JSON Schema. */
export interface ConfigSchema<T> {
  /** The word that names it in a document's `type`. */
  readonly type: string;
  /** Checks a document and fills in defaults. @throws {ConfigError} Naming everything that is wrong. */
  parse(data: unknown, options?: ParseOptions): T;
  /** Like `parse`, but gives the error back. */
  safeParse(data: unknown, options?: ParseOptions): { success: true; data: T } | { success: false; error: ConfigError };
  /** The same rules as a JSON Schema; what the file system decides is beyond it. */
  toJSONSchema(): Record<string, unknown>;
}

/** What {@linkcode configSchema} needs of a schema. Every schema of Zod 4 has it. */
export interface SchemaLike<T> {
  /** Checks a value, and lists what is wrong with it. */
  safeParse(data: unknown): { success: true; data: T } | { success: false; error: { issues: readonly unknown[] } };
}

/** One of several shapes of a configuration. */
export interface ConfigVariant<T> {
  /** Whether a document is meant to have this shape. The first that says yes is taken. */
  when(data: Readonly<Record<string, unknown>>): boolean;
  /** The shape. */
  readonly schema: SchemaLike<T>;
  /** Why fields that other shapes have are refused in this one. */
  readonly refused?: Readonly<Record<string, string>>;
}

/** Rules beside the schema of a configuration. */
export interface ConfigRules<T> {
  /** Fields that name something in the file system, which must exist. They become absolute. */
  readonly paths?: Readonly<Record<string, PathKind>>;
  /** Shapes, exactly one of which a document has. The schema itself is then not used. */
  readonly variants?: readonly ConfigVariant<T>[];
  /** Why fields are refused that one might expect. */
  readonly refused?: Readonly<Record<string, string>>;
  /** Derives fields from others at the end. */
  readonly finish?: (config: T) => T;
}

/**
 * Makes a {@linkcode ConfigSchema} of a Zod schema, best a strict object with a literal `type`.
 *
 * @example Every fault is told at once, and a misspelt field gets a near name
 * ```ts
 * import { z } from "zod";
 * import { configSchema, describeIssue } from "@morlet/morlet/backends";
 * import assert from "node:assert/strict";
 *
 * const schema = configSchema(
 *   "tent",
 *   z.strictObject({ colour: z.string("must be a word"), poles: z.int("must be a whole number").default(2) }),
 * );
 * assert.deepEqual(schema.parse({ colour: "red" }), { colour: "red", poles: 2 });
 * const result = schema.safeParse({ color: "red", poles: "two" });
 * assert.deepEqual(result.success ? [] : result.error.issues.map(describeIssue), [
 *   "colour: is missing: must be a word",
 *   'poles: must be a whole number: current value is "two"',
 *   'color: is not a field here: current value is "red". Did you mean "colour"?',
 * ]);
 * ```
 */
export function configSchema<T>(type: string, schema: SchemaLike<T>, rules: ConfigRules<T> = {}): ConfigSchema<T> {
  const { paths = {}, variants, refused, finish = (config) => config } = rules;
  const toJSONSchema = () =>
    z.toJSONSchema(
      (variants ? z.union(variants.map(({ schema }) => schema as z.ZodType)) : schema) as z.ZodType,
      { io: "input" },
    ) as Record<string, unknown>;

  const safeParse: ConfigSchema<T>["safeParse"] = (data, { folder = "." } = {}) => {
    const variant = isRecord(data) ? variants?.find(({ when }) => when(data)) : variants?.[0];
    const result = (variant?.schema ?? schema).safeParse(data);
    const issues = result.success ? [] : explain(result.error.issues as ZodIssue[], data, {
      refused: { ...refused, ...variant?.refused },
      jsonSchema: toJSONSchema,
    });
    const found: Record<string, unknown> = {};
    for (const [field, kind] of Object.entries(paths)) {
      const value = isRecord(data) ? data[field] : undefined;
      if (
        value === undefined || issues.some(({ path }) => path[0] === field && (path.length === 1 || kind !== "volumes"))
      ) {
        continue;
      }
      found[field] = checkPath(kind, value, folder, (at, wrong, constraint) => {
        issues.push(configIssue([field, ...at], wrong, constraint));
      });
    }
    if (issues.length > 0) return { success: false, error: new ConfigError(type, issues) };
    const { data: config } = result as { data: T };
    return { success: true, data: shown(finish({ ...config, ...found })) };
  };

  return {
    type,
    safeParse,
    parse(data, options) {
      const result = safeParse(data, options);
      if (!result.success) throw result.error;
      return result.data;
    },
    toJSONSchema,
  };
}

/** A configuration that shows itself in a notebook as a table of its fields; `console.log` prints them anyway. */
function shown<T>(config: T): T {
  if (!isRecord(config)) return config;
  return showsAs(config, () => {
    const text = (value: unknown) => typeof value === "string" ? value : JSON.stringify(value) ?? String(value);
    const rows = Object.entries(maskSecrets(config)).map(([field, value]) => [field, text(value)]);
    return { "text/html": htmlTable(rows), "text/plain": rows.length ? textTable(rows) : "{}" };
  }, { inLogs: false });
}

interface ZodIssue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly issues?: readonly ZodIssue[];
  readonly errors?: readonly (readonly ZodIssue[])[];
}

interface Explanation {
  readonly refused: Readonly<Record<string, string>>;
  jsonSchema(): Record<string, unknown>;
}

/** Zod's issues in our words: one a field, unknown fields each by name. */
function explain(issues: readonly ZodIssue[], data: unknown, how: Explanation): ConfigIssue[] {
  return issues.flatMap(({ code, path, message, keys = [], issues = [], errors = [] }) => {
    const value = path.reduce<unknown>((v, part) => (v as Record<PropertyKey, unknown> | undefined)?.[part], data);
    if (code === "unrecognized_keys") {
      return keys.map((key) => unknownField([...path, key], (value as Record<string, unknown>)[key], how));
    }
    if (code === "invalid_key") return issues.map(({ message }) => configIssue(path, value, message));
    if (code === "invalid_union" && errors.length > 0) {
      // Of several shapes the one that fits best was meant; of several plain values all are named.
      const [best] = [...errors].sort((a, b) => a.length - b.length);
      if (best.every((issue) => issue.path.length === 0 && issue.code !== "unrecognized_keys")) {
        return [configIssue(path, value, message)];
      }
      return explain(best.map((issue) => ({ ...issue, path: [...path, ...issue.path] })), data, how);
    }
    return [configIssue(path, value, value === undefined && path.length > 0 ? `is missing: ${message}` : message)];
  });
}

function unknownField(path: readonly PropertyKey[], value: unknown, { refused, jsonSchema }: Explanation): ConfigIssue {
  const name = String(path.at(-1));
  if (path.length === 1 && refused[name]) return configIssue(path, value, refused[name]);
  const near = nearest(name, fieldsAt(jsonSchema(), path.slice(0, -1)));
  return configIssue(path, value, "is not a field here", near && `Did you mean "${near}"?`);
}

/** The names of the fields that a JSON Schema has at a place. */
function fieldsAt(schema: Record<string, unknown>, path: readonly PropertyKey[]): string[] {
  const shapes = [schema, ...(["anyOf", "oneOf", "allOf"] as const).flatMap((key) => schema[key] ?? [])].filter(
    isRecord,
  );
  if (shapes.length > 1) return [...new Set(shapes.slice(1).flatMap((shape) => fieldsAt(shape, path)))];
  const properties = isRecord(schema.properties) ? schema.properties : {};
  if (path.length === 0) return Object.keys(properties);
  const [head, ...rest] = path;
  const next = typeof head === "number" ? schema.items : properties[String(head)] ?? schema.additionalProperties;
  return isRecord(next) ? fieldsAt(next, rest) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
