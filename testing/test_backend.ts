import assert from "node:assert/strict";
import { openBackend } from "../backends/mod.ts";
import type { Backend, BackendDefinition } from "../backends/mod.ts";
import { CONFORMANCE } from "./conformance.ts";

/** Settings of the conformance suite. */
export interface TestBackendOptions {
  /** The configuration to test it with. */
  config?: unknown;
  /** Checks that it does not pass for a reason: the check's name, and the reason. */
  skip?: Readonly<Record<string, string>>;
}

/** How a backend did on one check. */
export interface CheckResult {
  /** The check's name. */
  readonly name: string;
  /** What went wrong; undefined where nothing did. */
  readonly error?: unknown;
  /** Why it was left out. */
  readonly skipped?: string;
}

/**
 * Registers a test for everything that is asked of a backend: all that a backend's own tests need.
 *
 * @example The whole test file of a backend
 * ```ts ignore
 * import { testBackend } from "@morlet/morlet/testing";
 * import backends from "./mod.ts";
 *
 * testBackend(backends[0]);
 * ```
 *
 * @param definition The backend.
 * @param options How to open it, and what to leave out, with the reason.
 */
export function testBackend(definition: BackendDefinition, { config, skip = {} }: TestBackendOptions = {}): void {
  const label = config === undefined ? definition.name : `${definition.name} ${JSON.stringify(config)}`;
  for (const { name, needs, run } of CONFORMANCE) {
    const open = () => openBackend(definition, config), skipped = skip[name], lack = missing(definition, needs);
    Deno.test(
      skipped
        ? { name: `${label} ${name} (left out: ${skipped})`, ignore: true, fn() {} }
        : lack
        ? { name: `${label} refuses what it can't do: ${name} (${lack})`, fn: () => refusesFunctions(open, definition) }
        : { name: `${label} ${name}`, fn: () => run(open, definition) },
    );
  }
}

/**
 * Runs the same checks without a test runner.
 *
 * @param definition The backend.
 * @param options How to open it, and what to leave out, with the reason.
 * @returns How it did on each check.
 */
export async function checkBackend(
  definition: BackendDefinition,
  { config, skip = {} }: TestBackendOptions = {},
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name, needs, run } of CONFORMANCE) {
    const skipped = skip[name] ?? missing(definition, needs);
    try {
      if (skipped === undefined) await run(() => openBackend(definition, config), definition);
      results.push({ name, skipped });
    } catch (error) {
      results.push({ name, error });
    }
  }
  return results;
}

/** What a backend cannot do it refuses, before any work and by an error that names it. */
async function refusesFunctions(open: () => Backend, { name }: BackendDefinition): Promise<void> {
  await using backend = open();
  const run = async () => await backend.runMonteCarlo((seed: number) => seed, { nSimulations: 1, seed: 1 });
  await assert.rejects(run, ({ message }: Error) => message.includes(name));
}

function missing(
  { capabilities }: BackendDefinition,
  needs?: keyof BackendDefinition["capabilities"],
): string | undefined {
  return needs === undefined || capabilities[needs] ? undefined : `it has no capability "${needs}"`;
}
