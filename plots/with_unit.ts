/** A label with its unit in brackets, where there is one. */
export function withUnit(label: string, unit: string): string {
  return unit ? `${label} (${unit})` : label;
}
