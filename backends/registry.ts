import { InvalidArgumentError, requireOneOf, requireWhole } from "../random/mod.ts";
import type { Availability, Backend, BackendCapabilities, BackendDefinition, BackendInfo } from "./backend.ts";
import { backendInfo, openBackend } from "./open_backend.ts";
import type { ConfigSchema } from "./config.ts";
import { importPlugin, pluginsOfEnvironment } from "./plugins.ts";
import { type ModuleReference, resolveTask, type WorkerFunction } from "./task.ts";

/** What the choice of a backend depends on. */
export interface RecommendOptions {
  /** How many simulations there will be (default 1000). */
  nSimulations?: number;
  /** What is to be run, where it is known: a function needs a backend that can send it. */
  task?: WorkerFunction | ModuleReference;
}

/** A backend that was chosen, and why. */
export interface Recommendation {
  /** The chosen backend, not started yet. */
  readonly backend: Backend;
  /** Why it was chosen, in a sentence. */
  readonly reason: string;
}

/** Below this many simulations, starting threads costs more than it saves. */
const SMALL_WORK = 100;

/**
 * From how many simulations on a GPU is recommended where the task does not say. No card was at hand to measure it: it is a model on
 * the safe side. Finding a device, compiling and the first small batches take half a second; in that time 16 cores run 100,000 simulations
 * of 0.08 ms, and what is lost if one takes less is at most that half second.
 */
export const GPU_BREAK_EVEN = 100_000;

/** A set of backends, one of them the default. A value: tests and programs may have several. */
export class Registry {
  readonly #definitions = new Map<string, BackendDefinition>();
  readonly #plugins = new Map<string, Promise<readonly BackendDefinition[]>>();
  #default: string;

  /** Makes a registry of definitions; the first is the default. */
  constructor(definitions: readonly BackendDefinition[]) {
    for (const definition of definitions) this.register(definition);
    this.#default = definitions[0]?.name ?? "";
  }

