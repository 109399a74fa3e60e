import type { ConfigSchema } from "./config.ts";
import { defaultRegistry } from "./default_registry.ts";
import type { Registry } from "./registry.ts";

/** Which backends a JSON Schema is for, and where their configurations stand. */
export interface JSONSchemaOptions {
  /** The backends there are (default: those of `getBackend`). */
  registry?: Registry;
  /** Only those that can do this (default: all). */
  can?: "monteCarlo" | "run";
  /** Whether a configuration is a document of its own, which may name `plugins` (default true). */
  document?: boolean;
}

/** One JSON Schema for the configurations of all the backends there are: `type` says which rules hold. */
export function backendConfigsJSONSchema(options: JSONSchemaOptions = {}): Record<string, unknown> {
  const { registry = defaultRegistry, can, document } = options;
  const names = registry.names.filter((name) => !can || registry.capabilities(name)[can]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    anyOf: names.map((name) => typedJSONSchema(registry.schema(name), { document })),
  };
}

/** The JSON Schema of a backend's configurations with their `type`, which they must have where it tells what they are. */
export function typedJSONSchema(
  schema: ConfigSchema<unknown>,
  { document = true }: Pick<JSONSchemaOptions, "document"> = {},
): Record<string, unknown> {
  return typed(schema.toJSONSchema(), document ? { plugins: { type: "array", items: { type: "string" } } } : {});
}

function typed({ $schema: _, ...schema }: Record<string, unknown>, more: Record<string, unknown>): typeof schema {
  if (Array.isArray(schema.anyOf)) return { ...schema, anyOf: schema.anyOf.map((shape) => typed(shape, more)) };
  const properties = { ...schema.properties as Record<string, unknown>, ...more };
  return { ...schema, properties, required: [...new Set(["type", ...schema.required as string[] ?? []])] };
}
