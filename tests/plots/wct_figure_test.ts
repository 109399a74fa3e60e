import assert from "node:assert/strict";
import { type SignificantRegion, significantRegions, type WaveletCoherence } from "../../analysis/mod.ts";
import { type Figure, plotWct, type PlotWctOptions } from "../../plots/mod.ts";
import { textWidth } from "../../plots/font.ts";
import { InvalidArgumentError } from "../../random/mod.ts";
import { syntheticResult } from "./synthetic_result.ts";

// deno-lint-ignore no-explicit-any
type Loose = any;

const RESULT = syntheticResult([60, 300]);
const DATES = Array.from({ length: 300 }, (_, i) => new Date(Date.UTC(1970, i)));
const trace = (figure: Figure, name: string): Loose => figure.data.find((one) => one.name === name);

Deno.test("plotWct labels its axes with units and orients the period downwards", () => {
  const { layout } = plotWct(RESULT, { times: DATES, periodUnit: "years", timeLabel: "Date" }) as Loose;
  assert.equal(layout.xaxis.type, "date");
  assert.deepEqual(layout.xaxis.range, ["1970-01-01", "1994-12-01"]);
  assert.equal(layout.xaxis.title.text, "Date");
  assert.equal(layout.yaxis.type, "log");
  assert.equal(layout.yaxis.title.text, "Period (years)");
  assert.ok(layout.yaxis.range[0] > layout.yaxis.range[1]);
  assert.deepEqual(layout.yaxis.tickvals, [0.25, 0.5, 1, 2, 4]);
  assert.deepEqual(layout.yaxis.ticktext, ["0.25", "0.5", "1", "2", "4"]);
  assert.equal(layout.annotations[0].text, "Coherence R²");
});

Deno.test("plotWct takes numbers for times, and none", () => {
  const years = Float64Array.from({ length: 300 }, (_, i) => 1970 + i / 12);
  const { layout } = plotWct(RESULT, { times: years, timeUnit: "years" }) as Loose;
  assert.equal(layout.xaxis.type, "linear");
  assert.equal(layout.xaxis.title.text, "Time (years)");
  assert.deepEqual(layout.xaxis.range, [1970, 1994.9167]);
  assert.deepEqual((plotWct(RESULT) as Loose).layout.xaxis.range, [0, 24.9167]);
});

Deno.test("plotWct draws the contour where coherence meets its level, scale by scale", () => {
  const figure = plotWct(RESULT);
  const { x, y } = trace(figure, "95 % significance");
  assert.ok(x.length > 20);
  const { coherence, periods, shape: [, n], dt } = RESULT;
  let checked = 0;
  for (let k = 0; k < x.length; k++) {
    if (x[k] === null) continue;
    // Coherence between the four samples around the point, which must reach the level on one side and not on the other.
    const j = Math.min(n - 2, Math.floor(x[k] / dt! + 1e-3)),
      i = periods.findLastIndex((period) => period <= y[k] * 1.0005);
    const around = [-1, 0, 1, 2].flatMap((a) => [-1, 0, 1, 2].map((b) => coherence[(i + a) * n + j + b]));
    const known = around.filter((value) => value !== undefined);
    assert.ok(Math.min(...known) <= 0.74 && Math.max(...known) >= 0.72, `point ${k}`);
    checked++;
  }
  assert.ok(checked > 20);
});

Deno.test("plotWct takes p-values where there are no levels, and neither", () => {
  const { significance: _, ...byP } = RESULT;
  assert.ok(trace(plotWct(byP, { level: 0.9 }), "90 % significance").x.length > 20);
  const { pValues: __, ...bare } = byP;
  const figure = plotWct(bare);
  assert.equal(trace(figure, "95 % significance"), undefined);
  assert.doesNotMatch((figure.layout as Loose).annotations[1].text, /significance/);
});

Deno.test("plotWct has no contour at scales that cannot be tested", () => {
  const significance = Float64Array.from(RESULT.periods, (period) => period > 1 ? NaN : 0.734);
  const { y } = trace(plotWct({ ...RESULT, significance }), "95 % significance");
  assert.ok(Math.max(...y) <= 1);
});

Deno.test("the level is the result's own, and periods can be chosen", () => {
  assert.ok(trace(plotWct({ ...RESULT, level: 0.99 }), "99 % significance"));
  const { layout, data } = plotWct(RESULT, { periodRange: [0.5, 2] }) as Loose;
  const drawn = RESULT.periods.filter((period) => period >= 0.5 && period <= 2);
  assert.deepEqual(layout.yaxis.range, [Math.log10(drawn.at(-1)!), Math.log10(drawn[0])]);
  const row = RESULT.periods.indexOf(drawn[0]);
  assert.equal(data[0].z[0][0], Number(RESULT.coherence[row * 300].toFixed(2)));
});

