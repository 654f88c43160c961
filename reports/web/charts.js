// SPDX-License-Identifier: MIT
// Charts: as files, and Plotly in place of a drawing once it comes into view, when Plotly was there at build
// time.
(() => {
  const { data, el, save } = agon;

  // ---- a chart as a file: the page's own drawing with its style sheet inside, in light colours, whole
  const style = document.getElementById("chart-style").textContent;
  const light = (() => {
    // The dark rules stand in blocks of their own.
    let out = "", depth = 0, skip = 0;
    for (const line of style.split("\n")) {
      if (!skip && line.startsWith("@media") && line.includes("dark")) skip = depth + 1;
      depth += (line.match(/{/g) ?? []).length - (line.match(/}/g) ?? []).length;
      if (!skip) out += line + "\n"; else if (depth < skip) skip = 0;
    }
    return out;
  })();
  const figure_svg = (figure) => {
    const svg = figure.querySelector("svg.chart").cloneNode(true);
    svg.querySelectorAll("[data-off]").forEach((line) => line.remove());
    const sheet = document.createElementNS(svg.namespaceURI, "style");
    sheet.textContent = light;
    svg.insertBefore(sheet, svg.firstChild);
    return svg;
  };
  const text_of = (svg) => new XMLSerializer().serializeToString(svg);
  // Three times the size of the drawing, on white.
  agon.figure_png = async (figure) => {
    const svg = figure_svg(figure), scale = 3;
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    svg.setAttribute("width", width * scale);
    svg.setAttribute("height", height * scale);
    const image = new Image();
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text_of(svg));
    await image.decode();
    const canvas = el("canvas");
    canvas.width = width * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  };
  const tool = (words, act) => {
    const button = el("button", { type: "button", class: "tool" }, words);
    button.addEventListener("click", act);
    return button;
  };
  for (const figure of document.querySelectorAll("figure.panel")) {
    figure.insertBefore(el("span", { class: "tools" },
      tool("Save as SVG", () => save(figure.id + ".svg", text_of(figure_svg(figure)), "image/svg+xml")), " ",
      tool("PNG", async () => save(figure.id + ".png", await agon.figure_png(figure), "image/png"))), figure.querySelector("details"));
  }

  // ---- Plotly
  if (!window.Plotly) return;
  const shapes = ["circle", "square", "triangle-up", "diamond", "triangle-down", "triangle-left", "triangle-right", "hexagon"];
  const dashes = ["solid", "7px,3px", "2px,3px", "9px,3px,2px,3px", "4px,2px"];
  const shape = (style) => shapes[(style + Math.floor(style / 8)) % 8];
  const fade = (colour, alpha) => {
    const n = parseInt(colour.slice(1), 16);
    return `rgba(${n >> 16},${(n >> 8) & 255},${n & 255},${alpha})`;
  };
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const series_colour = (style) => {
    probe.className = "s" + (style % 8);
    return getComputedStyle(probe).getPropertyValue("--c").trim();
  };
  const pen = document.createElement("canvas").getContext("2d");
  const text_width = (text, size) => {
    pen.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
    return pen.measureText(text).width;
  };
  const page_colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const axis = (a, values) => {
    const out = {
      title: { text: a.title, font: { size: 12, color: page_colour("--soft") }, standoff: 8 },
      gridcolor: page_colour("--grid"), linecolor: page_colour("--soft"), tickfont: { size: 11.5, color: page_colour("--soft") },
      zeroline: false, automargin: true,
    };
    if (a.scale === "log2") {
      const powers = [...Array(41).keys()].map((k) => 2 ** (k - 20));
      Object.assign(out, { type: "log", tickvals: powers, ticktext: powers.map(String) });
    } else if (a.scale === "log10") {
      // Under two decades the powers alone are too few ticks.
      const seen = values.filter((v) => v > 0);
      const short = Math.max(...seen) < 100 * Math.min(...seen);
      Object.assign(out, { type: "log", dtick: short ? "D2" : 1, exponentformat: a.ticks === "prefix" ? "SI" : a.ticks === "power" ? "power" : "none" });
    } else if (a.scale === "category") {
      Object.assign(out, { tickvals: a.categories.map((_, i) => i), ticktext: a.categories, range: [a.categories.length - 0.5, -0.5],
        tickfont: { size: 12.5, color: page_colour("--ink") } });
    } else if (a.ticks === "prefix") {
      out.exponentformat = "SI";
    }
    return out;
  };
  const bar = (s, values, colour) => ({
    type: "data", symmetric: false, color: fade(colour, 0.55), thickness: 2.4, width: 0,
    array: s.high.map((v, i) => (v === null ? 0 : v - values[i])), arrayminus: s.low.map((v, i) => (v === null ? 0 : values[i] - v)),
  });
  const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

  const draw = (whole, box) => {
    const ours = (list) => list.filter((one) => agon.wanted({ rule: one.rule }));
    const chart = { ...whole, series: ours(whole.series), spans: ours(whole.spans) };
    const flat = chart.y.scale === "category";
    const traces = [];
    for (const s of chart.series) {
      const colour = series_colour(s.style);
      const name = escape(s.name);
      if (s.line && s.low.some((v) => v !== null)) {
        const band = { x: s.x, mode: "lines", line: { width: 0 }, hoverinfo: "skip", showlegend: false, legendgroup: name };
        traces.push({ ...band, y: s.low }, { ...band, y: s.high, fill: "tonexty", fillcolor: fade(colour, 0.15) });
      }
      traces.push({
        x: s.x, y: s.y, name, legendgroup: name, mode: s.line ? "lines+markers" : "markers", text: s.note.map(escape),
        customdata: s.low.map((low, i) => [low, s.high[i]]),
        hovertemplate: `${name}<br>%{${flat ? "x" : "y"}:.4g} [%{customdata[0]:.4g}, %{customdata[1]:.4g}]<br>%{text}<extra></extra>`,
        line: { color: colour, width: 2, dash: dashes[s.style % 5] },
        marker: { symbol: shape(s.style) + (s.open ? "-open" : ""), size: flat ? 10 : 8, color: colour, maxdisplayed: s.line ? 14 : 0 },
        ...(s.line ? {} : flat ? { error_x: bar(s, s.x, colour) } : { error_y: bar(s, s.y, colour) }),
      });
    }
    const lines = chart.references.map((r) => ({
      type: "line", line: { color: page_colour("--soft"), width: 1.2, dash: "dot" },
      ...(flat ? { x0: r.value, x1: r.value, y0: 0, y1: 1, yref: "paper" } : { y0: r.value, y1: r.value, x0: 0, x1: 1, xref: "paper" }),
    }));
    const tints = chart.spans.map((s) => ({
      type: "rect", x0: s.from, x1: s.to, y0: 0, y1: 1, yref: "paper", line: { width: 0 }, fillcolor: fade(series_colour(s.style), 0.07), layer: "below",
    }));
    // The usable widths again as bars at the foot, one above the other.
    const height = (i) => 0.018 + 0.03 * i;
    const widths = chart.spans.map((s, i) => ({
      type: "line", x0: s.from, x1: s.to, y0: height(i), y1: height(i), yref: "paper", line: { width: 4, color: series_colour(s.style) },
    }));
    const small = { showarrow: false, font: { size: 11.5, color: page_colour("--soft") } };
    const notes = chart.references.map((r) => flat
      ? { ...small, text: escape(r.label), x: chart.x.scale === "log10" ? Math.log10(r.value) : r.value, y: 1, yref: "paper", yanchor: "bottom" }
      : { ...small, text: escape(r.label), y: r.value, x: 1, xref: "paper", xanchor: "left" });
    for (const [i, s] of chart.spans.entries()) {
      const arrow = { showarrow: false, y: height(i), yref: "paper", yanchor: "middle", font: { size: 14, color: series_colour(s.style) } };
      if (s.open_low) notes.push({ ...arrow, text: "◀", x: Math.log10(s.from), xanchor: "right" });
      if (s.open_high) notes.push({ ...arrow, text: "▶", x: Math.log10(s.to), xanchor: "left" });
    }
    const beside = flat ? 0 : Math.max(0, ...chart.references.map((r) => text_width(r.label, 11.5)));
    return Plotly.react(box, traces, {
      font: { family: getComputedStyle(document.body).fontFamily, size: 12.5, color: page_colour("--ink") },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", hoverlabel: { align: "left" },
      margin: { l: 8, r: 12 + beside, t: chart.references.length && flat ? 24 : 8, b: 8 },
      xaxis: axis(chart.x, chart.series.flatMap((s) => s.x)), yaxis: axis(chart.y, chart.series.flatMap((s) => s.y)), shapes: [...tints, ...lines, ...widths], annotations: notes,
      showlegend: !flat && chart.series.length > 1, legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { size: 12.5 } },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: page_colour("--soft"), activecolor: page_colour("--ink"), orientation: "h" },
    }, {
      responsive: true, displaylogo: false, displayModeBar: "hover",
      modeBarButtons: [["zoom2d", "pan2d", "resetScale2d", "toImage", { name: "Download as SVG", icon: Plotly.Icons.disk, click: (plot) => Plotly.downloadImage(plot, { format: "svg", filename: chart.id }) }]],
      toImageButtonOptions: { format: "png", scale: 2, filename: chart.id },
    });
  };

  const drawn = new Map();
  const upgrade = (chart) => {
    const plot = document.getElementById(chart.id).querySelector(".plot");
    if (drawn.has(chart)) return;
    const box = el("div", { class: "interactive" });
    plot.append(box);
    drawn.set(chart, box);
    // A chart that Plotly cannot draw stays as it was drawn.
    draw(chart, box).then(() => plot.classList.add("upgraded"), () => box.remove());
  };
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) upgrade(data.charts.find((c) => c.id === entry.target.id));
    }
  }, { rootMargin: "200px" });
  // Named dots with their numbers beside them are drawn better than Plotly would; lines gain from zoom.
  for (const chart of data.charts) {
    if (chart.y.scale !== "category" && chart.x.scale !== "category") near.observe(document.getElementById(chart.id));
  }
  for (const what of ["theme", "filter"]) agon.listeners[what].push(() => drawn.forEach((box, chart) => draw(chart, box)));
})();
