import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { Buffer } from "node:buffer";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";
import { Figure, plotWct } from "../../plots/mod.ts";
import { syntheticResult } from "./synthetic_result.ts";

// deno-lint-ignore no-explicit-any
type Loose = any;

const FIGURE = plotWct(syntheticResult([40, 200]), {
  title: "A <b>title</b> & more",
  periodUnit: "years",
  width: 640,
  height: 420,
});

/** The pixels of a PNG with 8 bits for each of red, green, blue and alpha. */
function pixelsOf(png: Uint8Array): { width: number; height: number; at: (x: number, y: number) => number[] } {
  const bytes = Buffer.from(png);
  assert.equal(bytes.subarray(1, 4).toString("latin1"), "PNG");
  const width = bytes.readUInt32BE(16), height = bytes.readUInt32BE(20), data: Buffer[] = [];
  assert.deepEqual([bytes[24], bytes[25]], [8, 6]);
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT") {
      data.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
    }
  }
  const raw = inflateSync(Buffer.concat(data)), stride = 4 * width, out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    for (let i = 0; i < stride; i++) {
      const left = i >= 4 ? out[y * stride + i - 4] : 0, up = y ? out[(y - 1) * stride + i] : 0;
      const corner = i >= 4 && y ? out[(y - 1) * stride + i - 4] : 0, guess = left + up - corner;
      const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
      out[y * stride + i] = raw[y * (stride + 1) + 1 + i] + [0, left, up, (left + up) >> 1, paeth][filter];
    }
  }
  return { width, height, at: (x, y) => [...out.subarray(y * stride + 4 * x, y * stride + 4 * x + 4)] };
}

/** How many pixels of a rectangle are dark. */
function ink(picture: ReturnType<typeof pixelsOf>, [x0, y0, x1, y1]: number[]): number {
  let count = 0;
  for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) if (picture.at(x, y)[0] < 128) count++;
  return count;
}

Deno.test("a PNG has the asked size, letters in every label, and the map's colours", async () => {
  const picture = pixelsOf(await FIGURE.toPNG({ scale: 1 }));
  assert.deepEqual([picture.width, picture.height], [640, 420]);
  const { t, b } = (FIGURE.layout as { margin: { t: number; b: number } }).margin, bottom = 420 - b;
  assert.ok(ink(picture, [72, 8, 300, t - 4]) > 100, "title");
  assert.ok(ink(picture, [4, 100, 36, 300]) > 50, "period");
  assert.ok(ink(picture, [38, t, 64, bottom]) > 50, "period's ticks");
  assert.ok(ink(picture, [80, bottom + 8, 540, bottom + 24]) > 50, "time's ticks");
  assert.ok(ink(picture, [250, bottom + 28, 400, bottom + 46]) > 30, "time");
  assert.ok(ink(picture, [72, bottom + 54, 600, 418]) > 500, "caption");
  assert.ok(ink(picture, [612, 100, 640, 300]) > 50, "colour bar's title");
  const colours = new Set<number>();
  for (let x = 80; x < 550; x += 3) colours.add(picture.at(x, t + 60)[1] >> 4);
  assert.ok(colours.size > 5, "the map is painted");
  // The colour bar runs from yellow at the top to violet at the bottom.
  assert.ok(picture.at(575, t + 3)[0] > 240 && picture.at(575, bottom - 3)[0] < 90);
});

Deno.test("PNGs are twice the layout's size by default, and the same each time", async () => {
  const figure = new Figure({ data: [{ type: "scatter", x: [1, 2], y: [3, 4] }], layout: { width: 300, height: 200 } });
  const first = await figure.toPNG();
  assert.deepEqual([pixelsOf(first).width, pixelsOf(first).height], [600, 400]);
  assert.deepEqual(await figure.toPNG(), first);
});

Deno.test("drawing leaves the specification as it was", async () => {
  const before = JSON.stringify(FIGURE);
  await FIGURE.toSVG();
  assert.equal(JSON.stringify(FIGURE), before);
});

