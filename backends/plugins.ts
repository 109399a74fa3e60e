import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { InvalidArgumentError } from "../random/mod.ts";
import type { BackendDefinition } from "./backend.ts";

/** The variable that names plug-ins: module addresses or paths, separated by blanks. */
export const PLUGINS_VARIABLE = "MORLET_PLUGINS";

/** The plug-ins that `MORLET_PLUGINS` names, if it may be read. */
export async function pluginsOfEnvironment(): Promise<string[]> {
  const { state } = await Deno.permissions.query({ name: "env", variable: PLUGINS_VARIABLE });
  return state === "granted" ? (Deno.env.get(PLUGINS_VARIABLE) ?? "").split(/\s+/).filter(Boolean) : [];
}

/** Whether a plug-in is named by a path. */
export function isPluginPath(specifier: string): boolean {
  return /^\.{1,2}[\\/]/.test(specifier) || isAbsolute(specifier);
}

/**
 * Imports a plug-in: a module whose default export is a list of backend definitions.
 *
 * @param specifier A module address, a path relative to the current folder, or a bare name from the import map.
 * @throws {InvalidArgumentError} If it cannot be imported or does not export backends.
 */
export async function importPlugin(specifier: string): Promise<readonly BackendDefinition[]> {
  let module: { default?: unknown };
  try {
    module = await import(isPluginPath(specifier) ? pathToFileURL(resolve(specifier)).href : specifier);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidArgumentError("plugins", specifier, "a module that can be imported", { hint: why, cause });
  }
  const { default: definitions } = module;
  if (
    !Array.isArray(definitions) ||
    !definitions.every((d) => typeof d?.name === "string" && typeof d.open === "function")
  ) {
    throw new InvalidArgumentError(
      "plugins",
      specifier,
      "a module whose default export is a list of backend definitions",
    );
  }
  return definitions;
}
