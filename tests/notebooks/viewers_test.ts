import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { ROOT, startJupyterLab, VENV } from "../../notebooks/jupyter.ts";
import { configurePlots, plotSignificanceLevels, plotStudy, plotWct } from "../../plots/mod.ts";
import { defaultRng } from "../../random/mod.ts";
import { syntheticResult } from "../plots/synthetic_result.ts";
import { python } from "../python.ts";

/** Where notebooks and screenshots of these tests lie; below the root, so that the kernel finds the import map. */
const FOLDER = join(ROOT, "out", "viewers");
const CHROMIUM = Deno.env.get("MORLET_CHROMIUM") ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** Patience, in milliseconds, with a machine that does other things as well. */
const LONG = 90_000;

/** Registers a test that needs a browser, and Python where it says so. */
function viewerTest(name: string, fn: () => Promise<void>, { needsPython = false } = {}): void {
  const missing = [
    ...exists(CHROMIUM) ? [] : [`no ${CHROMIUM}`],
    ...needsPython && python().reason ? [python().reason] : [],
  ].join(", ");
  const ignore = missing !== "" && Deno.env.get("CI") !== "true";
  // A browser leaves timers and handles of Playwright's behind, which are its own affair.
  const loose = { sanitizeOps: false, sanitizeResources: false };
  Deno.test({ name: ignore ? `${name} (ignored: ${missing})` : name, ignore, fn, ...loose });
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

async function withPage(work: (page: Page, problems: string[]) => Promise<void>, offline = false): Promise<void> {
  await Deno.mkdir(FOLDER, { recursive: true });
  const browser: Browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, timeout: LONG });
  try {
    const context = await browser.newContext({ viewport: { width: 1300, height: 2600 }, offline });
    const page = await context.newPage(), problems: string[] = [];
    page.setDefaultTimeout(LONG);
    page.on("pageerror", (error: Error) => problems.push(error.message));
    await work(page, problems);
  } finally {
    await browser.close();
  }
}

/** Points at a figure and zooms into it, as a reader does. */
async function tryFigure(page: Page, within = ""): Promise<void> {
  const plot = page.locator(`${within} .js-plotly-plot .draglayer .nsewdrag`).first();
  await plot.waitFor();
  await plot.scrollIntoViewIfNeeded();
  const box = (await plot.boundingBox())!;
  const at = (across: number, down: number) => [box.x + across * box.width, box.y + down * box.height] as const;
  // The first movement loads nothing but may come before the figure listens.
  for (let i = 0; i < 20 && !(await page.locator(`${within} .hoverlayer .hovertext`).count()); i++) {
    await page.mouse.move(...at(0.45 + i / 200, 0.45));
    await page.waitForTimeout(100);
  }
  assert.match(
    (await page.locator(`${within} .hoverlayer .hovertext`).first().textContent())!,
    /Period: .*Coherence R²/,
  );
  const ticks = () => page.locator(`${within} .js-plotly-plot .xtick text`).allTextContents();
  const before = await ticks();
  await page.mouse.move(...at(0.3, 0.3));
  await page.mouse.down();
  await page.mouse.move(...at(0.5, 0.5), { steps: 5 });
  await page.mouse.move(...at(0.6, 0.6), { steps: 5 });
  await page.mouse.up();
  for (let i = 0; i < 50 && String(await ticks()) === String(before); i++) await page.waitForTimeout(100);
  assert.notDeepEqual(await ticks(), before, "the time axis has other ticks after a zoom");
}

viewerTest("the HTML page of a figure works from disk, without a network: hover and zoom", async () => {
  await withPage(async (page, problems) => {
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    const path = join(FOLDER, "figure.html");
    await plotWct(syntheticResult([40, 200]), { periodUnit: "years", width: 800, height: 460 }).save(path);
    await page.goto(pathToFileURL(path).href);
    await tryFigure(page);
    await page.screenshot({ path: join(FOLDER, "figure_page.png") });
    assert.deepEqual(problems, []);
    assert.deepEqual(requests.filter((url) => !/^(file|data|blob):/.test(url)), []);
  }, true);
});

