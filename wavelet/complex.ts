/** A complex number. */
export interface Complex {
  /** Real part. */
  readonly re: number;
  /** Imaginary part. */
  readonly im: number;
}

/** Complex numbers, as two arrays of one length. */
export interface ComplexArray {
  /** Real parts. */
  readonly re: Float64Array<ArrayBuffer>;
  /** Imaginary parts. */
  readonly im: Float64Array<ArrayBuffer>;
}

/** Allocates `length` complex zeros. */
export function complexArray(length: number): ComplexArray {
  return { re: new Float64Array(length), im: new Float64Array(length) };
}
