import { readFile } from "node:fs/promises";
import { dsvFormat } from "d3-dsv";
import { InvalidArgumentError, nearest } from "../random/mod.ts";
import { readNetcdf } from "./netcdf.ts";

/** A cell: a number, a text, a moment, or nothing. */
export type Cell = number | string | Date | null;

/** Columns by name, all of the same length, and for a text file with a row a line, the line of each row, from 1. */
export type Table = ReadonlyMap<string, readonly Cell[]> & { readonly lines?: readonly number[] };

/** Formats of files with columns. */
export const TABLE_FORMATS: readonly ["csv", "json", "netcdf"] = ["csv", "json", "netcdf"];

/** A format of files with columns. */
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** The format that a file's name tells. */
export function formatOf(path: string): TableFormat | undefined {
  if (/\.(csv|tsv|txt)$/i.test(path)) return "csv";
  if (/\.json$/i.test(path)) return "json";
  return /\.(nc|nc4|h5|hdf5)$/i.test(path) ? "netcdf" : undefined;
}

/**
 * Reads columns: of a CSV file with a header, whose fields may be divided by semicolons or tabs as well, of JSON (columns by name, or a list of rows), or the one-dimensional variables of a
 * NetCDF-4 file, times decoded.
 *
 * @throws {InvalidArgumentError} If the file is not what its format says.
 */
export async function readTable(path: string, format: TableFormat): Promise<Table> {
  const bytes = await readFile(path);
  switch (format) {
    case "csv":
      return tableOfCsv(path, new TextDecoder().decode(bytes));
    case "json":
      return tableOfJson(path, new TextDecoder().decode(bytes));
    case "netcdf":
      return await tableOfNetcdf(path, bytes);
    default:
      return format satisfies never;
  }
}

/** A column of a table. @throws {InvalidArgumentError} If there is none of that name; suggests a near one. */
export function columnOf(table: Table, field: string, name: string, path: string): readonly Cell[] {
  const column = table.get(name);
  if (column) return column;
  const names = [...table.keys()], near = nearest(name, names);
  throw new InvalidArgumentError(field, name, `a column of ${path}, which has ${names.join(", ") || "none"}`, {
    hint: near ? `Did you mean "${near}"?` : undefined,
  });
}

/** Where cell k of a column is, as messages say it. */
export function placeOf(column: string, k: number, { lines }: Table, path: string): string {
  return lines ? `${column} in line ${lines[k]} of ${path}` : `${column}[${k}] of ${path}`;
}

/** Words that stand for a value that is missing. */
export function isMissing(text: string): boolean {
  return /^(nan|na|n\/a)?$/i.test(text);
}