viewerTest("a page's figure is as wide as the window, and its toolbar lies on nothing else", async () => {
  await Deno.mkdir(FOLDER, { recursive: true });
  const result = syntheticResult([90, 300]), rng = defaultRng(1);
  const noise = () => Float64Array.from({ length: 300 }, () => rng.normal());
  const title = "A title that is long enough to reach the toolbar of a narrow window if nothing keeps it away";
  const names = ["the first of two series", "the second"] as const;
  const figures = {
    map: plotWct(result, { title, names, periodUnit: "years" }),
    bare: plotWct(result, { theme: "dark" }),
    study: plotStudy(result, [noise(), noise()], { title, names, units: ["mm", "K"], periodUnit: "years" }),
    lines: plotSignificanceLevels({ one: result as never, two: result as never }, { title }),
  };
  await withPage(async (page, problems) => {
    for (const [name, figure] of Object.entries(figures)) {
      const path = join(FOLDER, `fluid_${name}.html`);
      await figure.save(path);
      await page.goto(pathToFileURL(path).href);
      for (const width of [1400, 600]) {
        await page.setViewportSize({ width, height: 900 });
        const svg = page.locator(".js-plotly-plot .main-svg").first();
        const isWide = async () => Math.abs((await svg.boundingBox())!.width - (width - 32)) <= 16;
        for (let tries = 0; tries < 100 && !(await isWide()); tries++) await page.waitForTimeout(50);
        assert.ok(await isWide(), `${name} at ${width}`);
        await page.locator(".js-plotly-plot .nsewdrag").first().hover();
        await page.screenshot({ path: join(FOLDER, `fluid_${name}_${width}.png`) });
        const overlaps = await page.evaluate(() => {
          // Runs in the page.
          // deno-lint-ignore no-explicit-any
          const page = (globalThis as any).document;
          const boxes = (selector: string): DOMRect[] =>
            [...page.querySelectorAll(selector)].map((one) => one.getBoundingClientRect());
          const [bar] = boxes(".modebar-container .modebar"), picture = boxes(".main-svg")[0];
          const words = boxes(".gtitle, .colorbar, .annotation-text-g, .legend, .xtick, .ytick, .xtitle, .ytitle");
          const over = words.filter((box) =>
            box.left < bar.right && bar.left < box.right && box.top < bar.bottom && bar.top < box.bottom
          );
          const cut = words.filter((box) =>
            box.left < picture.left - 1 || box.right > picture.right + 1 || box.bottom > picture.bottom + 1
          );
          return { words: words.length, over: over.length, cut: cut.length };
        });
        assert.ok(overlaps.words > 8);
        assert.deepEqual([overlaps.over, overlaps.cut], [0, 0], `${name} at ${width}`);
      }
    }
    assert.deepEqual(problems, []);
  }, true);
});

viewerTest("the page of a figure keeps a zoom when the window becomes wider", async () => {
  await withPage(async (page) => {
    await page.setViewportSize({ width: 700, height: 900 });
    const path = join(FOLDER, "zoomed.html");
    await plotWct(syntheticResult([40, 200]), { periodUnit: "years" }).save(path);
    await page.goto(pathToFileURL(path).href);
    await tryFigure(page);
    const range = () =>
      // deno-lint-ignore no-explicit-any
      page.evaluate(() => (globalThis as any).document.querySelector(".js-plotly-plot").layout.xaxis.range.map(Number));
    const before = await range(), svg = page.locator(".js-plotly-plot .main-svg").first();
    await page.setViewportSize({ width: 1300, height: 900 });
    for (let tries = 0; tries < 100 && (await svg.boundingBox())!.width < 1200; tries++) await page.waitForTimeout(50);
    assert.ok((await svg.boundingBox())!.width > 1200);
    assert.deepEqual(await range(), before);
  }, true);
});

viewerTest(
  "figures with plotly.js inside them are interactive side by side on one page, without a network",
  async () => {
    configurePlots({ plotlyJs: "inline" });
    try {
      const parts: string[] = [];
      for (const width of [640, 700]) {
        const figure = plotWct(syntheticResult([40, 200]), { width, height: 400 });
        const bundle = await (figure as unknown as Record<symbol, () => Promise<Record<string, string>>>)
          [Symbol.for("Jupyter.display")]();
        parts.push(bundle["text/html"]);
      }
      const path = join(FOLDER, "two_figures.html");
      await Deno.mkdir(FOLDER, { recursive: true });
      await Deno.writeTextFile(path, `<!DOCTYPE html><meta charset="utf-8">${parts.join("\n")}`);
      await withPage(async (page, problems) => {
        await page.goto(pathToFileURL(path).href);
        await page.locator(".js-plotly-plot .draglayer").nth(1).waitFor({ state: "attached" });
        await tryFigure(page);
        assert.deepEqual(problems, []);
      }, true);
    } finally {
      configurePlots({ plotlyJs: "none" });
    }
  },
);

