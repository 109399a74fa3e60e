import { statSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import {
  backendConfigsJSONSchema,
  ConfigError,
  configIssue,
  configSchema,
  defaultRegistry,
  parseBackendConfig,
} from "../backends/mod.ts";
import type { BackendConfig, ConfigIssue, ConfigSchema, ParseOptions } from "../backends/mod.ts";
import type { Entropy } from "../random/mod.ts";
import { modelSchema } from "./model.ts";
import type { Model, WctModel } from "./model.ts";
import type { ProcessorConfig } from "./postprocessor.ts";
import { parseProcessorConfig, processorConfigsJSONSchema } from "./processor_registry.ts";

/** A study, as its file says it: what is computed, where, and what becomes of the output. */
export interface Study {
  /** Names the run, and its folder below `output_dir`. */
  readonly run_id: string;
  /** Where the workspace is made (default "runs"). */
  readonly output_dir: string;
  /** The master seed (default: drawn, and kept in the workspace). */
  readonly seed?: Exclude<Entropy, bigint>;
  /** Modules with further backends and postprocessors (default none). */
  readonly plugins: readonly string[];
  /** What is computed. */
  readonly model: Model;
  /** Where it runs (default: local). */
  readonly backend: BackendConfig;
  /** What becomes of the output, in this order (default nothing). */
  readonly postprocess: readonly ProcessorConfig[];
}

const seed = z.int("must be a whole number").min(0, "must not be negative");
const part = (what: string) =>
  z.looseObject({ type: z.string(`must be the name of ${what}`) }, `must be ${what} with its fields`);

const shape = z.strictObject({
  run_id: z.string("must be a name").regex(
    /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}(?!\n)$/,
    "must be letters, digits, dots, - and _, at most 100",
  ),
  output_dir: z.string("must be the path of a folder").regex(/\S/, "must be the path of a folder").default("runs"),
  seed: z.union([seed, z.array(seed).min(1)], "must be a whole number of at least 0, or a list of those").optional(),
  plugins: z.array(z.string("must be the address of a module"), "must be a list of modules").default([]),
  model: modelSchema(),
  backend: part("a backend").default({ type: "local" }),
  postprocess: z.union([part("a postprocessor").transform((one) => [one]), z.array(part("a postprocessor"))], {
    error: "must be a postprocessor, or a list of them",
  }).default([]),
});

const base: ConfigSchema<Study> = configSchema<Study>("study", shape as unknown as z.ZodType<Study>);

/** Checks studies: the whole file, with the configurations of its backends and postprocessors. */
export const StudyConfig: ConfigSchema<Study> = {
  type: "study",
  safeParse(data, options = {}) {
    const parsed = base.safeParse(data, options);
    const raw = parsed.success ? parsed.data : data as Partial<Study>;
    const issues = parsed.success ? [] : [...parsed.error.issues];
    const parts = typeof raw === "object" && raw !== null ? checkParts(raw, options, issues) : {};
    if (issues.length > 0) return { success: false, error: new ConfigError("study", issues) };
    return { success: true, data: { ...raw as Study, ...parts } };
  },
  parse(data, options) {
    const result = StudyConfig.safeParse(data, options);
    if (!result.success) throw result.error;
    return result.data;
  },
  toJSONSchema() {
    const schema = base.toJSONSchema() as unknown as JSONSchema;
    const processors = processorConfigsJSONSchema();
    const { model } = schema.properties;
    return {
      ...schema,
      properties: {
        ...schema.properties,
        model: { ...model, oneOf: (model.oneOf as JSONSchema[]).map(withSimulators) },
        backend: backendsThatCan("run"),
        postprocess: { anyOf: [processors, { type: "array", items: processors }] },
      },
    };
  },
};

