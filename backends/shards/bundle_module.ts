import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { InvalidArgumentError } from "../../random/mod.ts";
import { splitBundle } from "./source_places.ts";
import type { FindPlace } from "./source_places.ts";

/** A module in one piece. */
export interface Bundle {
  /** Its JavaScript. */
  readonly code: string;
  /** Finds places of its sources. */
  readonly find?: FindPlace;
}

const bundles = new Map<string, Promise<Bundle>>();

/**
 * Makes one self-contained JavaScript module of a module and all that it imports, by `deno bundle`, once in a process. For a file the
 * nearest deno.json above it says what names stand for.
 *
 * @throws {InvalidArgumentError} If the module cannot be bundled. Tells why, and the remedies.
 */
export function bundleModule(module: string): Promise<Bundle> {
  let bundle = bundles.get(module);
  if (!bundle) {
    bundle = bundleNow(module);
    bundles.set(module, bundle);
    bundle.catch(() => bundles.delete(module));
  }
  return bundle;
}

async function bundleNow(module: string): Promise<Bundle> {
  const isFile = module.startsWith("file:");
  const path = isFile ? fileURLToPath(module) : module, cwd = isFile ? dirname(path) : Deno.cwd();
  try {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["bundle", "--quiet", "--no-lock", "--sourcemap=inline", path],
      cwd,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    if (success) return splitBundle(new TextDecoder().decode(stdout), pathToFileURL(`${cwd}/`).href);
    throw new Error(reason(new TextDecoder().decode(stderr)));
  } catch (cause) {
    throw new InvalidArgumentError("worker.module", module, "a module that can be sent as one file", {
      hint: `\`deno bundle\` says: ${(cause as Error).message}. ` +
        "It fetches a tool of its own when it is first used, which takes a network and --allow-run; " +
        "where it cannot run, bundle the module elsewhere and name the file as { module, name, build }",
      cause,
    });
  }
}

/** The lines of an error, on one. */
function reason(text: string): string {
  const lines = text.split("Stack backtrace:")[0].split("\n").map((line) => line.trim()).filter(Boolean);
  return lines.slice(0, 6).join("; ").replaceAll(/\berror: /g, "");
}
