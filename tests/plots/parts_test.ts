import assert from "node:assert/strict";
import { contourLines } from "../../plots/contour_lines.ts";
import { createCanvas } from "../../plots/canvas_stand_in.ts";
import { textWidth, wrapText } from "../../plots/font.ts";
import { powerOfTwoTicks } from "../../plots/log_ticks.ts";
import { simplifyLine } from "../../plots/simplify_line.ts";
import { spread, thinGrid } from "../../plots/thin_grid.ts";
import { timeScale } from "../../plots/time_scale.ts";

Deno.test("contourLines finds a circle as one closed ring at its radius", () => {
  const lines = contourLines((i, j) => Math.hypot(i - 20, j - 20), [41, 41], 12.3);
  assert.equal(lines.length, 1);
  const [{ x, y }] = lines;
  assert.deepEqual([x[0], y[0]], [x.at(-1), y.at(-1)]);
  for (let k = 0; k < x.length; k++) assert.ok(Math.abs(Math.hypot(x[k] - 20, y[k] - 20) - 12.3) < 0.02);
});

Deno.test("contourLines leaves lines open at the border and at NaN", () => {
  const lines = contourLines((_, j) => j, [5, 9], 3.25);
  assert.equal(lines.length, 1);
  assert.deepEqual(lines[0].x, [3.25, 3.25, 3.25, 3.25, 3.25]);
  assert.deepEqual([...lines[0].y].sort(), [0, 1, 2, 3, 4]);
  const parted = contourLines((i, j) => i === 2 ? NaN : j, [5, 9], 3.25);
  assert.deepEqual(parted.map(({ y }) => [...y].sort()), [[0, 1], [3, 4]]);
  assert.deepEqual(contourLines(() => 1, [4, 4], 2), []);
});

Deno.test("contourLines passes every crossing of a random field once, saddles too", () => {
  const value = (i: number, j: number) => Math.abs(Math.sin(12.9898 * i + 78.233 * j) * 43758.5453) % 1;
  const lines = contourLines(value, [30, 40], 0.5);
  let crossings = 0;
  for (let i = 0; i < 30; i++) {
    for (let j = 0; j < 40; j++) {
      if (j < 39 && (value(i, j) >= 0.5) !== (value(i, j + 1) >= 0.5)) crossings++;
      if (i < 29 && (value(i, j) >= 0.5) !== (value(i + 1, j) >= 0.5)) crossings++;
    }
  }
  let points = 0;
  for (const { x, y } of lines) {
    const closed = x[0] === x.at(-1) && y[0] === y.at(-1);
    points += x.length - (closed ? 1 : 0);
    const atBorder = (k: number) => x[k] === 0 || x[k] === 39 || y[k] === 0 || y[k] === 29;
    assert.ok(closed || (atBorder(0) && atBorder(x.length - 1)));
  }
  assert.equal(points, crossings);
});

Deno.test("simplifyLine keeps within its tolerance and keeps the ends", () => {
  const x = Array.from({ length: 500 }, (_, i) => i / 10), y = x.map((v) => 5 * Math.sin(v / 5));
  const few = simplifyLine({ x, y }, 0.1);
  assert.ok(few.x.length < 60);
  assert.deepEqual([few.x[0], few.x.at(-1)], [0, 49.9]);
  for (let k = 0; k < 500; k++) {
    const after = few.x.findIndex((v) => v >= x[k]), before = Math.max(0, after - 1);
    const part = after === before ? 0 : (x[k] - few.x[before]) / (few.x[after] - few.x[before]);
    assert.ok(Math.abs(few.y[before] + part * (few.y[after] - few.y[before]) - y[k]) < 0.15);
  }
  const ring = simplifyLine({ x: [0, 1, 2, 2, 2, 1, 0, 0, 0], y: [0, 0, 0, 1, 2, 2, 2, 1, 0] }, 0.01);
  assert.deepEqual(ring, { x: [0, 2, 2, 0, 0], y: [0, 0, 2, 2, 0] });
});

