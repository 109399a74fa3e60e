/** A complex number. */
export interface Complex {
  /** Real part. */
  readonly re: number;
  /** Imaginary part. */
  readonly im: number;
}

/** Complex numbers, as two arrays of one length and type: float64 but where another precision was asked for. */
export interface ComplexArray<A = Float64Array<ArrayBuffer>> {
  /** Real parts. */
  readonly re: A;
  /** Imaginary parts. */
  readonly im: A;
}

/** Allocates `length` complex zeros. */
export function complexArray(length: number): ComplexArray {
  return { re: new Float64Array(length), im: new Float64Array(length) };
}
