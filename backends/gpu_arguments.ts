import { InvalidArgumentError } from "../random/mod.ts";

/** A kind of argument, by WGSL's name: a number, or a list of numbers. */
export type GpuArgumentKind = "f32" | "i32" | "u32" | "array<f32>" | "array<i32>" | "array<u32>";

/** What a simulation gets for an argument of a kind. */
export type GpuArgument<K extends GpuArgumentKind> = K extends "array<f32>" ? Float32Array<ArrayBuffer>
  : K extends "array<i32>" ? Int32Array<ArrayBuffer>
  : K extends "array<u32>" ? Uint32Array<ArrayBuffer>
  : number;

/** The kinds of a task's arguments by name, in the order in which they are given. */
export type GpuArgumentKinds = Readonly<Record<string, GpuArgumentKind>>;

/** Arguments by name. */
export type ReadArguments = Readonly<Record<string, number | Float32Array | Int32Array | Uint32Array>>;

/** Turns arguments into what WGSL can have, for both sides alike. */
export function readArguments(kinds: GpuArgumentKinds, args: readonly unknown[]): ReadArguments {
  const names = Object.keys(kinds);
  if (args.length !== names.length) {
    throw new InvalidArgumentError("workerArgs", args, `a list of ${names.length}: ${names.join(", ") || "nothing"}`);
  }
  return Object.fromEntries(names.map((name, i) => [name, readArgument(`workerArgs.${name}`, kinds[name], args[i])]));
}

function readArgument(field: string, kind: GpuArgumentKind, value: unknown) {
  switch (kind) {
    case "f32":
    case "i32":
    case "u32":
      return readNumber(field, kind, value);
    case "array<f32>":
      return Float32Array.from(readList(field, value), (item, i) => readNumber(`${field}[${i}]`, "f32", item));
    case "array<i32>":
      return Int32Array.from(readList(field, value), (item, i) => readNumber(`${field}[${i}]`, "i32", item));
    case "array<u32>":
      return Uint32Array.from(readList(field, value), (item, i) => readNumber(`${field}[${i}]`, "u32", item));
    default:
      return kind satisfies never;
  }
}

function readList(field: string, value: unknown): ArrayLike<number> {
  const length = (value as ArrayLike<number> | undefined)?.length;
  if (typeof value !== "object" || !(length! > 0)) {
    throw new InvalidArgumentError(field, value, "a list of numbers that is not empty");
  }
  return value as ArrayLike<number>;
}

function readNumber(field: string, kind: "f32" | "i32" | "u32", value: unknown): number {
  if (kind === "f32") {
    if (typeof value === "number" && Number.isFinite(Math.fround(value))) return Math.fround(value);
    throw new InvalidArgumentError(field, value, "a finite number within single precision");
  }
  const [low, high] = kind === "u32" ? [0, 2 ** 32 - 1] : [-(2 ** 31), 2 ** 31 - 1];
  if (typeof value === "number" && Number.isInteger(value) && value >= low && value <= high) return value;
  throw new InvalidArgumentError(field, value, `a whole number from ${low} to ${high}`);
}

/** Refuses names and kinds that WGSL cannot have. */
export function requireKinds(kinds: GpuArgumentKinds): void {
  for (const [name, kind] of Object.entries(kinds)) {
    if (!/^[a-zA-Z][a-zA-Z0-9_]*$/.test(name) || name === "simulate" || /^(random|morlet)_/.test(name)) {
      throw new InvalidArgumentError(
        "task.args",
        name,
        "names of letters, digits and _, a letter first, that are not taken",
      );
    }
    if (!/^([fiu]32|array<[fiu]32>)$/.test(kind)) {
      throw new InvalidArgumentError(`task.args.${name}`, kind, '"f32", "i32", "u32", or "array<f32>" and its like');
    }
  }
}

/** Numbers as the members of a struct in WGSL. */
export function packNumbers(numbers: readonly (readonly [GpuArgumentKind, number])[]): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(Math.ceil(numbers.length / 4) * 16), view = new DataView(packed.buffer);
  for (const [i, [kind, value]] of numbers.entries()) {
    if (kind === "f32") view.setFloat32(4 * i, value, true);
    else view.setUint32(4 * i, value >>> 0, true);
  }
  return packed;
}