interface JSONSchema {
  readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The schema of a model, whose significance names a backend. */
function withSimulators(model: JSONSchema): JSONSchema {
  const significance = model.properties.significance as unknown as JSONSchema | undefined;
  if (!significance) return model;
  const properties = { ...significance.properties, backend: backendsThatCan("monteCarlo") };
  return { ...model, properties: { ...model.properties, significance: { ...significance, properties } } };
}

function backendsThatCan(can: "run" | "monteCarlo"): Record<string, unknown> {
  const { $schema: _, ...schema } = backendConfigsJSONSchema({ can, document: false });
  return schema;
}

/** Checks a `wct` model by itself, for `analyseWct`. */
export const WctModelConfig: ConfigSchema<WctModel> = {
  type: "wct",
  safeParse(data, options = {}) {
    const result = model.safeParse(data, options);
    const issues = result.success ? [] : [...result.error.issues];
    const checked = result.success ? checkModel(result.data, options, issues, []) as WctModel : undefined;
    return issues.length > 0
      ? { success: false, error: new ConfigError("wct", issues) }
      : { success: true, data: checked! };
  },
  parse(data, options) {
    const result = WctModelConfig.safeParse(data, options);
    if (!result.success) throw result.error;
    return result.data;
  },
  toJSONSchema: () => model.toJSONSchema(),
};
const model: ConfigSchema<WctModel> = configSchema<WctModel>("wct", modelSchema() as unknown as z.ZodType<WctModel>);

/** The parts that other schemas check, with files made absolute; what is wrong goes to `issues`. */
function checkParts(raw: Partial<Study>, options: ParseOptions, issues: ConfigIssue[]): Partial<Study> {
  const { folder = "." } = options;
  const found: { -readonly [K in keyof Study]?: Study[K] } = {};
  const list = raw.postprocess === undefined
    ? []
    : Array.isArray(raw.postprocess)
    ? raw.postprocess
    : [raw.postprocess];
  if (isPart(raw.backend ?? { type: "local" })) {
    found.backend = nested(["backend"], issues, () => runner(raw.backend ?? { type: "local" }, folder));
  }
  found.postprocess = list.flatMap((one, i) =>
    isPart(one) ? [nested(["postprocess", i], issues, () => parseProcessorConfig(one, { folder }))!] : []
  );
  if (raw.output_dir !== undefined && typeof raw.output_dir === "string") {
    found.output_dir = resolve(folder, raw.output_dir);
  }
  // A model that does not have its shape is explained already; where it has, its defaults may still be missing.
  const model = modelSchema().safeParse(raw.model);
  if (model.success) found.model = checkModel(model.data, options, issues, ["model"]);
  return found;
}

function checkModel(model: Model, { folder = "." }: ParseOptions, issues: ConfigIssue[], at: PropertyKey[]): Model {
  const file = (path: string, field: PropertyKey[]) => {
    const absolute = resolve(folder, path);
    const stat = statSync(absolute, { throwIfNoEntry: false });
    if (!stat?.isFile()) issues.push(configIssue([...at, ...field], path, stat ? "must be a file" : "must exist"));
    return absolute;
  };
  if (model.type === "command") return { ...model, inputs: model.inputs.map((path, i) => file(path, ["inputs", i])) };
  const series = model.series.map((one, i) => ({ ...one, file: file(one.file, ["series", i, "file"]) }));
  const backend = nested(
    [...at, "significance", "backend"],
    issues,
    () => simulator(model.significance.backend, folder),
  );
  return {
    ...model,
    series: series as unknown as WctModel["series"],
    significance: { ...model.significance, backend: backend ?? model.significance.backend },
  };
}

/** A backend that runs commands. */
function runner(data: unknown, folder: string): BackendConfig {
  return able(parseBackendConfig(data, { folder }), "run", "must be a backend that runs commands");
}

/** A backend that runs Monte Carlo work. */
function simulator(data: unknown, folder: string): BackendConfig {
  return able(parseBackendConfig(data, { folder }), "monteCarlo", "must be a backend that runs Monte Carlo work");
}

function able(config: BackendConfig, verb: "run" | "monteCarlo", constraint: string): BackendConfig {
  if (defaultRegistry.capabilities(config.type)[verb]) return config;
  throw new ConfigError("backend", [configIssue(["type"], config.type, constraint)]);
}

/** What a part's own schema says, with its issues where the part stands. */
function nested<T>(at: readonly PropertyKey[], issues: ConfigIssue[], parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { path, value, constraint, hint } of error.issues) {
      issues.push(configIssue([...at, ...path], value, constraint, hint));
    }
  }
}

function isPart(value: unknown): boolean {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}
