/** A share as a percentage: 0.95 is "95 %". */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}
