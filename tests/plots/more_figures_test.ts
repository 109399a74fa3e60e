import assert from "node:assert/strict";
import {
  configurePlots,
  type Figure,
  plotCwt,
  plotGlobalSpectrum,
  plotSignificanceLevels,
  plotStudy,
  plotXwt,
} from "../../plots/mod.ts";
import { thinLine } from "../../plots/thin_line.ts";
import { defaultRng, InvalidArgumentError } from "../../random/mod.ts";
import { cwt, significance, xwt } from "../../wavelet/mod.ts";
import { syntheticResult } from "./synthetic_result.ts";

// deno-lint-ignore no-explicit-any
type Loose = any;

const rng = defaultRng(7);
const wave = (n: number, lag: number) =>
  Float64Array.from({ length: n }, (_, t) => Math.cos((t - lag) / 5) + rng.normal());
const N = 200, X = wave(N, 0), Y = wave(N, 3);
const C = cwt(X, { dt: 1 }), LEVELS = significance(X, { dt: 1, scales: C.scales }).significance;
const CROSS = xwt(X, Y, { dt: 1 });
const WCT = syntheticResult([60, 300]), SERIES = [wave(300, 0), wave(300, 3)] as const;
const DATES = Array.from({ length: N }, (_, i) => new Date(Date.UTC(1970, i)));
const trace = (figure: Figure, name: string): Loose => figure.data.find((one) => one.name === name);
const bytes = (figure: Figure) => JSON.stringify(figure).length;

Deno.test("plotCwt colours by the power on a scale of powers of two, and says it when pointed at", () => {
  const figure = plotCwt(C, { significance: LEVELS, times: DATES, periodUnit: "months", unit: "°C" });
  const [picture, words] = figure.data as Loose[], bar = (figure.layout as Loose).coloraxis;
  const { shape: [, n], W: { re, im }, periods } = C;
  for (const [row, column] of [[5, 40], [20, 100]]) {
    const i = periods.findIndex((period) => Math.abs(period / picture.y[row] - 1) < 1e-4);
    const t = DATES.findIndex((date) => date.toISOString().startsWith(picture.x[column]));
    const power = re[i * n + t] ** 2 + im[i * n + t] ** 2;
    const expected = Math.max(bar.cmin, Math.log2(power));
    assert.ok(Math.abs(picture.z[row][column] - expected) <= 0.005 + 1e-9);
  }
  const i = periods.findIndex((period) => Math.abs(period / words.y[7] - 1) < 1e-4);
  const t = DATES.findIndex((date) => date.toISOString().startsWith(words.x[30]));
  const power = re[i * n + t] ** 2 + im[i * n + t] ** 2, [shown, phase, ratio] = words.customdata[7][30];
  assert.ok(Math.abs(shown / power - 1) < 0.006 && Math.abs(ratio - power / LEVELS[i]) < 0.006);
  assert.ok(Math.abs(phase - Math.atan2(im[i * n + t], re[i * n + t]) * 180 / Math.PI) <= 0.5);
  assert.match(words.hovertemplate, /%\{x\|%Y-%m-%d\}.*Period: .* months.*Power: .* °C².*Phase.*Power \/ level/s);
  assert.equal((figure.layout as Loose).annotations[0].text, "Power (°C²)");
  assert.deepEqual(
    bar.colorbar.ticktext.map((text: string) => text.startsWith("1/") ? 1 / Number(text.slice(2)) : Number(text)),
    bar.colorbar.tickvals.map((k: number) => 2 ** k),
  );
  assert.ok(trace(figure, "95 % significance").x.length > 5);
  assert.equal(trace(plotCwt(C), "95 % significance"), undefined);
});

Deno.test("plotCwt divides by the variance, and the contour stays where it was", () => {
  const plain = plotCwt(C, { significance: LEVELS }), divided = plotCwt(C, { significance: LEVELS, variance: 4 });
  const [a, b] = [plain, divided].map((figure) => trace(figure, "95 % significance"));
  assert.deepEqual(a, b);
  const at = (figure: Figure) => (figure.data as Loose[])[1].customdata[7][30][0];
  assert.ok(Math.abs(at(plain) / at(divided) - 4) < 0.05);
  assert.equal((divided.layout as Loose).annotations[0].text, "Power / variance");
});

