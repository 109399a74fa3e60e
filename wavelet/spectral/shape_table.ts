import type { Mother } from "../mother.ts";
import type { Precision, SpectralEngine } from "./spectral_engine.ts";

/** Points of a table: between them cubics are right to 1e-14, straight lines to 1e-8. */
const POINTS = 2 ** 16;
/** A share of the peak that cannot be seen. */
const FAINT: Readonly<Record<Precision, number>> = { double: 1e-12, single: 1e-8 };

/** A function of frequency times scale as a table in an engine's memory, as far as it can be seen. */
export interface ShapeTable {
  readonly low: number;
  readonly high: number;
  /** The address of the value at `low`; there is one more before. */
  readonly at: number;
  readonly step: number;
}

const known = new WeakMap<SpectralEngine, Map<string, ShapeTable>>();

/** The mother's amplitude; with `step` false the Morlet wavelet keeps its tail at negative frequencies. */
export function amplitudeTable(
  engine: SpectralEngine,
  mother: Mother,
  precision: Precision,
  step: boolean = true,
): ShapeTable {
  const key = `amplitude ${mother.name} ${mother.parameter} ${step} ${precision}`;
  return tableOf(engine, key, precision, mother.support(step), (w) => mother.amplitude(w, step));
}

/** The response of the mother's smoothing in time. */
export function smoothingTable(engine: SpectralEngine, mother: Mother, precision: Precision): ShapeTable {
  const key = `smoothing ${mother.name} ${mother.parameter} ${precision}`;
  const faint = precision === "single" ? 1e-9 : 1e-17;
  let high = 1;
  while (mother.smooth(high) > faint) high *= 1.1;
  return tableOf(engine, key, precision, [0, high], (w) => mother.smooth(w));
}

function tableOf(
  engine: SpectralEngine,
  key: string,
  precision: Precision,
  [low, high]: readonly [low: number, high: number],
  f: (w: number) => number,
): ShapeTable {
  let tables = known.get(engine);
  if (!tables) known.set(engine, tables = new Map());
  let table = tables.get(key);
  if (table) return table;
  const step = (high - low) / (POINTS - 1), at = engine.room(key, 8 * (POINTS + 3)) + 8;
  const values = engine.f64(at - 8, POINTS + 3);
  for (let i = 0; i <= POINTS; i++) values[i + 1] = f(low + Math.max(i, 1e-6) * step); // there may be a step at `low`
  values[0] = 4 * (values[1] + values[3]) - 6 * values[2] - values[4];
  const faint = FAINT[precision] * values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const seen = (value: number) => Math.abs(value) > faint;
  table = {
    low: low + step * Math.max(0, values.findIndex(seen) - 2),
    high: low + step * Math.min(POINTS - 1, values.findLastIndex(seen)),
    at: at,
    step,
  };
  tables.set(key, { ...table, at: at + 8 * Math.round((table.low - low) / step) });
  return tables.get(key)!;
}

/** Writes a table's values at bins of `unit` each, times `norm`: zeros below what can be seen. */
export function look(
  engine: SpectralEngine,
  table: ShapeTable,
  { first, bins, unit, norm, at }: { first: number; bins: number; unit: number; norm: number; at: number },
  precision: Precision,
): void {
  const unseen = Math.min(bins, Math.max(0, Math.ceil(table.low / unit) - first));
  engine.f64(at, unseen).fill(0);
  const place = Math.max(0, ((first + unseen) * unit - table.low) / table.step), rough = precision === "single" ? 1 : 0;
  engine.run.look64(table.at, place, unit / table.step, bins - unseen, norm, rough, at + 8 * unseen);
}
