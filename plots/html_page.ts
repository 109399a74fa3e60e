import { createHash } from "node:crypto";
import plotly from "plotly.js-cartesian-dist-min/plotly-cartesian.min.js" with { type: "text" };
import type { Layout } from "plotly.js";
import type { Figure } from "./figure.ts";
import fitFigure from "./fit_figure.js" with { type: "text" };
import { fluidSpecification } from "./fluid.ts";
import { fontFace } from "./font.ts";

/** One page with everything inside it, so that it opens from a disk, a mail or an archive without a network. */
export function htmlPage(figure: Figure): string {
  const { title, paper_bgcolor: background = "#ffffff", font } = figure.layout as Partial<Layout>;
  const name = typeof title === "object" && title.text ? title.text : figure.description;
  const foot = figure.provenance === undefined ? "" : `<footer><details><summary>Provenance</summary>
<pre>${escapeHtml(JSON.stringify(figure.provenance, withBigInts, 2))}</pre></details></footer>\n`;
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Morlet">
<title>${escapeHtml(name.replaceAll(/<[^>]*>/g, ""))}</title>
<style>
${fontFace()}
html { overflow-y: scroll; }
body { margin: 16px; background: ${background}; color: ${font?.color ?? "#222222"}; font: 13px Inter, sans-serif; }
footer { margin: 8px 0 0 8px; opacity: 0.75; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 12px; }
</style>
<script>${plotly.replaceAll(/<\/script/gi, "<\\/script")}</script>
</head>
<body>
<div><div id="figure" role="figure" aria-label="${escapeHtml(figure.description)}"></div></div>
${foot}<script type="application/json" id="specification">${
    escapeScript(JSON.stringify(fluidSpecification(figure)))
  }</script>
<script>
${fitFigure}
const figure = document.getElementById("figure");
// Labels are measured when drawn, so the font must be there before.
document.fonts.load("12px Inter").finally(() => {
  fitFigure(figure, JSON.parse(document.getElementById("specification").textContent));
});
</script>
</body>
</html>
`;
}

/** Marks figures of one notebook, so that each draws into its own place. */
let fragments = 0;

/** HTML for a page that has more than this figure in it, such as a notebook's. */
export function htmlFragment(figure: Figure, plotlyJs: "inline" | "cdn"): string {
  const json = JSON.stringify(fluidSpecification(figure));
  const id = `morlet-${createHash("sha256").update(json).digest("hex").slice(0, 12)}-${++fragments}`;
  const draw = `(() => {
${fitFigure}
fitFigure(document.getElementById("${id}"), ${escapeScript(json)});
})();`;
  const version = plotly.match(/v(\d+\.\d+\.\d+)/)![1];
  // One load for all figures of the page.
  const scripts = plotlyJs === "inline"
    ? `<script>if (!window.Plotly) { ${plotly.replaceAll(/<\/script/gi, "<\\/script")} }</script>
<script>${draw}</script>`
    : `<script>(window.morletPlotly ??= window.Plotly ? Promise.resolve() : new Promise((loaded, failed) => {
  const script = document.createElement("script");
  script.src = "https://cdn.plot.ly/plotly-cartesian-${version}.min.js";
  script.onload = loaded;
  script.onerror = failed;
  document.head.append(script);
})).then(() => {
  ${draw}
});</script>`;
  const { height = 450 } = figure.layout;
  return `<div><div id="${id}" style="min-height:${height}px"></div></div>\n${scripts}`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** JSON inside a script element: `<` as an escape, so that no value can close the element. */
function escapeScript(json: string): string {
  return json.replaceAll("<", "\\u003c");
}

function withBigInts(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
