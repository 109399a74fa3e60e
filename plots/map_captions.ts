import { percent } from "./percent.ts";
import { decimals } from "./round.ts";

/** What a map shows that wants explaining. */
export interface ShownOnMap {
  /** Names of the two series, where arrows are drawn. */
  names?: readonly [first: string, second: string];
  /** The line around what is significant, where there is one, and how the level was found. */
  contour?: { level: number; how?: string; thick?: unknown; hasThick?: boolean };
  /** Whether part of the map lies inside the cone of influence. */
  hasCone: boolean;
  /** Whether part of that line does, where it is dashed. */
  hasDashes: boolean;
}

/** Says what is drawn, at length and in short, for figures with little room. */
export function mapCaptions({ names, contour, hasCone, hasDashes }: ShownOnMap): [long: string, short: string] {
  const long: string[] = [], short: string[] = [];
  if (names) {
    const [first, second] = names;
    long.push(`Arrows: → in phase, ← antiphase, ↓ ${first} leads by a quarter period, ↑ ${second} leads.`);
    short.push(`→ in phase, ↓ ${first} leads.`);
  }
  if (contour) {
    const { level, how, thick, hasThick } = contour, whole = `p ≤ ${decimals(1 - level, 6)} as a whole`;
    long.push(`Black line: pointwise ${percent(level)} significance against red noise${how ? ` (${how})` : ""}.`);
    short.push(`Line: ${percent(level)} significance.`);
    if (hasThick) long.push(`Thick: patches with ${whole}.`), short.push(`Thick: ${whole}.`);
    else if (thick) long.push(`No patch has ${whole}.`);
  }
  if (hasCone) {
    const line = hasDashes ? "; dashed: not reliable" : "";
    long.push(`Hatched: cone of influence, reached by the ends of the record${line}.`);
    short.push(`Hatched${hasDashes ? ", dashed" : ""}: cone of influence.`);
  }
  return [long.join(" "), short.join(" ")];
}
