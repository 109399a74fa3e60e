import { significant } from "./round.ts";

/** What the phase between two series is called. */
export interface LagLabels {
  /** The angle. */
  phase: string;
  /** Before the number of periods' unit; positive where the first series leads. */
  lag: string;
}

/** The usual names. */
export function lagLabels([first]: readonly [string, string]): LagLabels {
  return { phase: "Phase", lag: `${first} leads by` };
}

/** Lines that tell of {@linkcode turn} when pointed at, which stands in customdata from place `at` on. */
export function lagLines({ phase, lag }: LagLabels, at: number, periodUnit: string): string[] {
  return [`${phase}: %{customdata[${at}]}°`, `${lag} %{customdata[${at + 1}]}${periodUnit && ` ${periodUnit}`}`];
}

/** A phase in degrees, and as a lag in the unit of the period. */
export function turn(phase: number, period: number): [degrees: number, lag: number] {
  // Not -0, which JSON would tell from 0.
  return [Math.round(phase * 180 / Math.PI) + 0, significant(phase / (2 * Math.PI) * period, 3)];
}