viewerTest("a notebook converted to static HTML shows its pictures", async () => {
  const { success, stderr } = await new Deno.Command(join(VENV, "bin", "jupyter"), {
    args: ["nbconvert", "--to", "html", `--output-dir=${FOLDER}`, join(ROOT, "notebooks", "getting_started.ipynb")],
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  await withPage(async (page) => {
    await page.goto(pathToFileURL(join(FOLDER, "getting_started.html")).href, { waitUntil: "domcontentloaded" });
    const pictures = page.locator('img[src^="data:image/png"]');
    await pictures.first().waitFor();
    const widths = await pictures.evaluateAll((list) =>
      list.map((one) => (one as unknown as { naturalWidth: number }).naturalWidth)
    );
    assert.deepEqual(widths, [800, 900, 900]);
    assert.match((await page.locator("body").textContent())!, /Conclusion, in plain words/);
  }, true);
}, { needsPython: true });

const CELLS = [
  `import { getBackend, plotWct, waveletCoherence } from "@morlet/morlet";
const rng = (await import("@morlet/morlet/random")).defaultRng(1);
const wave = (lag: number) => Float64Array.from({ length: 500 }, (_, t) => Math.sin((t - lag) / 5) + rng.normal() / 2);
const slow = (seed: number) => { for (const end = performance.now() + 10; performance.now() < end;); return seed; };
const backend = getBackend("workers");`,
  `const job = backend.runMonteCarlo(slow, { nSimulations: 1_000_000, seed: 1 });`,
  `const result = await waveletCoherence(wave(0), wave(4), { dt: 1, significance: { mcCount: 1000, seed: 42, cache: false } });
plotWct(result, { periodUnit: "days", timeUnit: "days", names: ["first", "second"] })`,
  `while (job.progress.done < 200) await new Promise((resolve) => setTimeout(resolve, 50));
job.cancel();
console.log(await job.catch((error) => error.name));`,
];

viewerTest(
  "JupyterLab runs a notebook: a bar that moves, a figure to point at, a job cancelled from another cell",
  async () => {
    await Deno.mkdir(FOLDER, { recursive: true });
    const notebook = {
      cells: CELLS.map((source, i) => ({
        cell_type: "code",
        id: `cell-${i}`,
        metadata: {},
        execution_count: null,
        outputs: [],
        source,
      })),
      metadata: { kernelspec: { display_name: "Deno", language: "typescript", name: "deno" } },
      nbformat: 4,
      nbformat_minor: 5,
    };
    await Deno.writeTextFile(join(FOLDER, "viewer.ipynb"), JSON.stringify(notebook));
    const { port } = (() => {
      using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
      return listener.addr;
    })();
    const lab = await startJupyterLab([
      "--no-browser",
      `--port=${port}`,
      "--ServerApp.ip=127.0.0.1",
      "--IdentityProvider.token=",
      "--ServerApp.disable_check_xsrf=true",
      "--LabApp.news_url=None",
      "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ], { stdout: "null", stderr: "null" });
    try {
      const address = `http://127.0.0.1:${port}`;
      for (let tries = 0;; tries++) {
        const answer = await fetch(`${address}/api/status`).catch(() => undefined);
        await answer?.body?.cancel();
        if (answer?.ok) break;
        assert.ok(tries < 600, "JupyterLab does not answer");
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      await withPage(async (page) => {
        await page.goto(`${address}/lab/tree/out/viewers/viewer.ipynb?reset`);
        await page.locator(".jp-Notebook .jp-CodeCell").nth(CELLS.length - 1).waitFor();
        await page.locator('.jp-NotebookPanel [data-status="idle"]').first().waitFor({ state: "attached" });
        await page.locator(".lm-MenuBar-itemLabel", { hasText: /^Run$/ }).click();
        await page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click();

        const seen = new Set<string>();
        const bar = page.locator(".jp-CodeCell:nth-of-type(2) .morlet-progress progress, .morlet-progress progress")
          .first();
        await bar.waitFor();
        await page.screenshot({ path: join(FOLDER, "lab_progress.png") });
        const ended = page.locator(".jp-OutputArea-output", { hasText: "JobCancelledError" }).last();
        for (const end = Date.now() + LONG; Date.now() < end && !(await ended.count());) {
          const value = await bar.getAttribute("value", { timeout: 1000 }).catch(() => null);
          if (value !== null) seen.add(value);
          await page.waitForTimeout(60);
        }
        assert.ok(seen.size >= 3, `the bar moved: ${[...seen]}`);
        assert.match((await page.locator(".morlet-progress").first().textContent())!, /ended after/);
        // JupyterLab's Plotly extension shows the PNG until somebody points at it.
        await page.locator(".jp-RenderedPlotly img").first().dispatchEvent("mouseenter");
        await tryFigure(page, ".jp-Notebook");
        await page.screenshot({ path: join(FOLDER, "lab.png") });
        assert.equal(await page.locator(".jp-OutputArea-output", { hasText: "JobCancelledError" }).count() >= 2, true);
      });
    } finally {
      lab.kill("SIGTERM");
      await lab.status;
    }
  },
  { needsPython: true },
);