Deno.test("periods that lie wholly inside the cone are left out unless asked for", () => {
  const long = syntheticResult([100, 300]), { periods } = long;
  const longest = Math.max(...long.coi), rows = periods.filter((period) => period <= longest);
  assert.ok(rows.length < periods.length);
  const range = (options: PlotWctOptions) => (plotWct(long, options).layout as Loose).yaxis.range;
  assert.deepEqual(range({}), [Math.log10(rows.at(-1)!), Math.log10(rows[0])]);
  assert.deepEqual(range({ periodRange: "all" }), [periods.at(-1)!, periods[0]].map(Math.log10));
  // A record so short that no scale is outside: there is something to see all the same.
  const coi = long.coi.map(() => 0.01);
  assert.equal((plotWct({ ...long, coi }).layout as Loose).yaxis.range[0], Math.log10(periods.at(-1)!));
});

Deno.test("the contour is whole outside the cone and dashed inside it, and the caption says so where there are dashes", () => {
  const level = Array.from(RESULT.periods, () => 0.734), figure = plotWct({ ...RESULT, significance: level });
  const inside = (x: number, y: number) => {
    const at = x / RESULT.dt!, t = Math.min(298, Math.floor(at + 1e-6));
    return y / (RESULT.coi[t] + (at - t) * (RESULT.coi[t + 1] - RESULT.coi[t]));
  };
  const depths = (name: string) => {
    const { x, y } = trace(figure, name) as { x: (number | null)[]; y: number[] };
    return x.flatMap((value, k) => value === null ? [] : [inside(value, y[k])]);
  };
  assert.ok(depths("95 % significance").every((depth) => depth < 1.05));
  const dashed = depths("95 % significance, inside the cone");
  assert.ok(dashed.length > 5 && dashed.every((depth) => depth > 0.95));
  assert.ok(trace(figure, "95 % significance, inside the cone").line.dash);
  const caption = (result: typeof RESULT, options: PlotWctOptions = {}) =>
    (plotWct(result, options).layout as Loose).annotations[1].text.replaceAll("<br>", " ");
  assert.match(caption({ ...RESULT, significance: level }), /; dashed: not reliable/);
  const { significance: _, ...byP } = RESULT; // p-values are not known inside the cone
  assert.doesNotMatch(caption(byP as typeof RESULT), /dashed/);
  assert.match(caption(RESULT), /^Arrows: /);
  assert.doesNotMatch(caption(RESULT, { arrows: { threshold: 1 } }), /Arrows/, "none is drawn, so none is explained");
  assert.doesNotMatch(caption({ ...RESULT, coi: RESULT.coi.map(() => 1e3) }), /cone/);
});

Deno.test("in a small figure the map has half the height: the caption is short, or left out", () => {
  for (
    const [width, height, words] of [[900, 520, /Arrows: /], [420, 300, /^→ in phase/], [320, 240, undefined]] as const
  ) {
    const { layout } = plotWct(RESULT, {
      width,
      height,
      title: "A title that is longer than a small figure is wide",
    }) as Loose;
    const { t, b } = layout.margin;
    assert.ok(height - t - b > 0.45 * height);
    assert.ok(layout.annotations.length === (words ? 2 : 1));
    if (words) assert.match(layout.annotations[1].text, words);
    for (const line of layout.title.text.split("<br>")) assert.ok(textWidth(line, layout.title.font.size) < width - 72);
  }
});

Deno.test("phase arrows point right, down, left and up as the caption says, outside the cone where coherence is high", () => {
  for (const [phase, angle] of [[0, 90], [Math.PI / 2, 180], [Math.PI, 270], [-Math.PI / 2, 0]]) {
    const figure = plotWct({ ...RESULT, smoothedPhase: RESULT.smoothedPhase.map(() => phase) });
    assert.deepEqual(new Set(trace(figure, "phase arrows").marker.angle), new Set([angle]));
  }
  const { x, y, marker } = trace(plotWct(RESULT), "phase arrows");
  assert.ok(x.length > 20);
  for (let k = 0; k < x.length; k++) {
    const t = Math.round(x[k] / RESULT.dt!),
      i = RESULT.periods.findIndex((period) => Math.abs(period / y[k] - 1) < 1e-3);
    assert.ok(RESULT.coherence[i * 300 + t] >= 0.5);
    assert.ok(RESULT.periods[i] <= RESULT.coi[t]);
    const degrees = RESULT.smoothedPhase[i * 300 + t] * 180 / Math.PI;
    assert.ok(Math.abs(Math.cos((marker.angle[k] - 90 - degrees) * Math.PI / 180) - 1) < 1e-3);
  }
  const few = trace(plotWct(RESULT, { arrows: { spacing: 60 } }), "phase arrows").x.length;
  assert.ok(few < x.length / 3);
  assert.ok(trace(plotWct(RESULT, { arrows: { insideCone: true, threshold: 0 } }), "phase arrows").x.length > x.length);
  assert.equal(trace(plotWct(RESULT, { arrows: false }), "phase arrows"), undefined);
});

