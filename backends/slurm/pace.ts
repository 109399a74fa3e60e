/** How often something is looked at: in a share of the time so far, within bounds in milliseconds. */
export interface Pace {
  readonly least: number;
  readonly most: number;
  readonly share: number;
}

/** Between two looks into a shared folder. */
export const LOOK: Pace = { least: 50, most: 10_000, share: 1 / 50 };
/** Between two questions to the controller, which has others to serve. */
export const ASK: Pace = { least: 1000, most: 60_000, share: 1 / 10 };

/** Milliseconds until the next look of a job that is so old. */
export function untilNext({ least, most, share }: Pace, age: number): number {
  return Math.min(most, Math.max(least, share * age));
}
