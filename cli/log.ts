import { configure, dispose, getJsonLinesFormatter, getLogger } from "@logtape/logtape";
import type { Logger, LogLevel, LogRecord, Sink } from "@logtape/logtape";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { maskSecrets } from "../backends/mod.ts";
import { InvalidArgumentError } from "../random/mod.ts";

/** Where logs go. */
export interface LogOptions {
  /** How much is told on the error stream: 0 warnings, 1 what is done, 2 everything. */
  verbose: number;
  /** A file to which everything is added, one JSON object a line. */
  file?: string;
  /** The error stream. */
  write(text: string): void;
}

/** A log that is written until it is disposed. */
export interface OpenLog extends AsyncDisposable {
  /** Where to tell. */
  readonly log: Logger;
}

const LEVELS: readonly LogLevel[] = ["warning", "info", "debug"];

/** Sets up the log of the command. Dispose it when the command ends. */
export async function openLog({ verbose, file, write }: LogOptions): Promise<OpenLog> {
  const told = LEVELS.slice(0, verbose + 1);
  const sinks: Record<string, Sink> = {
    terminal: (record) => {
      if (told.includes(record.level) || record.level === "error") write(plain(record));
    },
  };
  const loggers = [
    { category: ["logtape", "meta"], sinks: ["terminal"], lowestLevel: "error" as LogLevel },
    { category: ["morlet"], sinks: ["terminal"], lowestLevel: "debug" as LogLevel },
  ];
  let opened: Deno.FsFile | undefined;
  if (file) {
    const stream = opened = openFile(file);
    const format = getJsonLinesFormatter({ properties: "nest:properties" });
    const encoder = new TextEncoder();
    sinks.file = (record) => void stream.writeSync(encoder.encode(format(masked(record))));
    loggers[1].sinks.push("file");
  }
  await configure({ sinks, loggers, reset: true });
  return {
    log: getLogger(["morlet"]),
    async [Symbol.asyncDispose]() {
      await dispose();
      opened?.close();
    },
  };
}

function openFile(path: string): Deno.FsFile {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return Deno.openSync(path, { append: true, create: true });
  } catch (cause) {
    throw new InvalidArgumentError("log-file", path, "a file that can be written", {
      hint: (cause as Error).message,
      cause,
    });
  }
}

function masked(record: LogRecord): LogRecord {
  return { ...record, properties: maskSecrets(record.properties) };
}

function plain(record: LogRecord): string {
  const { level, message, properties } = masked(record);
  const details = Object.entries(properties).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`).join("");
  return `${level === "info" ? "" : `${level}: `}${message.join("")}${details}\n`;
}
