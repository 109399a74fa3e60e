/** The time axis: where the sample with a given index lies, as Plotly wants it. */
export interface TimeScale {
  /** Plotly's kind of axis. */
  type: "date" | "linear";
  /** Time at an index, fractions allowed: a number, or a date as text. */
  at: (index: number) => number | string;
  /** How a time is written when pointed at, in Plotly's notation. */
  hover: string;
}

const DAY = 86_400_000;

/** Makes the time axis of samples taken at `times`, rounded to what the sampling can tell. */
export function timeScale(times: readonly Date[] | ArrayLike<number>): TimeScale {
  const numbers = Float64Array.from(times as ArrayLike<number>, Number), n = numbers.length;
  const between = (index: number) => {
    const i = Math.max(0, Math.min(n - 2, Math.floor(index)));
    return numbers[i] + (index - i) * (numbers[i + 1] - numbers[i]);
  };
  let step = Infinity;
  for (let i = 1; i < n; i++) step = Math.min(step, numbers[i] - numbers[i - 1]);
  if (times[0] instanceof Date) {
    // The letters of an ISO date and time that are kept: to the day, the minute, or the millisecond.
    const letters = step >= 20 * DAY ? 10 : step >= 1000 * 60 ? 16 : 23;
    const hover = step >= DAY ? "%Y-%m-%d" : step >= 1000 * 60 ? "%Y-%m-%d %H:%M" : "%Y-%m-%d %H:%M:%S.%3f";
    const at = (index: number) =>
      new Date(between(index)).toISOString().slice(0, letters).replace("T", " ").replace(/ 00:00$/, "");
    return { type: "date", at, hover: `%{x|${hover}}` };
  }
  const decimals = Math.max(0, Math.min(15, 2 - Math.floor(Math.log10(step))));
  return {
    type: "linear",
    at: (index) => Number(between(index).toFixed(decimals)),
    hover: `%{x:.${Math.max(0, decimals - 1)}f}`,
  };
}