Deno.test("phase has colours that meet at ±180°, and is not averaged between neighbours", () => {
  const { data, layout } = plotCwt(C, { show: "phase", periodRange: "all" }) as Loose, [picture] = data;
  const { cmin, cmax, colorscale, colorbar } = layout.coloraxis;
  assert.equal(picture.zsmooth, false);
  assert.deepEqual([cmin, cmax], [-cmax, -cmin]);
  assert.deepEqual([colorbar.ticktext[0], colorbar.ticktext.at(-1)], ["-180", "180"]);
  assert.equal(colorscale[0][1], colorscale.at(-1)[1]);
  const { W: { re, im }, shape: [scales, n] } = C;
  assert.deepEqual([picture.z.length, picture.z[0].length], [scales, n]);
  for (const [i, t] of [[3, 50], [20, 120], [40, 7]]) {
    const degrees = Math.atan2(im[i * n + t], re[i * n + t]) * 180 / Math.PI;
    assert.ok(Math.abs(picture.z[i][t] * 180 / cmax - degrees) <= 2.5 + 1e-9);
  }
});

Deno.test("plotXwt draws arrows where the cross power reaches its level, turned by the phase", () => {
  const figure = plotXwt(CROSS, { names: ["rain", "river"], arrows: { threshold: 1 } });
  const { x, y, marker } = trace(figure, "phase arrows");
  assert.ok(x.length > 5);
  const { W12: { re, im }, phase, periods, significance, coi, shape: [, n] } = CROSS;
  for (let k = 0; k < x.length; k++) {
    const i = periods.findIndex((period) => Math.abs(period / y[k] - 1) < 1e-3), at = i * n + x[k];
    assert.ok(Math.hypot(re[at], im[at]) >= significance[i] && periods[i] <= coi[x[k]]);
    assert.ok(Math.cos((marker.angle[k] - 90) * Math.PI / 180 - phase[at]) > 0.999);
  }
  assert.match(
    (figure.layout as Loose).annotations[1].text.replaceAll("<br>", " "),
    /↓ rain leads by a quarter period/,
  );
  assert.ok(trace(plotXwt({ ...CROSS, significance: undefined }), "phase arrows").x.length > 5);
  assert.equal(trace(plotXwt(CROSS, { arrows: false }), "phase arrows"), undefined);
});

Deno.test("plotGlobalSpectrum averages over time, over all samples or those outside the cone", () => {
  const { W: { re, im }, coi, periods, shape: [scales, n] } = C;
  for (const over of ["all", "outside"] as const) {
    const { x, y } = trace(plotGlobalSpectrum(C, { over }), "mean over time");
    assert.equal(x.length, scales);
    for (let i = 0; i < scales; i++) {
      const trusted = Array.from({ length: n }, (_, t) => t).filter((t) => over === "all" || periods[i] <= coi[t]);
      const mean = trusted.reduce((sum, t) => sum + re[i * n + t] ** 2 + im[i * n + t] ** 2, 0) / trusted.length;
      if (Number.isNaN(mean)) assert.equal(y[i], null);
      else assert.ok(Math.abs(y[i] / mean - 1) < 1e-3);
    }
  }
  const lined = plotGlobalSpectrum(C, { significance: LEVELS, background: LEVELS.map((v) => v / 3), level: 0.9 });
  assert.deepEqual(lined.data.map(({ name }) => name), ["mean over time", "red noise", "90 % level"]);
  assert.equal((lined.layout as Loose).showlegend, true);
  assert.equal((plotGlobalSpectrum(C).layout as Loose).showlegend, false);
  const inside = { ...C, coi: C.coi.map(() => 0) }; // no sample to average
  assert.ok((plotGlobalSpectrum(inside, { over: "outside" }).layout as Loose).yaxis.range.every(Number.isFinite));
});

