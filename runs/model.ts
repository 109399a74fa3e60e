import { z } from "zod";
import type { BackendConfig, RunCommand } from "../backends/mod.ts";
import { CONVENTIONS } from "../wavelet/mod.ts";
import type { Convention, MotherSpec } from "../wavelet/mod.ts";
import { TABLE_FORMATS } from "./table.ts";
import type { TableFormat } from "./table.ts";

/** Units in which dates are counted. */
export const TIME_UNITS: readonly ["years", "months", "days", "hours", "minutes", "seconds"] = [
  "years",
  "months",
  "days",
  "hours",
  "minutes",
  "seconds",
];

/** One of the two series of a {@linkcode WctModel}. */
export interface SeriesConfig {
  /** The file that holds it. */
  readonly file: string;
  /** Its format (default: as the file's name ends). */
  readonly format?: TableFormat;
  /** The column with its values. */
  readonly value: string;
  /** The column with its times: dates, or numbers (default: none, then `time.step` must be given). */
  readonly time?: string;
  /** What it is called on figures (default: the column's name). */
  readonly name?: string;
  /** The unit of its values, for figures and files. */
  readonly unit?: string;
  /** `monthly` takes the mean of what each calendar month has. */
  readonly mean?: "monthly";
  /** A number that stands for a missing sample, as -999 (default: none; empty fields, NaN and NA are missing anyway). */
  readonly missing?: number;
  /** Whether samples that are missing are an error (default), or are filled on a straight line. */
  readonly gaps: "refuse" | "interpolate";
  /** The longest gap that is filled, in samples (default: any). */
  readonly max_gap?: number;
  /** Whether its rate of change is studied, by centred differences, in its unit per `time.unit` (default false). */
  readonly growth: boolean;
}

/** What is done to both series before the analysis, in this order. */
export interface PrepareConfig {
  /** Removes the mean seasonal cycle: by calendar month, or of so many samples. */
  readonly deseason?: "month" | number;
  /** Removes the mean, a line, or a polynomial of this order (default "none"). */
  readonly detrend: "none" | "constant" | "linear" | number;
  /** Brings them to mean 0 and standard deviation 1 (default false). */
  readonly standardize: boolean;
}

/** The built-in study: wavelet coherence of two series, with significance. */
export interface WctModel {
  /** Names the model. */
  readonly type: "wct";
  /** The two series. */
  readonly series: readonly [SeriesConfig, SeriesConfig];
  /** The time axis. */
  readonly time: {
    /** The unit of times, steps and periods. Dates take one of {@linkcode TIME_UNITS} (default "years"); numbers any, or none. */
    readonly unit?: string;
    /** The step between samples, where no column holds the times. */
    readonly step?: number;
  };
  /** What is done to both series first. */
  readonly prepare: PrepareConfig;
  /** The transform, as in `waveletCoherence`. */
  readonly analysis: {
    /** Spacing of the scales in octaves (default 1/12). */
    readonly dj: number;
    /** Smallest scale. */
    readonly s0?: number;
    /** The scales are numbered 0 to J. */
    readonly J?: number;
    /** Mother wavelet (default "morlet"). */
    readonly wavelet: string | MotherSpec;
    /** Whose smoothing window is used (default "exact"). */
    readonly convention: Convention;
  };
  /** How the null is simulated and tested. */
  readonly significance: {
    /** The level (default 0.95). */
    readonly level: number;
    /** How many pairs of surrogates (default 300), or `"auto"`: as many as the tolerance takes. */
    readonly mc_count: number | "auto";
    /** With `mc_count: auto`, the standard error that the level of every tested scale may have (default 0.01). */
    readonly tolerance?: number;
    /** How many more pairs test each patch as a whole, on processors (default 0: none). */
    readonly region_count: number;
    /** Lag-1 autocorrelations (default: estimated). */
    readonly ar1?: readonly [number, number];
    /** The backend that simulates, with its configuration (default: workers). */
    readonly backend: BackendConfig;
  };
}

/**
 * Any program. It runs in its workspace, whose folder `inputs` it reads and whose folder `outputs` it fills, and is told
 * `MORLET_WORKSPACE`, `MORLET_RUN_ID` and `MORLET_SEED`.
 */
export interface CommandModel {
  /** Names the model. */
  readonly type: "command";
  /** A line for the shell, or a program and its arguments (default: what the backend's configuration names). */
  readonly command?: string | readonly string[];
  /** Files that are copied into the workspace's `inputs` (default none). */
  readonly inputs: readonly string[];
  /** Files below the workspace's `outputs` that must be there in the end (default none). */
  readonly outputs: readonly string[];
}

/** What a study computes. */
export type Model = WctModel | CommandModel;

const word = (what: string) => z.string(`must be ${what}`).regex(/\S/, `must be ${what}, not blank`);
const positive = () => z.number("must be a positive number").positive("must be a positive number");
const whole = (least: number) =>
  z.int(`must be a whole number of at least ${least}`).min(least, `must be a whole number of at least ${least}`);
