// From how many simulations on a card is quicker than all cores, both starting from nothing.
import {
  type Backend,
  getBackend,
  type ModuleReference,
  openBackend,
  webgpu,
  type WebGpuConfig,
} from "../backends/mod.ts";
import { closeIdleDevices } from "../backends/webgpu/shared_device.ts";

/** Seconds for so many simulations. */
interface Trial {
  readonly simulations: number;
  readonly card: number;
  readonly cores: number;
}

/** What was found. */
export interface BreakEven {
  /** From how many simulations on the card is quicker; undefined where it never was. */
  readonly simulations: number | undefined;
  readonly trials: readonly Trial[];
}

/** What a task is and its arguments. */
export type WorkOf = ModuleReference & { readonly args: readonly unknown[] };

/**
 * Doubles the work until the card is quicker, device and threads opened for each trial, shaders compiled anew (drivers keep some
 * of that on disk).
 *
 * @param most Seconds on the cores after which it is given up.
 * @param repeats The best of so many counts.
 */
export async function breakEven(work: WorkOf, config: WebGpuConfig, most: number, repeats: number): Promise<BreakEven> {
  const trials: Trial[] = [];
  await timed(() => getBackend("workers"), work, 1); // modules are loaded
  for (let simulations = 64;; simulations *= 2) {
    let card = Infinity, cores = Infinity;
    for (let i = 0; i < repeats; i++) {
      await closeIdleDevices();
      card = Math.min(card, await timed(() => openBackend(webgpu, config), work, simulations));
      cores = Math.min(cores, await timed(() => getBackend("workers"), work, simulations));
    }
    const last = trials.at(-1);
    trials.push({ simulations, card, cores });
    if (card < cores) return { simulations: last ? between(last, trials.at(-1)!) : simulations, trials };
    // A card that falls behind will not catch up.
    if (cores > most || card > 10 * most) return { simulations: undefined, trials };
  }
}

async function timed(open: () => Backend, { args, ...task }: WorkOf, nSimulations: number): Promise<number> {
  const started = performance.now();
  await using backend = open();
  await backend.runTask({ ...task, args: [...args] }, { nSimulations, seed: 1, verbose: false });
  return (performance.now() - started) / 1000;
}

/** Where straight lines between two trials cross. */
function between(before: Trial, after: Trial): number {
  const behind = before.card - before.cores, ahead = after.cores - after.card;
  return Math.round(before.simulations + (after.simulations - before.simulations) * behind / (behind + ahead));
}
