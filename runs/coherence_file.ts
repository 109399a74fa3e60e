import { readFile } from "node:fs/promises";
import type { WaveletCoherence } from "../analysis/mod.ts";
import type { WctStudyResult } from "./analyse_wct.ts";
import type { WctModel } from "./model.ts";
import { readNetcdf, writeNetcdf } from "./netcdf.ts";
import type { NetcdfVariable } from "./netcdf.ts";

/** What postprocessors know of a study's results. */
export interface StoredCoherence {
  /** Coherence, phase, levels, p-values, periods, cone. */
  readonly result: StoredResult;
  /** When each sample is. */
  readonly times: readonly Date[] | Float64Array<ArrayBuffer>;
  /** What the series are called. */
  readonly names: readonly [string, string];
  /** The unit of periods, and of times that are numbers; empty where nobody said. */
  readonly unit: string;
}

/** A {@linkcode WaveletCoherence} without what is not kept: the transforms. */
export type StoredResult = Pick<
  WaveletCoherence,
  | "coherence"
  | "phase"
  | "smoothedPhase"
  | "significance"
  | "significant"
  | "pValues"
  | "largestMasses"
  | "periods"
  | "scales"
  | "coi"
  | "shape"
  | "dt"
  | "level"
  | "mcCount"
  | "ar1"
  | "provenance"
>;

/** Seconds in a day. */
const DAY = 86_400_000;

/** A study's results as a NetCDF-4 file, with dimensions, units and attributes by the CF conventions. */
export async function coherenceToNetcdf(study: WctStudyResult, model: WctModel): Promise<Uint8Array<ArrayBuffer>> {
  const { result, times, names, values, checksum } = study;
  const unit = study.unit || "1"; // as the CF conventions write that there is none
  const map = (data: NetcdfVariable["data"], long_name: string, units = "1"): NetcdfVariable => ({
    dimensions: ["period", "time"],
    data,
    attributes: { long_name, units },
  });
  const series = (i: 0 | 1): NetcdfVariable => ({
    dimensions: ["time"],
    data: values[i],
    attributes: { long_name: `${names[i]}, as analysed`, units: units(model, i, study.unit) },
  });
  return await writeNetcdf({
    variables: {
      period: coordinate("period", result.periods, { long_name: "Fourier period", units: unit }),
      time: timeCoordinate(times, unit),
      scale: { dimensions: ["period"], data: result.scales, attributes: { long_name: "wavelet scale", units: unit } },
      coherence: map(result.coherence, "squared wavelet coherence"),
      phase: map(result.phase, "phase of the cross spectrum, positive where the first series leads", "rad"),
      smoothed_phase: map(result.smoothedPhase, "phase of the smoothed cross spectrum", "rad"),
      p_value: map(result.pValues, "pointwise p-value, NaN inside the cone of influence"),
      significant: map(result.significant, `1 where coherence is significant at the ${result.level} level`),
      significance: {
        dimensions: ["period"],
        data: result.significance,
        attributes: { long_name: `coherence at the ${result.level} level of the null`, units: "1" },
      },
      coi: {
        dimensions: ["time"],
        data: result.coi,
        attributes: { long_name: "longest period outside the cone of influence", units: unit },
      },
      series_1: series(0),
      series_2: series(1),
      ...result.largestMasses && largestMasses(result.largestMasses),
    },
    attributes: {
      Conventions: "CF-1.11",
      title: `Wavelet coherence of ${names[0]} and ${names[1]}`,
      source: `Morlet ${result.provenance.versions.morlet}`,
      name_1: names[0],
      name_2: names[1],
      dt: result.dt,
      time_unit: study.unit,
      level: result.level,
      mc_count: result.mcCount,
      ar1: result.ar1,
      significance_sha256: checksum,
      provenance: provenanceText(result),
    },
  }, { compress: true });
}

/** Reads what {@linkcode coherenceToNetcdf} wrote. */
export async function readCoherence(path: string): Promise<StoredCoherence> {
  const { variables, attributes } = await readNetcdf(path, await readFile(path));
  const numbers = (name: string) => Float64Array.from(variables[name].data);
  const { shape } = variables.coherence, unit = String(attributes.time_unit);
  const days = variables.time.attributes.units === TIME_UNITS;
  return {
    result: {
      coherence: numbers("coherence"),
      phase: numbers("phase"),
      smoothedPhase: numbers("smoothed_phase"),
      significance: numbers("significance"),
      significant: Uint8Array.from(variables.significant.data),
      pValues: numbers("p_value"),
      ...variables.largest_mass && { largestMasses: numbers("largest_mass") },
      periods: numbers("period"),
      scales: numbers("scale"),
      coi: numbers("coi"),
      shape: [shape[0], shape[1]],
      dt: Number(attributes.dt),
      level: Number(attributes.level),
      mcCount: Number(attributes.mc_count),
      ar1: [...attributes.ar1 as Float64Array] as [number, number],
      provenance: JSON.parse(String(attributes.provenance)),
    },
    times: days ? Array.from(numbers("time"), (day) => new Date(Math.round(day * DAY))) : numbers("time"),
    names: [String(attributes.name_1), String(attributes.name_2)],
    unit,
  };
}

/** A variable that is its own dimension. */
export function coordinate(
  name: string,
  data: NetcdfVariable["data"],
  attributes: NetcdfVariable["attributes"],
): NetcdfVariable {
  return { dimensions: [name], data, attributes };
}

/** Times as the CF conventions write them. */
export function timeCoordinate(times: WctStudyResult["times"], unit: string): NetcdfVariable {
  if (times instanceof Float64Array) return coordinate("time", times, { long_name: "time", units: unit });
  const days = Float64Array.from(times, (date) => Number(date) / DAY);
  return coordinate("time", days, { standard_name: "time", units: TIME_UNITS, calendar: "standard" });
}

const TIME_UNITS = "days since 1970-01-01";

function largestMasses(data: Float64Array): Record<string, NetcdfVariable> {
  const long_name = "mass of the heaviest patch of each surrogate map, rising";
  return {
    surrogate_map: coordinate("surrogate_map", Int32Array.from(data, (_, i) => i + 1), { long_name: "surrogate map" }),
    largest_mass: { dimensions: ["surrogate_map"], data, attributes: { long_name, units: "1" } },
  };
}

function units({ series, prepare }: WctModel, i: 0 | 1, timeUnit: string): string {
  const { unit = "1", growth } = series[i];
  return prepare.standardize ? "1" : growth ? `${unit} per ${timeUnit.replace(/s$/, "") || "unit of time"}` : unit;
}

/** Provenance as JSON; a seed that is a bigint as its digits. */
function provenanceText({ provenance }: WaveletCoherence): string {
  return JSON.stringify(provenance, (_, value) => typeof value === "bigint" ? String(value) : value);
}
