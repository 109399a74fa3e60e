import type { ConfigSchema } from "./config.ts";
import { defaultRegistry } from "./default_registry.ts";
import type { Registry } from "./registry.ts";

/** One JSON Schema for documents of all the backends there are: `type` says which rules hold. */
export function backendConfigsJSONSchema(registry: Registry = defaultRegistry): Record<string, unknown> {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    anyOf: registry.names.map((name) => documentJSONSchema(registry.schema(name))),
  };
}

/** The JSON Schema of a backend's documents: that of its configuration, with `type`, which they must have, and `plugins`. */
export function documentJSONSchema(schema: ConfigSchema<unknown>): Record<string, unknown> {
  return forDocuments(schema.toJSONSchema());
}

function forDocuments({ $schema: _, ...schema }: Record<string, unknown>): Record<string, unknown> {
  if (Array.isArray(schema.anyOf)) return { ...schema, anyOf: schema.anyOf.map(forDocuments) };
  const plugins = { type: "array", items: { type: "string" } };
  const properties = { ...schema.properties as Record<string, unknown>, plugins };
  return { ...schema, properties, required: ["type", ...schema.required as string[] ?? []] };
}
