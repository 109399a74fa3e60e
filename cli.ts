/**
 * The `morlet` command.
 *
 * @example Install it, and ask what it can do
 * ```sh
 * deno install -g -A --config deno.json -n morlet cli.ts
 * morlet --help
 * ```
 *
 * @module
 */
import { main } from "./cli/main.ts";
import { interruptible } from "./cli/interruptible.ts";

if (import.meta.main) Deno.exitCode = await interruptible((signal) => main(Deno.args, { signal }));

export { main };
export type { MainOptions, Terminal } from "./cli/main.ts";
