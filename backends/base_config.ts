import { z } from "zod";
import { configSchema } from "./config.ts";
import type { ConfigRules, ConfigSchema, SchemaLike } from "./config.ts";
import { variables, whole, words } from "./config_fields.ts";

/** What every backend's configuration may have, where the backend can make it act. */
export interface BaseBackendConfig {
  /** Names the backend. */
  readonly type: string;
  /** Seconds of running time after which the work is ended, 60 to 86400 (default 3600). */
  readonly timeout: number;
  /** Environment variables of what is run (default none). */
  readonly env_vars: Readonly<Record<string, string>>;
  /** The folder in which it runs, which must exist (default: the backend's choice). */
  readonly working_dir?: string;
  /** How often a transient failure is tried again, waiting longer each time, 0 to 10 (default 0). */
  readonly retries: number;
}

/** A field of the base beside `type`. */
export type BaseField = "timeout" | "env_vars" | "working_dir" | "retries";

/** One Zod schema for each field of a configuration. */
export type FieldSchemas<T> = { readonly [K in keyof T]-?: SchemaLike<T[K]> };

/** One of several sets of fields, see {@linkcode ExtendOptions}. */
export interface FieldVariant {
  /** Whether a document is meant to have these fields. The first that says yes is taken. */
  when(data: Readonly<Record<string, unknown>>): boolean;
  /** The fields, beside those that all variants have. */
  readonly fields: Readonly<Record<string, SchemaLike<unknown>>>;
  /** Why the other variants' fields are refused here. */
  readonly refused?: Readonly<Record<string, string>>;
}

/** How a configuration extends the base. */
export interface ExtendOptions<T> extends Pick<ConfigRules<T>, "paths" | "finish"> {
  /** Fields of the base that cannot act in this backend, each with the reason: they are refused. */
  readonly cannot?: Readonly<Partial<Record<BaseField, string>>>;
  /** Sets of fields, exactly one of which a document has. */
  readonly variants?: readonly FieldVariant[];
}

const BASE = {
  timeout: whole(60, 86400).default(3600).describe(
    "Seconds of running time after which the work is ended, 60 to 86400 (default 3600).",
  ),
  env_vars: variables().default({}).describe("Environment variables of what is run (default none)."),
  working_dir: words("the path of a folder").optional().meta({
    description: "The folder in which it runs, which must exist (default: the backend's choice).",
    examples: ["."],
  }),
  retries: whole(0, 10).default(0).describe(
    "How often a transient failure is tried again, waiting longer each time, 0 to 10 (default 0).",
  ),
};

/**
 * Makes the configuration of a backend: the base's fields and its own. A field of the same name replaces the base's.
 *
 * @example The configuration of a cluster of one's own
 * ```ts
 * import { z } from "zod";
 * import { type BaseBackendConfig, extendBaseConfig } from "@morlet/morlet/backends";
 * import assert from "node:assert/strict";
 *
 * interface ClusterConfig extends BaseBackendConfig {
 *   readonly type: "cluster";
 *   readonly queue: string;
 * }
 * const ClusterConfig = extendBaseConfig<ClusterConfig>("cluster", { queue: z.string("must be the name of a queue") });
 * assert.equal(ClusterConfig.parse({ type: "cluster", queue: "gpu" }).timeout, 3600);
 * assert.throws(() => ClusterConfig.parse({ timeout: 30 }), /timeout: must be a whole number from 60 to 86400.*queue: is missing/);
 * ```
 *
 * @param type The word that names it in a document's `type`, which code may leave out.
 * @param fields A Zod schema for each field of its own.
 * @param options What of the base cannot act, and fields that name files.
 */
export function extendBaseConfig<T extends { readonly type: string }>(
  type: T["type"],
  fields: Partial<FieldSchemas<Omit<T, "type">>>,
  { cannot = {}, variants, paths, finish }: ExtendOptions<T> = {},
): ConfigSchema<T> {
  const base = Object.fromEntries(Object.entries(BASE).filter(([name]) => !(name in cannot)));
  const literal = z.literal(type, `must be "${type}"`).default(type);
  const strict = (more: object) =>
    z.strictObject(
      { type: literal, ...base, ...fields, ...more } as z.ZodRawShape,
      "must be fields with their values",
    ) as unknown as SchemaLike<T>;
  return configSchema<T>(type, strict({}), {
    refused: Object.fromEntries(Object.entries(cannot).map(([name, why]) => [name, `cannot act here: ${why}`])),
    paths: { ...("working_dir" in base ? { working_dir: "folder" } : {}), ...paths },
    variants: variants?.map(({ when, fields, refused }) => ({ when, refused, schema: strict(fields) })),
    finish,
  });
}

/** Checks what all configurations have in common; `type` may be any word. */
export const BaseBackendConfig: ConfigSchema<BaseBackendConfig> = configSchema<BaseBackendConfig>(
  "base",
  z.strictObject({ type: words("the name of a backend").default("base"), ...BASE }, "must be fields with their values"),
  { paths: { working_dir: "folder" } },
);