const oneOf = <const T extends readonly [string, ...string[]]>(names: T) =>
  z.enum(names, `must be ${names.map((name) => `"${name}"`).join(" or ")}`);
const fraction = () => z.number("must be a number between 0 and 1").gt(0, "must be above 0").lt(1, "must be below 1");

/** A number, or a fraction as a text, such as "1/12". */
const ratio = () =>
  z.union([
    positive(),
    z.string().regex(/^[0-9]+(\.[0-9]+)?\/[0-9]*[1-9][0-9]*$/, "must be a fraction").transform((text) => {
      const [a, b] = text.split("/").map(Number);
      return a / b;
    }),
  ], `must be a positive number, or a fraction such as "1/12"`);

const series = z.strictObject({
  file: word("the path of a file"),
  format: oneOf(TABLE_FORMATS).optional(),
  value: word("the name of a column"),
  time: word("the name of a column").optional(),
  name: word("a name").optional(),
  unit: word("a unit").optional(),
  mean: oneOf(["monthly"]).optional(),
  missing: z.number("must be a number").optional(),
  gaps: oneOf(["refuse", "interpolate"]).default("refuse"),
  max_gap: whole(1).optional(),
  growth: z.boolean("must be true or false").default(false),
});

/** An object all of whose fields have defaults may be left out. */
const defaulted = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape).prefault({} as never);

/** The schema of {@linkcode WctModel}. */
const wct = z.strictObject({
  type: z.literal("wct"),
  series: z.tuple([series, series], "must be a list of two series"),
  time: defaulted({ unit: word("a unit").optional(), step: ratio().optional() }),
  prepare: defaulted({
    deseason: z.union([z.literal("month"), whole(2)], `must be "month" or a whole number of at least 2`).optional(),
    detrend: z.union([oneOf(["none", "constant", "linear"]), whole(0).max(20)], {
      error: `must be "none", "constant", "linear" or a whole number from 0 to 20`,
    }).default("none"),
    standardize: z.boolean("must be true or false").default(false),
  }),
  analysis: defaulted({
    dj: ratio().default(1 / 12),
    s0: ratio().optional(),
    J: whole(0).optional(),
    wavelet: z.union([
      word("the name of a mother wavelet"),
      z.strictObject({
        name: oneOf(["morlet", "paul", "dog", "mexicanhat"]),
        parameter: positive().optional(),
        deltaj0: positive().optional(),
        gamma: positive().optional(),
        cdelta: positive().optional(),
      }),
    ], "must be the name of a mother wavelet, or its name and constants").default("morlet"),
    convention: oneOf(CONVENTIONS as unknown as readonly ["exact", "grinsted", "pycwt"]).default("exact"),
  }),
  significance: defaulted({
    level: fraction().default(0.95),
    mc_count: z.union([whole(1), z.literal("auto")], `must be a whole number of at least 1, or "auto"`).default(300),
    tolerance: fraction().optional(),
    region_count: whole(0).default(0),
    ar1: z.tuple([
      z.number("must be a number").gt(-1, "must be above -1").lt(1, "must be below 1"),
      z.number("must be a number").gt(-1, "must be above -1").lt(1, "must be below 1"),
    ], "must be two numbers between -1 and 1").optional(),
    backend: z.looseObject({ type: word("the name of a backend") }, "must be the configuration of a backend").default({
      type: "workers",
    }),
  }),
});

const command = z.strictObject({
  type: z.literal("command"),
  command: z.union([word("a command"), z.array(z.string("must be texts")).min(1, "must name a program")], {
    error: "must be a line for the shell, or a list of a program and its arguments",
  }).optional(),
  inputs: z.array(word("the path of a file"), "must be a list of files").default([]),
  outputs: z.array(
    z.string("must be the path of a file").regex(/^(?!\/)(?!.*\.\.)[\s\S]*[^ \t\n]/, "must be a path below outputs"),
    "must be a list of files",
  ).default([]),
});

/** The Zod schema of a study's `model`. */
export const modelSchema = (): z.ZodType<Model> =>
  z.discriminatedUnion("type", [wct, command], `must have a type: "wct" or "command"`) as unknown as z.ZodType<Model>;

/** What runs for a model. */
export function commandOf(model: Model, plugins: readonly string[]): RunCommand | undefined {
  if (model.type === "command") return model.command;
  const { backend } = model.significance;
  // What a plug-in needs, and processes, cannot be known beforehand.
  const wide = plugins.length > 0 || !["sequential", "workers", "webgpu"].includes(backend.type) ||
    (backend as { prefer?: unknown }).prefer === "processes";
  const permissions = wide ? ["all"] : ["read", "write", "env", "sys"];
  return { module: "runs/study_main.ts", args: [], permissions };
}
