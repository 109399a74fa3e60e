/** Even steps, and how many of them each time is after the first. */
export interface EvenSteps {
  /** The step. */
  readonly step: number;
  /** Whole numbers, 0 for the first time. */
  readonly index: readonly number[];
}

/** The steps of increasing times that are exact: the smallest there is. */
export function exactSteps(times: readonly number[]): EvenSteps {
  const step = smallestGap(times);
  return { step, index: times.map((time) => Math.round((time - times[0]) / step)) };
}

/** The steps of increasing times that may be rounded, as 1958.21, 1958.29: their mean, unless the step is given. */
export function roundedSteps(times: readonly number[], given?: number): EvenSteps {
  if (given !== undefined) return { step: given, index: times.map((time) => Math.round((time - times[0]) / given)) };
  const least = smallestGap(times);
  let sum = 0, count = 0;
  for (let i = 1; i < times.length; i++) {
    const gap = times[i] - times[i - 1];
    if (gap < 1.5 * least) [sum, count] = [sum + gap, count + 1];
  }
  const index = [0];
  for (let i = 1; i < times.length; i++) index.push(index[i - 1] + Math.round((times[i] - times[i - 1]) * count / sum));
  return { step: (times[times.length - 1] - times[0]) / index[index.length - 1], index };
}

function smallestGap(times: readonly number[]): number {
  let least = Infinity;
  for (let i = 1; i < times.length; i++) least = Math.min(least, times[i] - times[i - 1]);
  return least;
}