  /** Names of the backends there are, in order of registration. */
  get names(): string[] {
    return [...this.#definitions.keys()];
  }

  /** Adds a backend. @throws {InvalidArgumentError} If the name is taken and `replace` is not set. */
  register(definition: BackendDefinition, { replace = false }: { replace?: boolean } = {}): void {
    const { name } = definition;
    if (typeof name !== "string" || !/^[a-z][a-z0-9_-]*$/.test(name)) {
      throw new InvalidArgumentError("definition.name", name, "lower-case letters, digits, - and _, a letter first");
    }
    for (const part of ["probe", "open"] as const) {
      if (typeof definition[part] !== "function") {
        throw new InvalidArgumentError(`definition.${part}`, definition[part], "a function");
      }
    }
    if (this.#definitions.has(name) && !replace) {
      throw new InvalidArgumentError("definition.name", name, "a name that is not taken", {
        hint: "Pass { replace: true } to put this one in its place",
      });
    }
    this.#definitions.set(name, definition);
  }

  /**
   * Adds the backends of plug-ins, each once: modules whose default export is a list of definitions.
   *
   * @param specifiers Module addresses, paths, or names from the import map (default: those that `MORLET_PLUGINS` names).
   * @throws {InvalidArgumentError} If one cannot be imported, exports no backends, or its name is taken.
   */
  async load(specifiers?: readonly string[]): Promise<void> {
    for (const specifier of specifiers ?? await pluginsOfEnvironment()) {
      if (this.#plugins.has(specifier)) {
        await this.#plugins.get(specifier);
        continue;
      }
      const importing = importPlugin(specifier);
      this.#plugins.set(specifier, importing);
      try {
        for (const definition of await importing) this.register(definition);
      } catch (error) {
        this.#plugins.delete(specifier);
        throw error;
      }
    }
  }

  /**
   * Opens a backend; nothing starts until it is used.
   *
   * @throws {InvalidArgumentError} If there is no such backend. Names those there are and a near one.
   * @throws {ConfigError} If the configuration does not fit.
   */
  get(name: string = this.#default, config?: unknown): Backend {
    this.#require(name);
    return openBackend(this.#definitions.get(name)!, config, () => name === this.#default);
  }

  /** The configuration of a backend. @throws {InvalidArgumentError} If there is no such backend. */
  schema(name: string): ConfigSchema<unknown> {
    this.#require(name);
    return this.#definitions.get(name)!.schema;
  }

  /** What a backend can do. @throws {InvalidArgumentError} If there is no such backend. */
  capabilities(name: string): BackendCapabilities {
    this.#require(name);
    return this.#definitions.get(name)!.capabilities;
  }

  /** Tells of every backend; with `availableOnly`, of those that can be used here. */
  async list({ availableOnly = false }: { availableOnly?: boolean } = {}): Promise<BackendInfo[]> {
    const infos = await Promise.all(
      this.names.map((name) => backendInfo(this.#definitions.get(name)!, name === this.#default)),
    );
    return availableOnly ? infos.filter(({ availability }) => availability.available) : infos;
  }

  /** Makes another backend the one that is taken when no name is given. */
  setDefault(name: string): void {
    this.#require(name);
    this.#default = name;
  }

  /**
   * Chooses a backend for so many simulations, and says why: a graphics card for a task with a GPU program when there are many
   * simulations, else every core, or one thread for few. What is chosen without a GPU program gives the oracle's bits. A backend that
   * must be told where to run is never chosen: a cluster's scheduler, a container's image.
   */
  async recommend({ nSimulations = 1000, task }: RecommendOptions = {}): Promise<Recommendation> {
    requireWhole("nSimulations", nSimulations, 1);
    const available = await this.list({ availableOnly: true });
    const card = available.find(({ capabilities }) => capabilities.gpu);
    if (card && nSimulations >= await gpuBreakEven(task)) {
      const on = "detail" in card.availability ? ` on ${card.availability.detail?.split(";")[0]}` : "";
      return {
        backend: this.get(card.name),
        reason:
          `"${card.name}": the task has a GPU program, and ${nSimulations} simulations are worth starting it${on}`,
      };
    }
    // An engine that only runs commands is never chosen either, nor one whose bits are not the oracle's.
    const fit = available.filter(({ name, capabilities }) =>
      capabilities.monteCarlo && capabilities.deterministic && (typeof task !== "function" || capabilities.functions) &&
      this.schema(name).safeParse({}).success
    );
    const able = typeof task === "function" ? fit.filter(({ availability }) => runsFunctions(availability)) : fit;
    if (able.length === 0) {
      const known = this.names.join(", ") || "none";
      throw new InvalidArgumentError("task", task, "one that an available backend can run", {
        hint: `Registered: ${known}`,
      });
    }
    const parallel = able.find(({ capabilities }) => capabilities.parallel);
    if (nSimulations >= SMALL_WORK && parallel) {
      return {
        backend: this.get(parallel.name),
        reason: `"${parallel.name}": ${nSimulations} simulations are worth running side by side`,
      };
    }
    const serial = able.find(({ capabilities }) => !capabilities.parallel) ?? able[0];
    const why = parallel
      ? `${nSimulations} simulations are too few to run side by side`
      : able.length < fit.length
      ? "functions run side by side in processes only, which this program may not start: run Deno with --allow-run"
      : "no parallel backend is available";
    return { backend: this.get(serial.name), reason: `"${serial.name}": ${why}` };
  }

  #require(name: string): void {
    requireOneOf(
      "backend",
      name,
      this.names,
      "Plug-ins, also those that MORLET_PLUGINS names, are added by `await loadPlugins()`",
    );
  }
}

function runsFunctions(availability: Availability): boolean {
  return availability.available && availability.functions !== false;
}

/** From how many simulations on a task is worth a GPU: never, where it has no program or is not known. */
async function gpuBreakEven(task: RecommendOptions["task"]): Promise<number> {
  if (task === undefined || typeof task === "function") return Infinity;
  const { gpu } = await resolveTask({ ...task, args: [] });
  return gpu ? gpu.breakEven ?? GPU_BREAK_EVEN : Infinity;
}

/** Makes a registry of definitions, the first of which is the default. */
export function createRegistry(definitions: readonly BackendDefinition[]): Registry {
  return new Registry(definitions);
}