Deno.test("the caption states convention, level, surrogates and seed, and follows the names", () => {
  const { layout } = plotWct(RESULT, { names: ["Niño", "CO₂"] }) as Loose;
  const caption = layout.annotations[1].text.replaceAll("<br>", " ");
  assert.match(caption, /→ in phase, ← antiphase, ↓ Niño leads by a quarter period, ↑ CO₂ leads/);
  assert.match(caption, /95 % significance against red noise \(1000 surrogate pairs, seed 42\)/);
  assert.match(caption, /Hatched: cone of influence/);
  const german = plotWct(RESULT, {
    labels: { period: "Periode", caption: "Pfeile: Phase." },
    periodUnit: "Jahre",
  }) as Loose;
  assert.equal(german.layout.annotations[1].text, "Pfeile: Phase.");
  assert.equal(german.layout.yaxis.title.text, "Periode (Jahre)");
  assert.equal((plotWct(RESULT, { labels: { caption: "" } }) as Loose).layout.annotations.length, 1);
});

Deno.test("what is shown when pointed at is the result's own numbers", () => {
  const figure = plotWct(RESULT, { periodUnit: "years", names: ["A", "B"] });
  const { x, y, z, customdata, hovertemplate } = figure.data[1] as Loose;
  for (const text of ["Period: ", "Coherence R²: ", "Phase: ", "A leads by ", "p: ", " years"]) {
    assert.ok(hovertemplate.includes(text), text);
  }
  const row = 7, column = 40;
  const t = Math.round(x[column] / RESULT.dt!), i = RESULT.periods.findIndex((p) => Math.abs(p / y[row] - 1) < 1e-4);
  const at = i * 300 + t, [phase, lag, p] = customdata[row][column];
  assert.ok(Math.abs(z[row][column] - RESULT.coherence[at]) <= 0.005);
  assert.equal(phase, Math.round(RESULT.smoothedPhase[at] * 180 / Math.PI));
  assert.ok(
    Math.abs(lag - RESULT.smoothedPhase[at] / (2 * Math.PI) * RESULT.periods[i]) <= Math.abs(lag) * 0.005 + 1e-12,
  );
  assert.ok(Math.abs(p - RESULT.pValues![at]) <= 0.05 * p);
});

Deno.test("a figure does not compute what it does not draw", () => {
  const lazy = {
    ...RESULT,
    get phase(): never {
      throw new Error("it was computed");
    },
  };
  assert.equal(JSON.stringify(plotWct(lazy)), JSON.stringify(plotWct(RESULT)));
});

Deno.test("patches that were tested as a whole are drawn thick where p is small, and tell it", () => {
  const { coherence, significance, periods, coi, shape: [, n], dt } = RESULT;
  const significant = Uint8Array.from(coherence, (value, at) => {
    const i = Math.floor(at / n);
    return Number(value > significance![i] && periods[i] <= coi[at % n]);
  });
  const map = { ...RESULT, significant } as unknown as WaveletCoherence;
  const [first, second, ...rest] = significantRegions(map).toSorted((a, b) => b.mass - a.mass);
  assert.ok(first.mass > second.mass && rest.length > 0);
  const tested = (least: number) => ({ ...RESULT, significant, largestMasses: new Float64Array(99).fill(least) });

  const figure = plotWct(tested((first.mass + second.mass) / 2));
  const within = ({ x, y }: Loose, { samples, periods: [short, long] }: SignificantRegion) =>
    x.every((time: number | null, k: number) =>
      time === null || (time / dt! >= samples[0] - 1.5 && time / dt! <= samples[1] + 1.5 && y[k] > 0.9 * short &&
        y[k] < 1.1 * long)
    );
  const thick = trace(figure, "95 % significance"), thin = trace(figure, "95 % significance, other patches");
  assert.ok(thick.x.length > 3 && within(thick, first), "the heaviest patch alone");
  assert.ok(thin.x.length > 3 && !within(thin, first) && thick.line.width > 2 * thin.line.width);
  const caption = (figure: Loose) => figure.layout.annotations[1].text.replaceAll("<br>", " ");
  assert.match(caption(figure), /Thick: patches with p ≤ 0\.05 as a whole\./);
  const { x, y, customdata, hovertemplate } = figure.data[1] as Loose;
  assert.match(hovertemplate, /p of the patch: %\{customdata\[3\]\}/);
  const told = new Set<unknown>();
  for (const [row, cells] of customdata.entries()) {
    for (const [column, cell] of cells.entries()) {
      const i = periods.findIndex((p) => Math.abs(p / y[row] - 1) < 1e-4), at = i * n + Math.round(x[column] / dt!);
      assert.equal(cell[3] === "–", !significant[at]);
      told.add(cell[3]);
    }
  }
  assert.deepEqual([...told].sort(), [0.01, 1, "–"]);

  const none = plotWct(tested(2 * first.mass), { periodRange: [0.2, 1] });
  assert.deepEqual(trace(none, "95 % significance").x, []);
  assert.match(caption(none), /No patch has p ≤ 0\.05 as a whole\./);
  assert.doesNotMatch(caption(plotWct({ ...RESULT, significant })), /as a whole/);
});