Deno.test("an SVG carries its labels as text, its map and its font", async () => {
  const svg = await FIGURE.toSVG();
  assert.match(svg, /^<svg [^>]*width="640" height="420"/);
  for (const label of ["Period (years)", "Time", "Coherence R²", "0.25", "0.5"]) {
    assert.ok(svg.includes(`>${label}<`), label);
  }
  assert.match(svg, /href="data:image\/png;base64,/);
  assert.match(svg, /@font-face/);
  const drawing = svg.replaceAll(/base64,[\w+/=]+/g, "");
  assert.equal(/NaN|Infinity/.test(drawing), false);
  assert.equal(/https?:/.test(drawing.replaceAll(/xmlns(:\w+)?="[^"]*"/g, "")), false);
});

Deno.test("an HTML page loads nothing, and cannot be broken by what it shows", () => {
  const figure = new Figure({
    data: [{ type: "scatter", name: "</script><script>alert(1)</script>" }],
    layout: { title: { text: "a & <i>b</i>" } },
    provenance: { seed: 2n ** 70n, note: "<img src=x>" },
  });
  const html = figure.toHTML();
  assert.doesNotMatch(html, /<(script|link|img|iframe)[^>]*\s(src|href)\s*=/i);
  assert.doesNotMatch(html, /@import|url\((?!data:)["']?https?:/i);
  assert.equal(html.match(/<script[\s>]/g)!.length - html.match(/<\\?\/script>/g)!.length, 0);
  assert.ok(html.includes("<title>a &amp; b</title>"));
  assert.ok(html.includes("1180591620717411303424") && html.includes("&lt;img src=x&gt;"));
  const json = html.match(/id="specification">(.*?)<\/script>/s)![1];
  assert.deepEqual(JSON.parse(json).data, figure.data);
  assert.equal(JSON.parse(json).config.showSendToCloud, false);
});

Deno.test("a page has the figure drawn for narrow and wide windows, each picture whole, what they share once", () => {
  const json = FIGURE.toHTML().match(/id="specification">(.*?)<\/script>/s)![1];
  const { data, sizes } = JSON.parse(json), widths = sizes.map(({ layout }: Loose) => layout.width);
  assert.ok(widths[0] <= 480 && widths.at(-1) >= 1100);
  assert.deepEqual(widths, widths.toSorted((a: number, b: number) => a - b));
  for (const { layout, data: traces } of sizes) {
    const again = FIGURE.resize({ width: layout.width, height: layout.height, narrowest: layout.width });
    assert.deepEqual(
      traces.map((one: Loose) => typeof one === "number" ? data[one] : one),
      JSON.parse(JSON.stringify(again.data)),
    );
    assert.ok(layout.margin.t >= 36, "room for the toolbar");
    assert.ok(layout.height >= 0.8 * 420);
  }
  const own = sizes.reduce((sum: number, size: Loose) => sum + JSON.stringify(size).length, 0);
  assert.ok(own < 120_000, `${own} bytes beside the figure's own ${JSON.stringify(data).length}`);
});

Deno.test("resize draws the same with letters as large as before; a figure of one's own gets another layout", () => {
  const large = FIGURE.resize({ width: 1000, height: 700 });
  assert.deepEqual([large.layout.width, large.layout.height], [1000, 700]);
  const arrows = ({ data }: Figure) => (data.find(({ name }) => name === "phase arrows") as Loose).x.length;
  assert.ok(arrows(large) > 1.5 * arrows(FIGURE), "arrows are as far apart as before");
  assert.deepEqual(large.resize({ width: 640, height: 420 }).toJSON(), FIGURE.toJSON());
  const own = new Figure({ data: [{ type: "scatter" }], layout: { width: 300, height: 200 } });
  assert.deepEqual(own.resize({ width: 600, height: 400 }).layout, { width: 600, height: 400 });
  assert.equal(own.isFluid, false);
  assert.throws(() => FIGURE.resize({ width: 100, height: 400 }), { field: "width" });
});

Deno.test("save writes what the ending says, makes folders, and leaves nothing else", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const figure = new Figure({ data: [], layout: { width: 300, height: 200 } });
    const starts = { html: "<!DOCTYPE html>", svg: "<svg", png: "\u0089PNG", json: '{"data"', PNG: "\u0089PNG" };
    for (const [ending, start] of Object.entries(starts)) {
      const path = `${folder}/deep/er/figure.${ending}`;
      assert.equal(await figure.save(path), path);
      const bytes = await Deno.readFile(path);
      assert.equal(Buffer.from(bytes.subarray(0, start.length)).toString("latin1"), start);
    }
    for (const path of ["figure", "figure.pdf", ".html/figure"]) {
      await assert.rejects(figure.save(`${folder}/${path}`), { name: "InvalidArgumentError", field: "path" });
    }
    assert.equal((await readdir(`${folder}/deep/er`)).length, new Set(Object.keys(starts)).size);
    await Deno.mkdir(`${folder}/taken.json`);
    await assert.rejects(figure.save(`${folder}/taken.json`));
    assert.deepEqual((await readdir(folder)).sort(), ["deep", "taken.json"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a scale that cannot be drawn is refused", async () => {
  for (const scale of [0, -1, NaN, Infinity, 1000]) await assert.rejects(FIGURE.toPNG({ scale }), { field: "scale" });
});

Deno.test("a figure shows itself in a notebook in three ways", async () => {
  const show =
    (FIGURE as unknown as Record<symbol, () => Promise<Record<string, string>>>)[Symbol.for("Jupyter.display")];
  const bundle = await show.call(FIGURE);
  assert.deepEqual(Object.keys(bundle), ["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
  const { layout, config } = bundle["application/vnd.plotly.v1+json"] as Loose;
  assert.deepEqual([layout.width, layout.height, layout.autosize, config.responsive], [undefined, 420, true, true]);
  assert.equal(pixelsOf(Uint8Array.fromBase64(bundle["image/png"])).width, 640);
  assert.match(bundle["text/plain"], /40 scales, 200 samples/);
});

Deno.test("importing plots does not load what draws static pictures", () => {
  // The native renderer needs a permission to load, so an import without permissions shows that it is not loaded.
  const { success, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--quiet", new URL("../../plots/mod.ts", import.meta.url).pathname],
    env: { NO_COLOR: "1" },
  }).outputSync();
  assert.ok(success, new TextDecoder().decode(stderr));
});

Deno.test("without the permissions that a picture takes all of them are told, and what takes fewer", async () => {
  const script = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(
      script,
      `import { Figure } from ${JSON.stringify(import.meta.resolve("../../plots/mod.ts"))};
      const figure = new Figure({ data: [], layout: {} });
      for (const draw of [() => figure.toSVG(), () => figure.toPNG()]) await draw().catch((e) => console.log(e.message));`,
    );
    const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--quiet", "--config", config, script],
      env: { NO_COLOR: "1" },
    }).output();
    const said = new TextDecoder().decode(stdout);
    assert.match(said, /^Cannot draw SVG: Requires .* Run Deno with --allow-read --allow-env, or save HTML/);
    assert.match(
      said,
      /\nCannot draw PNG: Requires .* Run Deno with -A, or save HTML/,
      new TextDecoder().decode(stderr),
    );
  } finally {
    await Deno.remove(script);
  }
});
