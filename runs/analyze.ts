import { Buffer } from "node:buffer";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { saveAtomically, significantRegions } from "../analysis/mod.ts";
import type { SignificantRegion, WaveletCoherence } from "../analysis/mod.ts";
import { extendBaseConfig } from "../backends/mod.ts";
import type { ConfigSchema } from "../backends/mod.ts";
import { csv, timeText, withUnit } from "./coherence_csv.ts";
import { coordinate, readCoherence } from "./coherence_file.ts";
import type { StoredCoherence } from "./coherence_file.ts";
import { writeNetcdf } from "./netcdf.ts";
import type { NetcdfVariable } from "./netcdf.ts";
import type { PostprocessorDefinition, ProcessorConfig } from "./postprocessor.ts";
import { scaleSummaries, significantBands } from "./scale_summary.ts";
import type { ScaleSummary, SignificantBand } from "./scale_summary.ts";

/** Configuration of the postprocessor `analyze`. */
export interface AnalyzeConfig extends ProcessorConfig {
  /** Names the postprocessor. */
  readonly type: "analyze";
  /** How it is written (default "json"). */
  readonly output_format: "json" | "csv" | "netcdf";
  /** Whether it is written compressed: JSON and CSV by gzip, NetCDF by its own deflation (default false). */
  readonly compress: boolean;
  /** `regions`: patches, with their years and lags; `spectral`: each scale, and the significant bands; `all` (default): both. */
  readonly analysis_type: "all" | "regions" | "spectral";
  /** Patches of fewer samples of the map are left out (default 1). */
  readonly min_size: number;
}

/** Checks configurations of `analyze`. */
export const AnalyzeConfig: ConfigSchema<AnalyzeConfig> = extendBaseConfig<AnalyzeConfig>("analyze", {
  output_format: z.enum(["json", "csv", "netcdf"], `must be "json", "csv" or "netcdf"`).default("json"),
  compress: z.boolean("must be true or false").default(false),
  analysis_type: z.enum(["all", "regions", "spectral"], `must be "all", "regions" or "spectral"`).default("all"),
  min_size: z.int("must be a whole number of at least 1").min(1, "must be a whole number of at least 1").default(1),
});

/** Tells where and how the series are coherent. */
export const analyze: PostprocessorDefinition<AnalyzeConfig> = {
  name: "analyze",
  description: "Tells which bands, years and lags are significant",
  schema: AnalyzeConfig,
  async process({ workspace, outputs, settings: { model } }, config) {
    if (model.type !== "wct") throw new Error(`It analyses coherence, and the model is "${model.type}"`);
    const stored = await readCoherence(join(outputs, "results.nc"));
    const { analysis_type: type, compress, min_size: minSize } = config;
    const scales = type === "regions" ? undefined : scaleSummaries(stored.result);
    const found: Found = {
      regions: type === "spectral" ? undefined : regionsOf(stored, minSize),
      bands: scales && significantBands(scales),
      scales,
    };
    const files: string[] = [];
    for (const [name, content] of Object.entries(await write(found, stored, config))) {
      const packed = compress && config.output_format !== "netcdf";
      const path = `analysis/${name}${packed ? ".gz" : ""}`;
      await saveAtomically(join(workspace, path), packed ? gzipSync(Buffer.from(content as string)) : content);
      files.push(path);
    }
    const counts = [
      ...found.regions ? [`${found.regions.length} significant regions`] : [],
      ...found.bands ? [`${found.bands.length} significant bands`] : [],
    ];
    return { message: `Found ${counts.join(" and ")}`, files };
  },
};

/** A significant patch, in the terms of the study. */
interface Region extends SignificantRegion {
  /** First and last time. */
  readonly times: readonly [string, string];
  /** Time of the highest coherence. */
  readonly peak: SignificantRegion["peak"] & { readonly time: string };
}

interface Found {
  readonly regions?: readonly Region[];
  readonly bands?: readonly SignificantBand[];
  readonly scales?: readonly ScaleSummary[];
}

