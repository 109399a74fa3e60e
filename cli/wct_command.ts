import { Command } from "commander";
import { statSync } from "node:fs";
import { extname } from "node:path";
import { saveAtomically } from "../analysis/mod.ts";
import { showProgress } from "../backends/mod.ts";
import { InvalidArgumentError, requireOneOf } from "../random/mod.ts";
import { backendOption } from "./backend_option.ts";
import { collect } from "./context.ts";
import type { Act, Context } from "./context.ts";
import { wctReport } from "./wct_report.ts";
import { inTermsOfOptions, WCT_TERMS } from "./wct_terms.ts";

interface WctOptions {
  dt?: string;
  time: string[];
  unit?: string;
  dj?: string;
  s0?: string;
  wavelet?: string;
  convention?: string;
  level?: string;
  simulations?: string;
  regions?: string;
  seed?: string;
  backend: string;
  jobs?: string;
  monthly?: boolean;
  missing?: string;
  fillGaps?: boolean;
  growth?: string;
  deseason?: string;
  detrend?: string;
  standardize?: boolean;
  title?: string;
  out: string[];
  force?: boolean;
}

const FORMATS = [".html", ".svg", ".png", ".json", ".nc"] as const;

const EXAMPLES = `
A series is FILE or FILE:COLUMN; without a column it is the file's last.

Examples:
  morlet wct a.csv b.csv --dt 1/12 --seed 42 --simulations 1000 --backend workers --out figure.html
  morlet wct data/elnino.csv:sst data/co2.csv:co2 --time date --monthly --fill-gaps --growth second \\
    --deseason month --detrend linear
  morlet wct study.nc:sst study.nc:rain --time time --unit days --out figure.svg --out figure.png --json
`;

/** `morlet wct` */
export function wctCommand(act: Act): Command {
  return new Command("wct")
    .description("tests the coherence of two series of CSV, JSON or NetCDF files, and draws it")
    .argument("<first>", "first series")
    .argument("<second>", "second series")
    .option("--dt <step>", "time between samples, as 0.25 or 1/12; not needed with --time")
    .option(
      "--time <column>",
      "the column that holds the times, in both files, or twice for one each; samples at common times are used",
      collect,
      [],
    )
    .option("--unit <unit>", "the unit of times and periods (default years for dates, else none)")
    .option("--dj <octaves>", "spacing of the scales (default 1/12)")
    .option("--s0 <scale>", "smallest scale")
    .option("--wavelet <name>", "morlet, paul, dog or mexicanhat (default morlet)")
    .option("--convention <name>", "exact, grinsted or pycwt (default exact)")
    .option("--level <level>", "level of significance (default 0.95)")
    .option("-n, --simulations <count>", "how many pairs of surrogates (default 300)")
    .option("--regions <count>", "how many more pairs test each patch as a whole (default none; 1000 do well)")
    .option("--seed <number>", "master seed; drawn and told if left out")
    .option(
      "-b, --backend <name|file>",
      "what simulates: a backend's name, or a file with its configuration",
      "workers",
    )
    .option("--jobs <count>", "how many simulate side by side; -1 for all cores")
    .option("--monthly", "take means of calendar months first")
    .option("--missing <number>", "a number that stands for a missing sample, as -999")
    .option("--fill-gaps", "fill missing samples on a straight line; else they are an error")
    .option("--growth <first|second|both>", "take the rate of change, per unit of time, of that series")
    .option("--deseason <month|samples>", "remove the mean seasonal cycle")
    .option("--detrend <order>", "remove constant, linear, or a polynomial of an order")
    .option("--standardize", "bring both series to mean 0 and standard deviation 1")
    .option("--title <text>", "a title over the figure")
    .option(
      "-o, --out <path>",
      "save the figure as .html, .svg, .png or .json, or the results as .nc; repeat for more",
      collect,
      [],
    )
    .option("--force", "overwrite files that are there")
    .addHelpText("after", EXAMPLES)
    .action(act(wct));
}

