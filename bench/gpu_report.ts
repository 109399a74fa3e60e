import type { Measured, Rate } from "./webgpu.ts";

/** Writes what was measured on a card as Markdown. */
export function report({ machine, peaks, results, settings, breakEven }: Measured): string {
  const rates = results.map((r) => {
    const perSecond = median(r.webgpu.perSecond), times = Object.values(r.passes);
    const { missing, seconds } = { missing: "", seconds: [], ...r.cupy };
    return [
      r.what,
      spread(r.webgpu),
      spread(r.oneThread),
      spread(r.allThreads),
      missing ? "none" : (1 / median(seconds)).toFixed(0),
      percent(r.flops * perSecond / peaks.operations),
      percent(r.bytes * perSecond / peaks.bandwidth),
      times.length ? percent(times.reduce((a, b) => a + b) * perSecond / 1e6) : "",
    ];
  });
  const checks = results.map(({ what, check: { repeats, totals: [mine, his], levelsApart } }) => [
    what,
    repeats ? "yes" : "**no**",
    mine === his ? `${mine}, equal` : `**${mine}, kernel ${his}**`,
    `${levelsApart <= 0.003 ? "" : "above 0.003: "}${levelsApart.toExponential(1)}`,
  ]);
  const labels = [...new Set(results.flatMap(({ passes }) => Object.keys(passes)))];
  const why = results.map(({ cupy }) => "missing" in cupy ? cupy.missing : "").find((text) => text !== "");
  return `# On a graphics card

Written by \`deno run -A bench/webgpu.ts\`, all sides in one run; medians of repetitions and their spread. Every number is in
[results](results/).

${machine.device}. ${machine.cpu}, ${machine.cores} cores, Deno ${machine.deno}, Morlet ${machine.morlet}; ${
    machine.date.slice(0, 10)
  }. Peaks, measured: ${(peaks.operations / 1e9).toFixed(0)} GFLOP/s in single precision, ${
    (peaks.bandwidth / 1e9).toFixed(1)
  } GB/s.

Surrogates a second. The shares are of the peaks, for the operations of the algorithm and each buffer written and read once; busy is the
time of the passes.${why ? ` CuPy: ${why}.` : ""}

${
    table(
      ["record", "webgpu", "one thread", `${machine.cores} threads`, "CuPy", "arithmetic", "bandwidth", "busy"],
      rates,
    )
  }

Against the kernel, 320 surrogates:

${table(["record", "the same again", "values counted", "levels differ by"], checks)}

Microseconds a surrogate, by pass:

${
    table(
      ["pass", ...results.map(({ what }) => what)],
      labels.map((label) => [
        label,
        ...results.map(({ passes }) => passes[label] === undefined ? "" : short(passes[label])),
      ]),
    )
  }

What the settings do to 3,072 samples (default: batch_seconds 0.1, memory_mb 1024):

${
    table(
      ["setting", "surrogates a second", "largest batch", "batches together", "MB of buffers"],
      settings.map(({ changes, perSecond, largestBatch, mostTogether, bytes }) => [
        Object.entries(changes).map(([name, value]) => `${name} ${value}`).join(", "),
        spread({ perSecond, surrogates: 0 }),
        String(largestBatch),
        String(mostTogether),
        (bytes / 1e6).toFixed(0),
      ]),
    )
  }

From how many simulations on the card is quicker than ${machine.cores} threads, device and threads opened for it:

${
    table(
      ["task", "break-even", "in the code", "to change"],
      breakEven.map(({ what, simulations, where, now }) => [
        what,
        simulations === undefined ? "never" : String(simulations),
        String(now),
        machine.software ? "nothing: this is no card" : advice(simulations, now, where),
      ]),
    )
  }

${
    breakEven.map(({ what, trials }) => {
      const times = trials.map((t) => `${t.simulations}: ${(1e3 * t.card).toFixed(0)}, ${(1e3 * t.cores).toFixed(0)}`);
      return `${what}, milliseconds on the card and on the cores: ${times.join("; ")}.\n`;
    }).join("\n")
  }`;
}

/** What the constant should be: the break-even to one digit, rounded up. */
function advice(simulations: number | undefined, now: number, where: string): string {
  if (simulations === undefined) return "nothing: the cores were always quicker";
  const unit = 10 ** Math.floor(Math.log10(simulations)), wanted = Math.ceil(simulations / unit) * unit;
  return wanted === now ? "nothing" : `\`GPU_BREAK_EVEN\` of ${where} to ${wanted}`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function spread({ perSecond }: Rate): string {
  const [middle, low, high] = [median(perSecond), Math.min(...perSecond), Math.max(...perSecond)];
  return `${middle.toFixed(0)} (${low.toFixed(0)} to ${high.toFixed(0)})`;
}

/** Three digits, never as a power of ten. */
function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...body].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