Deno.test("plotSignificanceLevels leaves out what was not tested, and draws the Monte Carlo error where it is known", () => {
  const { significance, periods } = WCT as unknown as { significance: Float64Array; periods: Float64Array };
  const tested = significance.filter((value) => !Number.isNaN(value)).length;
  const bare = plotSignificanceLevels(WCT as Loose);
  assert.deepEqual(bare.data.map(({ name }) => name), ["level"]);
  assert.equal((bare.data[0] as Loose).x.length, tested);
  const standardError = significance.map((value) => Number.isNaN(value) ? NaN : 0.01);
  const error = { significance, periods, standardError, mcCount: 300, provenance: { seed: 5 } };
  const [band, line] = plotSignificanceLevels(error).data as Loose[];
  assert.ok(Math.abs(band.y[0] - line.y[0] - 1.96 * 0.01) < 2e-4);
  assert.ok(Math.abs(line.y[0] - band.y.at(-1) - 1.96 * 0.01) < 2e-4);
  assert.match(JSON.stringify(plotSignificanceLevels(error).layout), /300 pairs, seed 5.*95 % Monte/);
  const both = plotSignificanceLevels({ few: error, many: { ...error, standardError: undefined } });
  assert.deepEqual(both.data.map(({ name }) => name), ["few, Monte Carlo error", "few", "many"]);
});

Deno.test("plotStudy shares one time axis among series and map, and one period axis with the side", () => {
  const figure = plotStudy(WCT, SERIES, { names: ["A", "B"], units: ["mm", "K"], periodUnit: "years", side: "share" });
  const layout = figure.layout as Loose;
  assert.deepEqual(figure.data.filter(({ yaxis }) => yaxis).map(({ name, xaxis }) => [name, xaxis]), [
    ["A", undefined],
    ["B", undefined],
  ]);
  const share = trace(figure, "Time significant"), { coherence, significance, periods, coi } = WCT;
  assert.deepEqual([share.xaxis, share.yaxis], ["x2", undefined]);
  for (const i of [3, 20, 30]) {
    const trusted = Array.from({ length: 300 }, (_, t) => t).filter((t) => periods[i] <= coi[t]);
    const above = trusted.filter((t) => coherence[i * 300 + t] > significance![i]).length;
    assert.ok(Math.abs(share.x[i] - above / trusted.length) < 1e-4);
  }
  assert.deepEqual(new Set(trace(figure, "5 %<br>by chance").x), new Set([0.05]));
  // Panels do not overlap.
  const [map, second, first] = [layout.yaxis, layout.yaxis3, layout.yaxis2].map(({ domain }) => domain);
  assert.ok(0 === map[0] && map[1] < second[0] && second[1] < first[0] && first[1] === 1);
  assert.ok(layout.xaxis.domain[1] < layout.xaxis2.domain[0]);
  assert.ok(trace(plotStudy(WCT, SERIES, { side: "mean" }), "Mean R²").x[3] > 0);
  const { significance: _, pValues: __, ...bare } = WCT;
  assert.deepEqual(trace(plotStudy(bare, SERIES), "series 1, 95 % level").xaxis, "x2");
  assert.throws(() => plotStudy(bare, SERIES, { side: "share" }), { field: "side" });
});

Deno.test("plotStudy shows both spectra with their levels beside the map, as plotGlobalSpectrum draws them", () => {
  const { dt, periods } = WCT as { dt: number; periods: Float64Array };
  const figure = plotStudy(WCT, SERIES, { names: ["A", "B"], periodRange: "all" });
  for (const [i, name] of ["A", "B"].entries()) {
    const result = cwt(SERIES[i], { dt, freqs: periods.map((period) => 1 / period) });
    const mean = SERIES[i].reduce((sum, value) => sum + value) / 300;
    const variance = SERIES[i].reduce((sum, value) => sum + (value - mean) ** 2, 0) / 300;
    const dof = result.scales.map((scale) => Math.max(1, 300 - scale / dt));
    const levels = significance(SERIES[i], { dt, scales: result.scales, sigmaTest: 1, dof }).significance;
    const alone = plotGlobalSpectrum(result, { significance: levels, variance });
    const spectrum = figure.data.find((one) => one.name === name && one.xaxis === "x2") as Loose;
    assert.deepEqual(spectrum.x, trace(alone, "mean over time").y);
    assert.deepEqual(trace(figure, `${name}, 95 % level`).x, trace(alone, "95 % level").y);
    assert.equal(spectrum.yaxis, undefined, "the map's own axis of periods");
  }
  const { ticktext, range, tickvals } = (figure.layout as Loose).xaxis2;
  assert.ok(ticktext.length >= 2 && tickvals.every((value: number) => Math.log10(value) > range[0]));
  // With gaps there is no spectrum, and a level only where an autocorrelation is known.
  const gap = [SERIES[0].with(3, NaN), SERIES[1]] as const;
  assert.ok(trace(plotStudy(WCT, gap), "Mean R²"));
  assert.throws(() => plotStudy(WCT, gap, { side: "spectrum" }), { name: "InvalidArgumentError" });
  const scales = periods.map((period) => period / 1.033);
  assert.throws(() => plotStudy({ ...WCT, scales }, SERIES, { wavelet: "paul" }), { field: "wavelet" });
});

