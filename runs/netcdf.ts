import { InvalidArgumentError } from "../random/mod.ts";

/** Numbers that a variable may hold. */
export type NetcdfData = Float64Array | Float32Array | Int32Array | Int8Array | Uint8Array;

/** What a file, or a variable in it, says of itself. */
export type NetcdfAttributes = Readonly<Record<string, string | number | readonly number[]>>;

/** A variable: numbers along named dimensions, row-major. */
export interface NetcdfVariable {
  /** Its dimensions, slowest first. */
  readonly dimensions: readonly string[];
  /** Its values. */
  readonly data: NetcdfData;
  /** Unit, meaning and so on. */
  readonly attributes?: NetcdfAttributes;
}

/** What is in a NetCDF-4 file. A dimension is the variable of the same name, its coordinate, which must be there. */
export interface NetcdfContent {
  /** Variables by name. */
  readonly variables: Readonly<Record<string, NetcdfVariable>>;
  /** What the file says of itself. */
  readonly attributes?: NetcdfAttributes;
}

/** What {@linkcode readNetcdf} gives. */
export interface NetcdfRead {
  /** Variables by name. */
  readonly variables: Readonly<
    Record<string, { shape: readonly number[]; data: ArrayLike<number>; attributes: Readonly<Record<string, unknown>> }>
  >;
  /** What the file says of itself. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

const TYPES: readonly [abstract new (...args: never[]) => NetcdfData, string][] = [
  [Float64Array, "<d"],
  [Float32Array, "<f"],
  [Int32Array, "<i"],
  [Int8Array, "<b"],
  [Uint8Array, "<B"],
];

/**
 * Makes a NetCDF-4 file, which is HDF5 with dimension scales.
 *
 * @example Write a variable along its coordinate, and read it
 * ```ts
 * import { readNetcdf, writeNetcdf } from "@morlet/morlet/runs";
 * import assert from "node:assert/strict";
 *
 * const bytes = await writeNetcdf({
 *   variables: {
 *     time: { dimensions: ["time"], data: new Float64Array([0, 1, 2]), attributes: { units: "days since 2000-01-01" } },
 *     sst: { dimensions: ["time"], data: new Float64Array([20.5, 21, 20]), attributes: { units: "degC" } },
 *   },
 * });
 * const { variables } = await readNetcdf("trial.nc", bytes);
 * assert.deepEqual([...variables.sst.data as Float64Array], [20.5, 21, 20]);
 * assert.equal(variables.sst.attributes.units, "degC");
 * ```
 *
 * @param content Variables and attributes.
 * @param options.compress Whether variables are deflated (default false).
 * @returns The file's bytes.
 */
export async function writeNetcdf(
  { variables, attributes = {} }: NetcdfContent,
  { compress = false }: { compress?: boolean } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { default: h5wasm, Dataset } = await import("h5wasm");
  const { FS } = await h5wasm.ready;
  const name = `/${crypto.randomUUID()}`; // in memory, where h5wasm has its files
  const file = new h5wasm.File(name, "w");
  try {
    for (const [key, value] of Object.entries(attributes)) file.create_attribute(key, value as string);
    // Coordinates first, since the others are tied to them.
    const entries = Object.entries(variables).sort(([a, x], [b, y]) =>
      Number(y.dimensions[0] === b) - Number(x.dimensions[0] === a)
    );
    for (const [key, { dimensions, data, attributes = {} }] of entries) {
      const shape = dimensions.map((dimension) => variables[dimension].data.length);
      const dtype = TYPES.find(([type]) => data instanceof type)![1];
      const deflated = compress && data.length > 64 ? { chunks: shape, compression: 6 } : {};
      const dataset = file.create_dataset({ name: key, data, shape, dtype, ...deflated });
      if (!(dataset instanceof Dataset)) throw new Error(`Cannot make the variable ${key}`);
      for (const [name, value] of Object.entries(attributes)) dataset.create_attribute(name, value as string);
      if (dimensions[0] === key) dataset.make_scale(key);
      else dimensions.forEach((dimension, i) => dataset.attach_scale(i, dimension));
    }
  } finally {
    file.close(); // which writes it
  }
  try {
    return new Uint8Array(FS!.readFile(name));
  } finally {
    FS!.unlink(name);
  }
}

/**
 * Reads the numeric variables of a NetCDF-4 file.
 *
 * @param path What the file is called in messages.
 * @param bytes Its bytes.
 * @throws {InvalidArgumentError} If it is not a NetCDF-4 file.
 */
export async function readNetcdf(path: string, bytes: Uint8Array): Promise<NetcdfRead> {
  const { default: h5wasm, Dataset } = await import("h5wasm");
  const { FS } = await h5wasm.ready;
  const refuse = (cause?: unknown) =>
    new InvalidArgumentError("file", path, "a NetCDF-4 file (NetCDF-3 is converted by nccopy -k nc4)", { cause });
  if (String.fromCharCode(...bytes.subarray(1, 4)) !== "HDF") throw refuse();
  const name = `/${crypto.randomUUID()}`;
  FS!.writeFile(name, bytes);
  try {
    const file = new h5wasm.File(name, "r");
    try {
      const plain = (attrs: Record<string, { value: unknown }>) =>
        Object.fromEntries(
          Object.entries(attrs).filter(([key]) => !HIDDEN.has(key)).map(([key, attribute]) => {
            const value = attribute.value;
            return [
              key,
              ArrayBuffer.isView(value) && (value as Float64Array).length === 1 ? (value as Float64Array)[0] : value,
            ];
          }),
        );
      const variables: Record<string, NetcdfRead["variables"][string]> = {};
      for (const key of file.keys()) {
        const item = file.get(key);
        if (!(item instanceof Dataset) || !ArrayBuffer.isView(item.value)) continue;
        variables[key] = {
          shape: item.shape ?? [],
          data: item.value as unknown as ArrayLike<number>,
          attributes: plain(item.attrs),
        };
      }
      return { variables, attributes: plain(file.attrs) };
    } finally {
      file.close();
    }
  } catch (error) {
    throw error instanceof InvalidArgumentError ? error : refuse(error);
  } finally {
    FS!.unlink(name);
  }
}

/** Attributes by which HDF5 ties variables to their dimensions. */
const HIDDEN = new Set(["DIMENSION_LIST", "REFERENCE_LIST", "CLASS", "NAME", "_Netcdf4Dimid", "_Netcdf4Coordinates"]);
