import { resolve } from "node:path";
import { InvalidArgumentError, nearest } from "../random/mod.ts";
import type { BaseBackendConfig } from "./base_config.ts";
import { ConfigError, configIssue } from "./config_error.ts";
import type { ConfigSchema } from "./config.ts";
import { defaultRegistry } from "./default_registry.ts";
import { loadDocument, loadDocuments, LoadedDocument, parseDocument } from "./load_document.ts";
import type { LoadOptions } from "./load_document.ts";
import { isPluginPath } from "./plugins.ts";
import type { Registry } from "./registry.ts";

/** The configuration of some backend. Its `type` says which. */
export interface BackendConfig extends Partial<Omit<BaseBackendConfig, "type">> {
  /** Names the backend. */
  readonly type: string;
}

/** Settings of {@linkcode loadBackendConfig}. */
export interface LoadConfigOptions extends LoadOptions {
  /** The backends there are (default: those of `getBackend`). */
  registry?: Registry;
  /** Whether modules that a document names in `plugins` are loaded, which runs them (default true). */
  plugins?: boolean;
}

/**
 * Reads a backend's configuration from a YAML or JSON file, whichever backend its `type` names. A document may name
 * `plugins`, modules with further backends, as paths from its folder or module addresses.
 *
 * @example From a file to a backend
 * ```ts
 * import { getBackend, loadBackendConfig } from "@morlet/morlet/backends";
 * import assert from "node:assert/strict";
 *
 * const file = await Deno.makeTempFile({ suffix: ".yml" });
 * await Deno.writeTextFile(file, "type: workers\nn_jobs: ${MORLET_CORES:-2}\n");
 * const config = await loadBackendConfig(file);
 * await using backend = getBackend(config.type, config);
 * assert.equal(backend.config.n_jobs, 2);
 * ```
 *
 * @throws {ConfigError} Naming file, line, field, value and constraint of everything that is wrong.
 */
export async function loadBackendConfig(path: string | URL, options: LoadConfigOptions = {}): Promise<BackendConfig> {
  return await configOf(await loadDocument(path, options), options);
}

/** Reads all configurations of a file of several documents, see {@linkcode loadBackendConfig}. */
export async function loadBackendConfigs(
  path: string | URL,
  options: LoadConfigOptions = {},
): Promise<BackendConfig[]> {
  const configs: BackendConfig[] = [];
  for (const document of await loadDocuments(path, options)) configs.push(await configOf(document, options));
  return configs;
}

/**
 * Checks a configuration of whichever backend its `type` names: data, or a document whose file and lines issues then name.
 *
 * @throws {ConfigError} Naming everything that is wrong.
 */
export function parseBackendConfig(
  data: unknown,
  { registry = defaultRegistry, folder }: { registry?: Registry; folder?: string } = {},
): BackendConfig {
  const document = data instanceof LoadedDocument ? data : undefined;
  const schema = schemaFor(document ? document.data : data, registry, document);
  return document ? parseDocument(schema, document) : schema.parse(data, { folder });
}

async function configOf(document: LoadedDocument, options: LoadConfigOptions): Promise<BackendConfig> {
  const { registry = defaultRegistry } = options;
  await registry.load();
  return parseBackendConfig(await withPlugins(document, options), { registry });
}

/**
 * Loads the plug-ins that a document names in `plugins`, and gives the document without that field.
 *
 * @throws {ConfigError} If one cannot be loaded, or none may be.
 */
export async function withPlugins(
  document: LoadedDocument,
  { registry = defaultRegistry, plugins: allowed = true }: Pick<LoadConfigOptions, "registry" | "plugins"> = {},
): Promise<LoadedDocument> {
  if (typeof document.data !== "object" || document.data === null || !("plugins" in document.data)) return document;
  const { plugins: _, ...data } = document.data;
  const refuse = (path: readonly PropertyKey[], value: unknown, constraint: string) => {
    const issue = { ...configIssue(path, value, constraint), ...document.locate(path) };
    throw new ConfigError("document", [issue]);
  };
  const plugins = pluginsOf(document);
  if (!allowed) refuse(["plugins"], plugins, "must not be there, as plug-ins of documents were not to be loaded");
  for (const [i, plugin] of plugins.entries()) {
    try {
      await registry.load([plugin]);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      refuse(["plugins", i], plugin, error.message);
    }
  }
  return document.with(data);
}

/** The plug-ins that a document names, paths made absolute. @throws {ConfigError} If they are not a list of texts. */
export function pluginsOf(document: LoadedDocument): string[] {
  const { plugins = [] } = (document.data ?? {}) as { plugins?: unknown };
  if (!Array.isArray(plugins) || !plugins.every((plugin) => typeof plugin === "string")) {
    const issue = configIssue(["plugins"], plugins, "must be a list of modules");
    throw new ConfigError("document", [{ ...issue, ...document.locate(["plugins"]) }]);
  }
  return plugins.map((plugin) => isPluginPath(plugin) ? resolve(document.folder, plugin) : plugin);
}

function schemaFor(data: unknown, registry: Registry, document?: LoadedDocument): ConfigSchema<BackendConfig> {
  const type = typeof data === "object" && data !== null ? (data as { type?: unknown }).type : undefined;
  if (typeof type !== "string" || !registry.names.includes(type)) {
    const near = typeof type === "string" ? nearest(type, registry.names) : undefined;
    const constraint = `${type === undefined ? "is missing: " : ""}must be one of ${
      registry.names.map((n) => `"${n}"`).join(", ")
    }`;
    const issue = configIssue(["type"], type, constraint, near && `Did you mean "${near}"?`);
    throw new ConfigError("backend", [{ ...issue, ...document?.locate(["type"]) }]);
  }
  return registry.schema(type) as ConfigSchema<BackendConfig>;
}
