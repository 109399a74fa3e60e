import type { Backend, BackendDefinition, BackendInfo } from "./backend.ts";
import type { BackendName, ConfigOf } from "./built_in_configs.ts";
import { dask } from "./dask.ts";
import { docker } from "./docker.ts";
import { local } from "./local.ts";
import { htmlTable, showsAs, textTable } from "./notebook.ts";
import { createRegistry } from "./registry.ts";
import type { Recommendation, RecommendOptions, Registry } from "./registry.ts";
import { sequential } from "./sequential.ts";
import { slurm } from "./slurm.ts";
import { webgpu } from "./webgpu.ts";
import { workers } from "./workers.ts";

/** The registry behind `getBackend` and its sisters: the built-in backends, and what the program adds. */
export const defaultRegistry: Registry = createRegistry([sequential, workers, webgpu, local, docker, slurm, dask]);

/**
 * Opens a backend by name (the default one without); nothing starts until it is used.
 *
 * @example Run a function once per simulation
 * ```ts
 * import { getBackend } from "@morlet/morlet/backends";
 * import { defaultRng } from "@morlet/morlet/random";
 * import assert from "node:assert/strict";
 *
 * await using backend = getBackend("sequential");
 * const worker = (seed: number, x: number) => defaultRng(seed).normal() + x;
 * const values = await backend.runMonteCarlo(worker, { nSimulations: 1000, workerArgs: [5], seed: 42 });
 * assert.equal(values[0], 6.058838241294325);
 * assert.equal(values.provenance.seed, 42);
 * ```
 *
 * @param name Its name, such as "workers".
 * @param config Fields of its configuration that are not to have their defaults.
 * @throws {InvalidArgumentError} If there is no such backend. Names those there are and a near one.
 * @throws {ConfigError} If the configuration does not fit.
 */
export function getBackend<Name extends BackendName>(name?: Name, config?: ConfigOf<Name>): Backend {
  return defaultRegistry.get(name, config);
}

/** Tells of every backend, plug-ins of `MORLET_PLUGINS` included; with `availableOnly`, of those that can be used here. */
export async function listBackends(options?: { availableOnly?: boolean }): Promise<BackendInfo[]> {
  try {
    await defaultRegistry.load();
  } catch (error) {
    console.warn(`A plug-in is left out. ${(error as Error).message}`); // the others are still worth a list
  }
  const infos = await defaultRegistry.list(options);
  return showsAs(infos, () => ({
    "text/html": htmlTable(tableRows(infos), { head: true }),
    "text/plain": backendTable(infos),
  }));
}

/** Adds a backend. @throws {InvalidArgumentError} If the name is taken and `replace` is not set. */
export function registerBackend(definition: BackendDefinition, options?: { replace?: boolean }): void {
  defaultRegistry.register(definition, options);
}

/**
 * Adds the backends of plug-ins: modules whose default export is a list of {@linkcode BackendDefinition}.
 *
 * @param specifiers Module addresses, paths, or names from the import map (default: those that `MORLET_PLUGINS` names).
 * @throws {InvalidArgumentError} If one cannot be imported, exports no backends, or its name is taken.
 */
export function loadPlugins(specifiers?: readonly string[]): Promise<void> {
  return defaultRegistry.load(specifiers);
}

/** Makes another backend the one that is taken when no name is given. */
export function setDefaultBackend(name: string): void {
  defaultRegistry.setDefault(name);
}

/** Chooses a backend for so many simulations, and says why. */
export function getRecommendedBackend(options?: RecommendOptions): Promise<Recommendation> {
  return defaultRegistry.recommend(options);
}

/** Prints the table of backends: name, availability with reason and remedy, capabilities, description. */
export async function printBackendInfo(): Promise<void> {
  console.log(backendTable(await listBackends()));
}

/** The table of backends as text of some 100 columns. The default is marked by an asterisk. */
export function backendTable(infos: readonly BackendInfo[]): string {
  return textTable(tableRows(infos), [Infinity, Infinity, CAPABILITIES_WIDTH, DESCRIPTION_WIDTH]);
}

/** Characters to a line, so that the table fits into 100 columns. */
const CAPABILITIES_WIDTH = 22, DESCRIPTION_WIDTH = 51;

function tableRows(infos: readonly BackendInfo[]): string[][] {
  const rows = infos.map(({ name, availability, capabilities, description, isDefault }) => [
    `${name}${isDefault ? " *" : ""}`,
    availability.available ? "yes" : "no",
    Object.entries(capabilities).filter(([, has]) => has).map(([word]) => word).join(", "),
    [description, ...availability.available ? [availability.detail] : [availability.reason, availability.remedy]]
      .filter((words) => words !== undefined).join(". "),
  ]);
  return [["backend", "available", "capabilities", "description"], ...rows];
}
