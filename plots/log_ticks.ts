/** Where an axis has its ticks and what is written there. */
export interface Ticks {
  /** Places, in the unit of the axis. */
  tickvals: number[];
  /** What is written, one for each place. */
  ticktext: string[];
}

/** Powers of two from `low` to `high`, at most `most` of them; finer steps where fewer than three powers of two would fit. */
export function powerOfTwoTicks(low: number, high: number, most: number): Ticks {
  const octaves = Math.log2(high / low);
  const tickvals: number[] = [];
  if (octaves < 2) {
    const step = niceStep((high - low) / Math.min(6, most));
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high * (1 + 1e-9); i++) tickvals.push(i * step);
  } else {
    const step = Math.ceil(octaves / most);
    for (let k = Math.ceil(Math.log2(low) / step - 1e-9) * step; 2 ** k <= high * (1 + 1e-9); k += step) {
      tickvals.push(2 ** k);
    }
  }
  return { tickvals, ticktext: tickvals.map(shortNumber) };
}

/** 1, 2 or 5 times a power of ten, at or above `step`. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return [1, 2, 5, 10].map((digit) => digit * power).find((nice) => nice >= step * (1 - 1e-9))!;
}

/** A number as a person writes it on an axis: 0.125, 1/16, 2048. */
export function shortNumber(value: number): string {
  const inverse = 1 / value;
  if (value < 0.125 && Number.isInteger(inverse) && inverse <= 4096) return `1/${inverse}`;
  return value >= 1e6 || value < 1e-4
    ? value.toExponential(1).replace("e+", "e")
    : String(Number(value.toPrecision(6)));
}
