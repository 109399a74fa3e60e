import { percent } from "./percent.ts";
import type { WctFigureInput } from "./wct_options.ts";

/** Says what is drawn, sentence by sentence. */
export function wctCaption(
  { significance, pValues, mcCount, provenance }: WctFigureInput,
  { names, level, arrows }: { names: readonly [string, string]; level: number; arrows: boolean },
): string {
  const sentences: string[] = arrows ? [arrowSentence(names)] : [];
  if (significance || pValues) {
    const { seed } = (provenance ?? {}) as { seed?: number | bigint | number[] };
    const how = [
      mcCount === undefined ? "" : `${mcCount} surrogate pairs`,
      seed === undefined ? "" : `seed ${seed}`,
    ].filter(Boolean).join(", ");
    sentences.push(`Black line: pointwise ${percent(level)} significance against red noise${how && ` (${how})`}.`);
  }
  sentences.push("Hatched: cone of influence, reached by the ends of the record.");
  return sentences.join(" ");
}

/** States the convention of phase arrows. */
export function arrowSentence([first, second]: readonly [string, string]): string {
  return `Arrows: → in phase, ← antiphase, ↓ ${first} leads by a quarter period, ↑ ${second} leads.`;
}