function tableOfCsv(path: string, text: string): Table {
  const refuse = (constraint: string, hint: string) => new InvalidArgumentError("file", path, constraint, { hint });
  // Lines of comments and empty ones may stand before the header.
  const [before] = /^(?:[ \t]*(?:#.*)?\r?\n)*/.exec(text)!, body = text.slice(before.length);
  if (body.trim() === "") throw refuse("a CSV file with a header line and rows", "It is empty");
  const [header, ...rows] = dsvFormat(separatorOf(body)).parseRows(body) as string[][];
  if (header.length === 1 && header[0].includes("|")) {
    throw refuse("a CSV file, with commas, semicolons or tabs", 'Its separator seems to be "|": make it a comma');
  }
  // A name may be a number, as in pandas' header ",0", but not all names are.
  const values = isValue(header[0]) && header.every((cell) => isMissing(cell.trim()) || isValue(cell));
  if (values || header.some((cell) => /^\s*[-+]?\d*\.\d+(e[-+]?\d+)?\s*$/i.test(cell))) {
    const constraint = "a CSV file whose first line is a header, with a name for each column";
    const remedy = `Put a header line before it${before.includes("#") ? ", one that does not begin with #" : ""}`;
    throw refuse(constraint, `Its first line is numeric: ${header.join(",")}. ${remedy}`);
  }
  const twice = header.find((name, c) => name.trim() !== "" && header.indexOf(name) < c);
  if (twice !== undefined) {
    throw refuse("a CSV file whose columns have names of their own", `Two are called "${twice}"`);
  }
  // A quoted field may hold line breaks.
  const linesOf = (row: string[]) => row.reduce((n, cell) => n + cell.split("\n").length - 1, 1);
  let next = before.split("\n").length + linesOf(header);
  const lines = rows.map((row) => (next += linesOf(row)) - linesOf(row));
  rows.forEach((row, i) => {
    if (row.length === header.length) return;
    const constraint = `a CSV file whose rows have as many fields as its header, ${header.length}`;
    throw refuse(constraint, `Line ${lines[i]} has ${row.length}`);
  });
  const columns = new Map(header.map((name, c) => [name.trim(), rows.map((row) => row[c].trim() || null)]));
  return Object.assign(columns, { lines });
}

/** What divides the fields of the header: commas, or else semicolons or tabs, of which there are more. */
function separatorOf(text: string): string {
  const head = text.split("\n", 1)[0].replaceAll(/"[^"]*"/g, "");
  const count = (separator: string) => head.split(separator).length;
  return [",", ";", "\t"].reduce((most, one) => count(one) > count(most) ? one : most);
}

/** Whether a cell holds a number or a date rather than the name of a column. */
function isValue(cell: string): boolean {
  return cell.trim() !== "" && Number.isFinite(Number(cell)) || /^\s*\d{4}-\d{2}(-\d{2}|$)/.test(cell) ||
    /^\s*\d{1,4}[/.]\d{1,2}[/.]\d{1,4}\s*$/.test(cell);
}

function tableOfJson(path: string, text: string): Table {
  const refuse = (hint: string, cause?: unknown) =>
    new InvalidArgumentError("file", path, "JSON with columns by name, or a list of rows", { hint, cause });
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw refuse((cause as Error).message, cause);
  }
  const isRecord = (v: unknown): v is Record<string, Cell> => typeof v === "object" && v !== null && !Array.isArray(v);
  if (Array.isArray(data) && data.every(isRecord)) {
    const names = new Set(data.flatMap((row) => Object.keys(row)));
    return new Map([...names].map((name) => [name, data.map((row) => row[name] ?? null)]));
  }
  if (!isRecord(data) || !Object.values(data).every(Array.isArray)) throw refuse("It is neither");
  const columns = Object.entries(data as unknown as Record<string, Cell[]>);
  const length = columns[0]?.[1].length ?? 0;
  const odd = columns.find(([, cells]) => cells.length !== length);
  if (odd) throw refuse(`Column "${odd[0]}" has ${odd[1].length} cells, not ${length}`);
  return new Map(columns);
}

async function tableOfNetcdf(path: string, bytes: Uint8Array): Promise<Table> {
  const { variables } = await readNetcdf(path, bytes);
  return new Map<string, readonly Cell[]>(
    Object.entries(variables).filter(([, { shape }]) => shape.length === 1).map(
      ([name, { data, attributes }]): [string, readonly Cell[]] => {
        const since = /^(second|minute|hour|day)s? since (.+)$/.exec(String(attributes.units ?? ""));
        const fill = Number(attributes._FillValue);
        const cells = Array.from(data, (v) => Number(v) === fill || Number.isNaN(Number(v)) ? null : Number(v));
        if (!since) return [name, cells];
        const unit = { second: 1e3, minute: 6e4, hour: 36e5, day: 864e5 }[since[1] as "day"];
        const text = since[2].trim().replace(" ", "T");
        const origin = Date.parse(/Z$|[+-]\d{2}:?\d{2}$|^[^T]*$/.test(text) ? text : `${text}Z`);
        if (Number.isNaN(origin)) {
          throw new InvalidArgumentError(`units of ${name}`, attributes.units, "a time since a date in ISO 8601");
        }
        return [name, cells.map((v) => v === null ? null : new Date(origin + v * unit))];
      },
    ),
  );
}