Deno.test("powerOfTwoTicks writes readable powers of two", () => {
  assert.deepEqual(powerOfTwoTicks(0.17, 20, 20).ticktext, ["0.25", "0.5", "1", "2", "4", "8", "16"]);
  assert.deepEqual(powerOfTwoTicks(2, 2048, 6).ticktext, ["4", "16", "64", "256", "1024"]);
  assert.deepEqual(powerOfTwoTicks(1 / 40, 0.3, 9).ticktext, ["1/32", "1/16", "0.125", "0.25"]);
  assert.deepEqual(powerOfTwoTicks(2.9, 4.1, 9).ticktext, ["3", "3.2", "3.4", "3.6", "3.8", "4"]);
  assert.deepEqual(powerOfTwoTicks(2 ** 19, 2 ** 22, 9).ticktext, ["524288", "1.0e6", "2.1e6", "4.2e6"]);
});

Deno.test("thinGrid keeps both ends, order and the bound", () => {
  for (const [rows, columns, most] of [[100, 10_000, 20_000], [5, 10_000, 20_000], [300, 20, 1000], [10, 10, 20_000]]) {
    const thin = thinGrid([rows, columns], most);
    assert.ok(thin.rows.length * thin.columns.length <= Math.max(most, 4));
    assert.deepEqual([thin.rows[0], thin.rows.at(-1)], [0, rows - 1]);
    assert.deepEqual([thin.columns[0], thin.columns.at(-1)], [0, columns - 1]);
    for (const list of [thin.rows, thin.columns]) assert.equal(new Set(list).size, list.length);
  }
  assert.deepEqual(thinGrid([10, 10], 20_000).rows, spread(10, 10));
});

Deno.test("timeScale rounds to what the sampling can tell", () => {
  const monthly = timeScale([0, 1, 2].map((month) => new Date(Date.UTC(1999, month))));
  assert.deepEqual([monthly.type, monthly.at(1), monthly.hover], ["date", "1999-02-01", "%{x|%Y-%m-%d}"]);
  const fast = timeScale([0, 250, 500].map((ms) => new Date(ms)));
  assert.equal(fast.at(0.5), "1970-01-01 00:00:00.125");
  assert.equal(timeScale([0, 60_000].map((ms) => new Date(ms))).at(1), "1970-01-01 00:01");
  const numbers = timeScale(Float64Array.of(1958.25, 1958 + 1 / 3, 1958.5));
  assert.deepEqual([numbers.type, numbers.at(1), numbers.hover], ["linear", 1958.3333, "%{x:.3f}"]);
  assert.equal(timeScale([0, 10_000, 20_000]).at(1.5), 15_000);
});

Deno.test("textWidth and wrapText measure with the font's own advances", () => {
  // Inter: 1292 units of 2048 for a zero.
  assert.ok(Math.abs(textWidth("00", 2048) - 2 * 1292) < 1e-9);
  const lines = wrapText("one two three four five six seven", 12, 90);
  assert.ok(lines.length > 1 && lines.every((line) => textWidth(line, 12) <= 90));
  assert.equal(lines.join(" "), "one two three four five six seven");
  assert.deepEqual(wrapText("", 12, 90), []);
});

Deno.test("the canvas stand-in paints pixels into a PNG", () => {
  const canvas = createCanvas(() => ({ width: 3, height: 2 })), context = canvas.getContext("2d")!;
  assert.equal(canvas.getContext("webgl"), null);
  context.fillStyle = "rgba(10,20,30,1)";
  context.fillRect(0, 0, 3, 2);
  const image = context.createImageData(1, 1);
  image.data.set([1, 2, 3, 255]);
  context.putImageData(image, 2, 1);
  assert.match(canvas.toDataURL(), /^data:image\/png;base64,iVBORw0KGgo/);
});
