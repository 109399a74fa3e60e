import { InvalidArgumentError } from "../random/mod.ts";

// A message is a length, a JSON header, and the bytes of the typed arrays behind it, each at a multiple of 8.
// In the header a plain value stands for itself; anything else is an object with one key that begins with "$".

const ARRAYS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const;

type ArrayName = keyof typeof ARRAYS;
type AnyTypedArray = InstanceType<(typeof ARRAYS)[ArrayName]>;

const NUMBERS: Record<string, number> = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity, "-0": -0 };

/**
 * Writes a value as bytes: JSON's types, typed arrays, ArrayBuffer, NaN, Infinity, -0, bigint, Date and undefined.
 * Every backend carries arguments and results with it, so that what arrives does not depend on the way taken.
 *
 * @example A value comes back as it was
 * ```ts
 * import { decode, encode } from "@morlet/morlet/backends";
 * import assert from "node:assert/strict";
 *
 * const value = { x: new Float64Array([1, NaN]), when: new Date(0), big: 2n ** 70n, none: undefined };
 * assert.deepEqual(decode(encode(value)), value);
 * ```
 *
 * @param value The value.
 * @param name What the value is called in an error.
 * @throws {InvalidArgumentError} If something in it cannot be carried: functions, symbols, instances of classes, cycles.
 */
export function encode(value: unknown, name = "value"): Uint8Array<ArrayBuffer> {
  const blobs: Uint8Array[] = [];
  let offset = 0;
  const keep = (bytes: Uint8Array): number => {
    const at = offset;
    blobs.push(bytes);
    offset += align(bytes.byteLength);
    return at;
  };
  const header = new TextEncoder().encode(JSON.stringify(toHeader(value, name, keep, [])));
  const start = align(4 + header.byteLength);
  const message = new Uint8Array(start + offset);
  new DataView(message.buffer).setUint32(0, header.byteLength, true);
  message.set(header, 4);
  let at = start;
  for (const bytes of blobs) {
    message.set(bytes, at);
    at += align(bytes.byteLength);
  }
  return message;
}

/** Reads what {@linkcode encode} wrote. */
export function decode(message: Uint8Array): unknown {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const length = view.getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(message.subarray(4, 4 + length)));
  return fromHeader(header, message.subarray(align(4 + length)));
}

function toHeader(value: unknown, path: string, keep: (bytes: Uint8Array) => number, above: unknown[]): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $number: Object.is(value, -0) ? "-0" : `${value}` };
    case "bigint":
      return { $bigint: value.toString(16) };
    case "undefined":
      return { $undefined: 0 };
    case "object":
      break;
    default:
      throw refuse(path, value);
  }
  if (value === null) return null;
  if (above.includes(value)) throw refuse(path, value, "a value without cycles");
  const within = [...above, value];
  if (Array.isArray(value)) return Array.from(value, (item, i) => toHeader(item, `${path}[${i}]`, keep, within));
  if (value instanceof Date) return { $date: Number.isNaN(value.getTime()) ? "invalid" : value.getTime() };
  if (value instanceof ArrayBuffer) return { $buffer: [keep(new Uint8Array(value)), value.byteLength] };
  if (ArrayBuffer.isView(value) && value.constructor.name in ARRAYS) {
    const array = value as AnyTypedArray;
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    return { $array: [array.constructor.name, keep(bytes), array.length] };
  }
  const prototype = Object.getPrototypeOf(value);
  // Another realm's Object.prototype (a worker's, a notebook's) is as plain as ours: it has no prototype itself.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw refuse(path, value);
  const entries = Object.entries(value).map(([key, item]) => [key, toHeader(item, `${path}.${key}`, keep, within)]);
  const marked = entries.some(([key]) => (key as string).startsWith("$") || key === "__proto__");
  return marked ? { $object: entries } : Object.fromEntries(entries);
}

function fromHeader(header: unknown, blobs: Uint8Array): unknown {
  if (typeof header !== "object" || header === null) return header;
  if (Array.isArray(header)) return header.map((item) => fromHeader(item, blobs));
  const [first] = Object.entries(header) as [string, never][];
  switch (first?.[0]) {
    case "$number":
      return NUMBERS[first[1]];
    case "$bigint":
      return parseBigInt(first[1]);
    case "$undefined":
      return undefined;
    case "$date":
      return new Date(first[1] === "invalid" ? NaN : first[1]);
    case "$buffer":
      return copy(blobs, first[1][0], first[1][1]);
    case "$array": {
      const type = ARRAYS[first[1][0] as ArrayName];
      return new type(copy(blobs, first[1][1], (first[1][2] as number) * type.BYTES_PER_ELEMENT));
    }
    case "$object":
      return Object.fromEntries((first[1] as [string, unknown][]).map(([k, v]) => [k, fromHeader(v, blobs)]));
  }
  return Object.fromEntries(Object.entries(header).map(([key, item]) => [key, fromHeader(item, blobs)]));
}

function parseBigInt(digits: string): bigint {
  const hex = digits.startsWith("-") ? digits.slice(1) : digits;
  const value = BigInt(`0x${hex}`);
  return digits.startsWith("-") ? -value : value;
}

function copy(blobs: Uint8Array, start: number, length: number): ArrayBuffer {
  const bytes = new Uint8Array(length); // not slice(), which of a Buffer shares its memory
  bytes.set(blobs.subarray(start, start + length));
  return bytes.buffer;
}

function align(length: number): number {
  return (length + 7) & ~7;
}

function refuse(path: string, value: unknown, constraint?: string): InvalidArgumentError {
  return new InvalidArgumentError(
    path,
    value,
    constraint ?? "made of plain objects, arrays, strings, numbers, bigints, booleans, dates and typed arrays",
  );
}