Deno.test("a record of 10,000 samples and 100 scales stays under 300 kB and shows samples of the whole", () => {
  const big = syntheticResult([100, 10_000], { dt: 1 });
  const dates = Array.from({ length: 10_000 }, (_, i) => new Date(Date.UTC(1970, 0, i + 1)));
  const figure = plotWct(big, { times: dates, periodUnit: "days" });
  const size = JSON.stringify(figure).length;
  assert.ok(size < 300_000, `${size} bytes`);
  const { x, y, z } = figure.data[0] as Loose;
  assert.ok(x.length >= 350 && y.length >= 45);
  assert.deepEqual([x[0], x.at(-1)], ["1970-01-01", "1997-05-18"]);
  for (const [row, column] of [[0, 0], [y.length - 1, x.length - 1], [20, 100], [40, 300]]) {
    const t = Math.round((Date.parse(x[column]) - Number(dates[0])) / 86_400_000);
    const i = big.periods.findIndex((period) => Math.abs(period / y[row] - 1) < 1e-4);
    assert.ok(Math.abs(z[row][column] - big.coherence[i * 10_000 + t]) <= 0.005);
  }
});

Deno.test("bad results and options are refused by name", () => {
  const refused: [string, Partial<typeof RESULT>, PlotWctOptions][] = [
    ["result.shape[0]", { shape: [1, 300] }, {}],
    ["result.coherence", { coherence: new Float64Array(7) }, {}],
    ["result.smoothedPhase", { smoothedPhase: undefined }, {}],
    ["result.periods", { periods: new Float64Array(3) }, {}],
    ["result.periods[0]", { periods: new Float64Array(60) }, {}],
    ["result.periods[1]", { periods: new Float64Array(60).fill(1) }, {}],
    ["result.coi", { coi: new Float64Array(2) }, {}],
    ["result.significance", { significance: [1] }, {}],
    ["result.pValues", { pValues: [1] }, {}],
    ["result.dt", { dt: -1 }, {}],
    ["times", {}, { times: [1, 2, 3] }],
    ["times[1]", {}, { times: new Float64Array(300) }],
    ["times[0]", {}, { times: DATES.map((_, i) => new Date(i ? i : NaN)) }],
    ["names", {}, { names: ["one"] as Loose }],
    ["width", {}, { width: 100 }],
    ["height", {}, { height: 239.5 }],
    ["theme", {}, { theme: "lihgt" as "light" }],
    ["colorscale", {}, { colorscale: "Jet" as "Viridis" }],
    ["level", {}, { level: 95 }],
    ["level", { level: 0.95 }, { level: 0.9 }],
    ["periodRange", {}, { periodRange: [3, 2] }],
    ["periodRange", {}, { periodRange: 3 as Loose }],
    ["maxPoints", {}, { maxPoints: 3 }],
    ["arrows.threshold", {}, { arrows: { threshold: 2 } }],
    ["arrows.spacing", {}, { arrows: { spacing: 0 } }],
    ["arrows.length", {}, { arrows: { length: NaN } }],
    ["arrows.inCone", {}, { arrows: { inCone: true } as Loose }],
    ["options.periodUnits", {}, { periodUnits: "days" } as Loose],
  ];
  for (const [field, change, options] of refused) {
    assert.throws(() => plotWct({ ...RESULT, ...change } as typeof RESULT, options), (error) => {
      assert.ok(error instanceof InvalidArgumentError);
      assert.equal(error.field, field);
      return true;
    });
  }
  assert.throws(() => plotWct(undefined as Loose), { field: "result.shape[0]" });
  assert.throws(
    () => plotWct(Promise.resolve(RESULT) as Loose),
    /not the promise of one: current value is Promise. Await it/,
  );
});
