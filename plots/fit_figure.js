/**
 * Draws a figure into an element and keeps it as wide as what is around it. Runs in a web page.
 *
 * @param {HTMLElement} node
 * @param {{ data: object[], layout: object, config: object, sizes?: { layout: object, data: (number | object)[] }[] }} figure
 */
// deno-lint-ignore no-unused-vars
function fitFigure(node, { data, layout, config, sizes }) {
  const { Plotly } = globalThis;
  if (!sizes) return Plotly.newPlot(node, data, layout, config);
  let drawn, last;
  const fit = () => {
    const width = Math.floor(Math.max(sizes[0].layout.width, node.parentElement.clientWidth));
    if (width === last) return;
    last = width;
    const size = sizes.findLast((one) => one.layout.width <= width);
    // In its own proportions, but where that is higher than it was made, no higher than the window.
    const high = Math.round(size.layout.height * width / size.layout.width);
    const height = Math.min(high, Math.max(layout.height, innerHeight - 40));
    if (size === drawn) return Plotly.relayout(node, { width, height });
    drawn = size;
    const traces = size.data.map((trace) => typeof trace === "number" ? data[trace] : trace);
    // A copy, as Plotly writes into it; a zoom is kept.
    return Plotly.react(node, traces, { ...structuredClone(size.layout), width, height, uirevision: true }, config);
  };
  new ResizeObserver(fit).observe(node.parentElement);
  return fit();
}