Deno.test("thinLine keeps the ends, the extremes and the order", () => {
  const values = Float64Array.from({ length: 10_000 }, (_, i) => Math.sin(i / 300));
  values[4321] = 9;
  values[8765] = -9;
  const kept = thinLine(values, 700);
  assert.ok(kept.length <= 1400 && kept[0] === 0 && kept.at(-1) === 9999);
  assert.ok(kept.includes(4321) && kept.includes(8765));
  assert.ok(kept.every((index, k) => k === 0 || index > kept[k - 1]));
  assert.deepEqual(thinLine([1, 2, 3], 700), [0, 1, 2]);
});

Deno.test("every figure of 10,000 samples stays under 300 kB", () => {
  const n = 10_000, big = syntheticResult([100, n], { dt: 1 });
  const dates = Array.from({ length: n }, (_, i) => new Date(Date.UTC(1970, 0, i + 1)));
  const random = defaultRng(1);
  const noise = () => Float64Array.from({ length: 100 * n }, () => random.normal());
  const W = { re: noise(), im: noise() }, options = { times: dates, periodUnit: "days" };
  const { periods, coi, shape, smoothedPhase: phase } = big;
  // Smooth in time and period, as real power is, but with every sample unlike the next in the last digit.
  for (let i = 0; i < W.re.length; i++) W.re[i] = 30 * big.coherence[i] + W.re[i] / 100;
  const levels = new Float64Array(100).fill(20);
  const grid = { periods, coi, shape };
  const sizes = {
    cwt: bytes(plotCwt({ ...grid, W }, { ...options, significance: levels })),
    phase: bytes(plotCwt({ ...grid, W }, { ...options, show: "phase" })),
    xwt: bytes(plotXwt({ ...grid, W12: W, phase, significance: levels }, options)),
    study: bytes(plotStudy(big, [W.re.subarray(0, n), W.im.subarray(0, n)], options)),
    spectrum: bytes(plotGlobalSpectrum({ ...grid, W }, { significance: levels })),
  };
  for (const [name, size] of Object.entries(sizes)) assert.ok(size < 300_000, `${name}: ${size} bytes`);
});

Deno.test("both themes and small sizes can be drawn, with every label on the picture", async () => {
  const small = { width: 360, height: 260, theme: "dark" } as const;
  const figures = [
    plotCwt(C, { ...small, significance: LEVELS }),
    plotXwt(CROSS, small),
    plotGlobalSpectrum(C, { ...small, significance: LEVELS }),
    plotSignificanceLevels(WCT as Loose, small),
    plotStudy(WCT, SERIES, { theme: "dark", width: 480, height: 400 }),
  ];
  for (const figure of figures) {
    const svg = await figure.toSVG();
    assert.match(svg, /Period/);
    assert.match(figure.toHTML(), /"sizes":/, "a page of it can be narrower still");
    assert.equal(/NaN|Infinity/.test(svg.replaceAll(/base64,[\w+/=]+/g, "")), false);
  }
});

