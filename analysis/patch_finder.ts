/**
 * Finds the heaviest connected patch of a map that comes scale by scale, without keeping the map. Samples touch along time and
 * along scale, not across corners. Runs of samples are joined with the runs of the scale before that they touch; what has met
 * is one patch (union-find; Hoshen and Kopelman 1976).
 */
export class PatchFinder {
  /** Mass of the heaviest patch so far. */
  heaviest = 0;
  /** For each patch one that it has been joined to, or itself. */
  #joined: number[] = [];
  #masses: number[] = [];
  #before: readonly Run[] = [];

  /** Forgets the map, for the next one. */
  clear(): void {
    this.heaviest = 0;
    this.#joined = [];
    this.#masses = [];
    this.#before = [];
  }

  /**
   * Takes the next scale: samples in `range` whose value is above the level belong to patches.
   *
   * @param values The map at this scale, one value a sample.
   * @param level The level; nothing is above NaN.
   * @param range The samples that are looked at, `end` not among them.
   * @param mass Gives the mass of a sample by its value.
   */
  addScale(values: ArrayLike<number>, level: number, { start, end }: Range, mass: (value: number) => number): void {
    const runs: Run[] = [], before = this.#before;
    let near = 0;
    for (let t = start; t < end; t++) {
      if (!(values[t] > level)) continue;
      const first = t;
      let sum = 0;
      for (; t < end && values[t] > level; t++) sum += mass(values[t]);
      let patch = this.#masses.push(0) - 1;
      this.#joined.push(patch);
      this.#grow(patch, sum);
      while (near < before.length && before[near].end <= first) near++;
      for (let i = near; i < before.length && before[i].start < t; i++) patch = this.#join(before[i].patch, patch);
      runs.push({ start: first, end: t, patch });
    }
    this.#before = runs;
  }

  #join(left: number, right: number): number {
    const a = this.#root(left), b = this.#root(right);
    if (a === b) return a;
    this.#joined[b] = a;
    this.#grow(a, this.#masses[b]);
    return a;
  }

  #root(patch: number): number {
    const joined = this.#joined;
    while (joined[patch] !== patch) patch = joined[patch] = joined[joined[patch]];
    return patch;
  }

  #grow(patch: number, mass: number): void {
    this.#masses[patch] += mass;
    if (this.#masses[patch] > this.heaviest) this.heaviest = this.#masses[patch];
  }
}

/** Samples from `start` up to, but not including, `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** Neighbouring samples that belong to one patch. */
interface Run extends Range {
  readonly patch: number;
}