async function wct(context: Context, first: string, second: string, options: WctOptions): Promise<void> {
  const { log, signal, tell } = context;
  for (const path of options.out) refuseOutput(path, options.force);
  const seed = options.seed === undefined ? undefined : readSeed(options.seed);
  const { analyseWct, coherenceFigure, coherenceToNetcdf, WctModelConfig } = await import("../runs/mod.ts");
  const backend = await backendOption(options.backend, options.jobs ? { n_jobs: number(options.jobs) } : {});
  const parsed = WctModelConfig.safeParse(await modelOf([first, second], options, backend));
  if (!parsed.success) throw inTermsOfOptions(parsed.error);
  const { data: model } = parsed;
  const { mc_count: simulations, region_count: regions } = model.significance;
  log.info("simulating", { simulations, regions, backend });
  const job = analyseWct(model, { seed, signal, terms: WCT_TERMS });
  showProgress(job);
  const study = await job;
  for (const path of options.out) {
    if (extname(path).toLowerCase() === ".nc") await saveAtomically(path, await coherenceToNetcdf(study, model));
    else await coherenceFigure(study, { title: options.title }).save(path);
    log.info("wrote", { file: path });
  }
  const { data, text } = wctReport(study, study.unit || undefined, options.out);
  tell(data, text);
}

async function modelOf(series: readonly string[], o: WctOptions, backend: unknown): Promise<unknown> {
  const detrend = o.detrend && number(o.detrend);
  if (o.time.length > 2) throw new InvalidArgumentError("--time", o.time.length, "given once, or once for each series");
  if (o.growth !== undefined) requireOneOf("--growth", o.growth, ["first", "second", "both"]);
  const one = async (given: string, place: string) => ({
    ...await fileAndColumn(given),
    growth: o.growth === place || o.growth === "both",
    ...only({
      missing: o.missing && number(o.missing),
      time: place === "first" ? o.time[0] : o.time.at(-1),
      mean: o.monthly && "monthly",
    }),
    gaps: o.fillGaps ? "interpolate" : "refuse",
  });
  const [first, second] = [await one(series[0], "first"), await one(series[1], "second")];
  // Columns of one name are told apart by their files.
  const alike = first.value === second.value && first.file !== second.file;
  const named = (config: typeof first) => alike ? { ...config, name: `${config.value} of ${config.file}` } : config;
  return {
    type: "wct",
    series: [named(first), named(second)],
    time: only({ unit: o.unit, step: o.dt && number(o.dt) }),
    prepare: only({ deseason: o.deseason && number(o.deseason), detrend, standardize: o.standardize }),
    analysis: only({
      dj: o.dj && number(o.dj),
      s0: o.s0 && number(o.s0),
      wavelet: o.wavelet,
      convention: o.convention,
    }),
    significance: {
      ...only({
        level: o.level && number(o.level),
        mc_count: o.simulations && number(o.simulations),
        region_count: o.regions && number(o.regions),
      }),
      backend,
    },
  };
}

/** The file of `FILE:COLUMN`, and the column: the last one where none is named. */
async function fileAndColumn(given: string): Promise<{ file: string; value: string }> {
  const [, file, column] = /^(.+?\.[A-Za-z0-9]+):(.+)$/.exec(given) ?? [];
  if (file) return { file, value: column };
  const { formatOf, readTable } = await import("../runs/mod.ts");
  const format = formatOf(given);
  if (!format) throw new InvalidArgumentError("series", given, "a .csv, .json or .nc file");
  try {
    return { file: given, value: [...(await readTable(given, format)).keys()].at(-1) ?? "" };
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOENT") throw error;
    throw new InvalidArgumentError("series", given, "a file that exists");
  }
}

/** A number where the text is one; what is none is left for the rules to refuse, or to read as a fraction. */
function number(text: string): number | string {
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function readSeed(text: string): number | bigint {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("seed", text, "a whole number of at least 0");
  return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
}

/** The fields that were given. */
function only<T extends Record<string, unknown>>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function refuseOutput(path: string, force = false): void {
  requireOneOf("out", extname(path).toLowerCase(), FORMATS);
  if (force || !statSync(path, { throwIfNoEntry: false })) return;
  throw new InvalidArgumentError("out", path, "a file that is not there yet", { hint: "Give --force to overwrite it" });
}
