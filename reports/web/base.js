// SPDX-License-Identifier: MIT
// What the other scripts of the page share. They are inlined one behind the other: base, tables, charts,
// drawer, view, page. Without scripts the page has every text, drawing and table.
"use strict";
const agon = (() => {
  const data = JSON.parse(document.getElementById("agon-data").textContent);

  // An element with text and children; texts are never markup.
  const el = (tag, attributes = {}, ...children) => {
    const out = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) out.setAttribute(name, value);
    out.append(...children);
    return out;
  };

  const save = (name, bytes, type) => {
    const link = el("a", { download: name });
    link.href = URL.createObjectURL(new Blob([bytes], { type }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  // The view, which the address carries: what is chosen of each dimension (empty: all), how tables are
  // sorted ("scoreboard.0": "2d"), which drawer is open, the theme, and which switch stands where.
  const view = { rule: new Set(), task: new Set(), study: new Set(), sort: new Map(), cell: "", theme: "", switches: new Map() };
  // Called when what is chosen has changed, and when the theme has.
  const listeners = { filter: [], theme: [] };
  const tell = (what) => listeners[what].forEach((listener) => listener());

  const dimensions = ["rule", "task", "study"];
  // Whether the reader asks for what speaks of these; what speaks of none or several stays.
  const wanted = (about) => dimensions.every((d) => !about[d] || !view[d].size || view[d].has(about[d]));

  return { data, el, save, view, listeners, tell, dimensions, wanted, changed: () => {} };
})();
