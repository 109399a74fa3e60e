/** A number with so many significant digits. */
export function significant(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

/** A number with so many digits after the point. */
export function decimals(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
