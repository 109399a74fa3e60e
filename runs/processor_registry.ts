import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError, configIssue } from "../backends/mod.ts";
import { InvalidArgumentError, nearest, requireOneOf } from "../random/mod.ts";
import { analyze } from "./analyze.ts";
import { archive } from "./archive.ts";
import { noop } from "./noop.ts";
import type { PostprocessorDefinition, ProcessorConfig } from "./postprocessor.ts";
import { visualize } from "./visualize.ts";

interface Entry {
  readonly definition: PostprocessorDefinition;
  /** Whether a fresh process finds it too: it is built in, or comes from a plug-in. */
  readonly portable: boolean;
}

const entries = new Map<string, Entry>();
const loaded = new Map<string, Promise<void>>();

/** The name of a plug-in's export that lists its postprocessors. */
const EXPORT = "postprocessors";

/**
 * Adds a postprocessor to this program. It then runs in this process, where `env_vars` and `working_dir` cannot act and are refused;
 * one that a plug-in exports as `postprocessors` runs in a process of its own.
 *
 * @throws {InvalidArgumentError} If the name is taken and `replace` is not set.
 */
export function registerPostprocessor<Config extends ProcessorConfig>(
  definition: PostprocessorDefinition<Config>,
  { replace = false }: { replace?: boolean } = {},
): void {
  add(definition as unknown as PostprocessorDefinition, false, replace);
}

/** The postprocessors there are: name and description. */
export function listPostprocessors(): { readonly name: string; readonly description: string }[] {
  return [...entries.values()].map(({ definition: { name, description } }) => ({ name, description }));
}

/** A postprocessor by name. @throws {InvalidArgumentError} If there is none. Names those there are and a near one. */
export function getPostprocessor(name: string): PostprocessorDefinition {
  return entryOf(name).definition;
}

/** Whether a postprocessor runs in a process of its own. */
export function isPortable(name: string): boolean {
  return entryOf(name).portable;
}

/** Adds the postprocessors of plug-ins, each once: what their modules export as `postprocessors`. */
export async function loadPostprocessors(specifiers: readonly string[]): Promise<void> {
  for (const specifier of specifiers) {
    const isPath = /^(\.{0,2}\/|[A-Za-z]:\\)/.test(specifier);
    const address = isPath ? pathToFileURL(resolve(specifier)).href : specifier;
    if (!loaded.has(address)) {
      loaded.set(
        address,
        (async () => {
          const module = await import(address) as Record<string, unknown>;
          for (const definition of (module[EXPORT] ?? []) as PostprocessorDefinition[]) add(definition, true, false);
        })(),
      );
    }
    await loaded.get(address);
  }
}

/**
 * Checks the configuration of whichever postprocessor its `type` names.
 *
 * @throws {ConfigError} Naming everything that is wrong.
 */
export function parseProcessorConfig(data: unknown, { folder }: { folder?: string } = {}): ProcessorConfig {
  const type = typeof data === "object" && data !== null ? (data as { type?: unknown }).type : undefined;
  const names = [...entries.keys()];
  if (typeof type !== "string" || !entries.has(type)) {
    const near = typeof type === "string" ? nearest(type, names) : undefined;
    const constraint = `${type === undefined ? "is missing: " : ""}must be one of ${
      names.map((n) => `"${n}"`).join(", ")
    }`;
    throw new ConfigError("postprocessor", [
      configIssue(["type"], type, constraint, near && `Did you mean "${near}"?`),
    ]);
  }
  const config = getPostprocessor(type).schema.parse(data, { folder });
  if (isPortable(type)) return config;
  const idle = [
    ...Object.keys(config.env_vars ?? {}).length > 0 ? ["env_vars" as const] : [],
    ...config.working_dir === undefined ? [] : ["working_dir" as const],
  ];
  if (idle.length === 0) return config;
  throw new ConfigError(
    type,
    idle.map((field) =>
      configIssue(
        [field],
        config[field],
        "cannot act here: the postprocessor is part of this program, not of a plug-in",
      )
    ),
  );
}

/** One JSON Schema for the configurations of all the postprocessors there are. */
export function processorConfigsJSONSchema(): Record<string, unknown> {
  return {
    anyOf: [...entries.values()].map(({ definition }) => {
      const { $schema: _, ...schema } = definition.schema.toJSONSchema();
      return {
        ...schema,
        required: ["type", ...(schema.required as string[] | undefined ?? []).filter((f) => f !== "type")],
      };
    }),
  };
}

function entryOf(name: string): Entry {
  requireOneOf("postprocessor", name, [...entries.keys()], "Plug-ins export theirs as `postprocessors`");
  return entries.get(name)!;
}

function add(definition: PostprocessorDefinition, portable: boolean, replace: boolean): void {
  const { name } = definition;
  if (typeof name !== "string" || !/^[a-z][a-z0-9_-]*$/.test(name)) {
    throw new InvalidArgumentError("definition.name", name, "lower-case letters, digits, - and _, a letter first");
  }
  if (typeof definition.process !== "function") {
    throw new InvalidArgumentError("definition.process", definition.process, "a function");
  }
  if (entries.has(name) && !replace) {
    throw new InvalidArgumentError("definition.name", name, "a name that is not taken", {
      hint: "Pass { replace: true } to put this one in its place",
    });
  }
  entries.set(name, { definition, portable });
}

for (const definition of [noop, archive, analyze, visualize]) {
  add(definition as unknown as PostprocessorDefinition, true, false);
}