function regionsOf({ result, times }: StoredCoherence, minSize: number): Region[] {
  const text = (t: number) => timeText(times[t]);
  return significantRegions(result as WaveletCoherence, { minSize }).map((region) => ({
    ...region,
    times: [text(region.samples[0]), text(region.samples[1])] as const,
    peak: { ...region.peak, time: text(region.peak.sample) },
  }));
}

async function write(
  found: Found,
  stored: StoredCoherence,
  config: AnalyzeConfig,
): Promise<Record<string, string | Uint8Array>> {
  const { names, unit, result: { level } } = stored;
  switch (config.output_format) {
    case "json":
      return { "analysis.json": `${JSON.stringify({ names, unit, level, ...found }, null, 2)}\n` };
    case "csv":
      return {
        ...found.regions && { "regions.csv": csv(rows(found.regions.map(flatRegion), unit)) },
        ...found.bands && { "bands.csv": csv(rows(found.bands.map(flatBand), unit)) },
        ...found.scales && { "scales.csv": csv(rows(found.scales, unit)) },
      };
    case "netcdf":
      return { "analysis.nc": await netcdf(found, stored, config.compress) };
    default:
      return config.output_format satisfies never;
  }
}

function flatRegion(
  { times, samples, periods, size, mass, peak, pValue, regionPValue, phase, lead }: Region,
): Record<string, string | number> {
  return {
    first_time: times[0],
    last_time: times[1],
    first_sample: samples[0],
    last_sample: samples[1],
    shortest_period: periods[0],
    longest_period: periods[1],
    size,
    mass,
    peak_time: peak.time,
    peak_period: peak.period,
    peak_coherence: peak.coherence,
    p_value: pValue,
    ...regionPValue !== undefined && { whole_p_value: regionPValue },
    phase,
    lead,
  };
}

function flatBand({ periods, significant }: SignificantBand): Record<string, number> {
  return { shortest_period: periods[0], longest_period: periods[1], significant };
}

function rows(records: readonly object[], unit: string): (string | number)[][] {
  if (records.length === 0) return [["none"]];
  const units = unitsIn(unit);
  return [
    Object.keys(records[0]).map((name) => withUnit(name, units[name] ?? "")),
    ...records.map((record) => Object.values(record)),
  ];
}

/** Units of what is found, by its name, where times are in this unit. */
function unitsIn(unit: string): Record<string, string> {
  return {
    phase: "rad",
    lead: unit,
    period: unit,
    shortest_period: unit,
    longest_period: unit,
    peak_period: unit,
  };
}

/** Numbers only: times of regions are samples of the results' time axis. */
async function netcdf(
  { regions, scales }: Found,
  { names, unit, result: { level } }: StoredCoherence,
  compress: boolean,
): Promise<Uint8Array> {
  const variables: Record<string, NetcdfVariable> = {};
  const timeUnit = unit || "1"; // as the CF conventions write that there is none
  const units = unitsIn(timeUnit);
  const table = (dimension: string, records: readonly Record<string, unknown>[], prefix = "") => {
    for (const [name, first] of Object.entries(records[0] ?? {})) {
      if (typeof first !== "number" || name === dimension) continue;
      const data = Float64Array.from(records, (record) => record[name] as number);
      variables[prefix + name] = { dimensions: [dimension], data, attributes: { units: units[name] ?? "1" } };
    }
  };
  if (scales) {
    const periods = Float64Array.from(scales, ({ period }) => period);
    variables.period = coordinate("period", periods, { long_name: "Fourier period", units: timeUnit });
    table("period", scales as unknown as Record<string, unknown>[]);
  }
  if (regions?.length) {
    const numbers = Int32Array.from(regions, (_, i) => i + 1);
    variables.region = coordinate("region", numbers, { long_name: "significant region, the largest first" });
    table("region", regions.map(flatRegion), "region_");
  }
  const title = `Significant coherence of ${names[0]} and ${names[1]}`;
  const attributes = { Conventions: "CF-1.11", title, level, regions: regions?.length ?? -1 };
  return await writeNetcdf({ variables, attributes }, { compress });
}