Deno.test("a figure in a notebook carries HTML where configurePlots asks for it", async () => {
  const figure = plotGlobalSpectrum(C);
  const show = () => (figure as Loose)[Symbol.for("Jupyter.display")]() as Promise<Record<string, string>>;
  try {
    assert.equal((await show())["text/html"], undefined);
    assert.deepEqual(configurePlots({ plotlyJs: "cdn" }), { plotlyJs: "cdn" });
    const cdn = (await show())["text/html"];
    assert.match(cdn, /plotly-cartesian-4\.\d+\.\d+\.min\.js/);
    assert.ok(cdn.length < 20_000);
    configurePlots({ plotlyJs: "inline" });
    const inline = (await show())["text/html"];
    assert.ok(inline.length > 1e6);
    assert.equal(inline.match(/<script>/g)!.length, inline.match(/<\/script>/g)!.length);
    assert.notEqual(inline.match(/id="([^"]+)"/)![1], cdn.match(/id="([^"]+)"/)![1]);
    assert.throws(() => configurePlots({ plotlyJs: "inlined" as "inline" }), { field: "plotlyJs" });
    assert.deepEqual(configurePlots(), { plotlyJs: "inline" });
  } finally {
    configurePlots({ plotlyJs: "none" });
  }
});

Deno.test("bad results and options of the other figures are refused by name", () => {
  const refused: [string, () => unknown][] = [
    ["result.W.re", () => plotCwt({ ...C, W: { re: [], im: [] } })],
    ["result.shape[0]", () => plotCwt(undefined as Loose)],
    ["options.units", () => plotCwt(C, { units: "m" } as Loose)],
    ["options.variance", () => plotXwt(CROSS, { variance: 1 } as Loose)],
    ["options.side", () => plotGlobalSpectrum(C, { side: "all" } as Loose)],
    ["options.level", () => plotSignificanceLevels(WCT as Loose, { level: 0.95 } as Loose)],
    ["options.unit", () => plotStudy(WCT, SERIES, { unit: "m" } as Loose)],
    ["show", () => plotCwt(C, { show: "colour" as "phase" })],
    ["significance", () => plotCwt(C, { significance: [1] })],
    ["significance", () => plotCwt(C, { significance: LEVELS.map(() => NaN) })],
    ["variance", () => plotCwt(C, { variance: 0 })],
    ["level", () => plotCwt(C, { level: 95 })],
    ["colorscale", () => plotCwt(C, { colorscale: "Jet" as "Viridis" })],
    ["result.phase", () => plotXwt({ ...CROSS, phase: [] })],
    ["names", () => plotXwt(CROSS, { names: ["A"] as Loose })],
    ["arrows.spacing", () => plotXwt(CROSS, { arrows: { spacing: 1 } })],
    ["over", () => plotGlobalSpectrum(C, { over: "some" as "all" })],
    ["scale", () => plotGlobalSpectrum(C, { scale: "ln" as "log" })],
    ["background", () => plotGlobalSpectrum(C, { background: [1] })],
    ["width", () => plotGlobalSpectrum(C, { width: 10 })],
    ["levels", () => plotSignificanceLevels({})],
    ["levels", () => plotSignificanceLevels(undefined as Loose)],
    ["levels.few.periods", () => plotSignificanceLevels({ few: { significance: [0.7], periods: [] } })],
    ["levels.significance", () => plotSignificanceLevels({ significance: [NaN], periods: [1] })],
    ["confidence", () => plotSignificanceLevels(WCT as Loose, { confidence: 95 })],
    ["series[1]", () => plotStudy(WCT, [SERIES[0], []])],
    ["series[0]", () => plotStudy(WCT, undefined as Loose)],
    ["side", () => plotStudy(WCT, SERIES, { side: "top" as "mean" })],
    ["units", () => plotStudy(WCT, SERIES, { units: ["m"] as Loose })],
    ["width", () => plotStudy(WCT, SERIES, { width: 400 })],
    ["height", () => plotStudy(WCT, SERIES).resize({ width: 900, height: 300 })],
    ["wavelet", () => plotStudy(WCT, SERIES, { wavelet: "haar" as "paul" })],
  ];
  for (const [field, draw] of refused) {
    assert.throws(draw, (error) => {
      assert.ok(error instanceof InvalidArgumentError, `${field}: ${error}`);
      assert.equal(error.field, field);
      return true;
    });
  }
});
