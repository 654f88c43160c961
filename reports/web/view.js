// SPDX-License-Identifier: MIT
// The view: filters by rule, task and study, the theme, and the address that carries both, so that a link
// shows what its sender saw. "#scoreboard?rule=bp,ed&sort=heatmap.0:2d&cell=0123456789ab".
(() => {
  const { el, view, dimensions } = agon;
  const nav = document.querySelector("nav");
  const bar = el("div", { class: "view" });
  const spoken = document.querySelectorAll("main [data-rule], main [data-task], main [data-study]");

  // ---- filters: a list of boxes for each dimension that the page has several of
  const boxes = [];
  const plural = { rule: "rules", task: "tasks", study: "studies" };
  for (const d of dimensions) {
    const values = [...new Set([...spoken].map((e) => e.dataset[d]).filter(Boolean))];
    if (values.length < 2) continue;
    const word = el("summary");
    const list = el("div", { class: "list", role: "group", "aria-label": `Show only these ${plural[d]}` });
    for (const value of values) {
      const box = el("input", { type: "checkbox", value });
      box.dataset.dimension = d;
      box.addEventListener("change", () => {
        if (box.checked) view[d].add(value); else view[d].delete(value);
        apply_filter();
        agon.changed();
      });
      boxes.push(box);
      list.append(el("label", {}, box, " ", value));
    }
    const say = () => { word.textContent = view[d].size ? `${view[d].size} of ${values.length} ${plural[d]}` : `All ${plural[d]}`; };
    agon.listeners.filter.push(say);
    say();
    bar.append(el("details", { class: "filter", "data-of": d }, word, list));
  }
  const filters = [...bar.children];
  for (const one of filters) {
    one.addEventListener("toggle", () => { if (one.open) filters.forEach((other) => { if (other !== one) other.open = false; }); });
    one.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !one.open) return;
      one.open = false;
      one.querySelector("summary").focus();
    });
  }
  document.addEventListener("click", (event) => filters.forEach((one) => { if (!one.contains(event.target)) one.open = false; }));

  const state = el("p", { class: "filtered note", role: "status" });
  document.getElementById("main").prepend(state);

  const off = (element, hide) => element.toggleAttribute("data-off", hide);
  const apply_filter = () => {
    spoken.forEach((e) => off(e, !agon.wanted(e.dataset)));
    for (const table of document.querySelectorAll("main table")) {
      const heads = [...table.tHead.rows[0].cells];
      if (!heads.some((head) => head.dataset.task)) continue;
      heads.forEach((head, column) => [...table.tBodies[0].rows].forEach((row) => { if (row.cells[column]) off(row.cells[column], head.hasAttribute("data-off")); }));
    }
    // A chart none of whose lines are left says nothing.
    for (const figure of document.querySelectorAll("figure.panel")) {
      const lines = figure.querySelectorAll("svg.chart g[data-rule]");
      if (lines.length && agon.wanted(figure.dataset)) off(figure, [...lines].every((line) => line.hasAttribute("data-off")));
    }
    for (const section of document.querySelectorAll("main > section")) {
      const own = [...spoken].filter((e) => section.contains(e));
      const left = own.some((e) => !e.closest("[data-off]"));
      section.classList.toggle("nothing", own.length > 0 && !left);
    }
    const chosen = dimensions.filter((d) => view[d].size).map((d) => `${plural[d]} ${[...view[d]].join(", ")}`);
    boxes.forEach((box) => { box.checked = view[box.dataset.dimension].has(box.value); });
    state.replaceChildren();
    if (chosen.length) {
      const all = el("button", { type: "button", class: "tool" }, "Show everything");
      all.addEventListener("click", () => {
        dimensions.forEach((d) => view[d].clear());
        apply_filter();
        agon.changed();
      });
      state.append(`Only ${chosen.join("; ")} are shown. Numbers, ranks and verdict are of the whole run. `, all);
    }
    agon.tell("filter");
  };

  // ---- theme: of the system, or the other one. The dark rules of the style sheets stand under a media
  // query, whose text decides.
  const dark_rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule instanceof CSSMediaRule && rule.media.mediaText.includes("prefers-color-scheme"));
  const asked = dark_rules.map((rule) => rule.media.mediaText);
  const system = matchMedia("(prefers-color-scheme: dark)");
  agon.is_dark = () => (view.theme ? view.theme === "dark" : system.matches);
  const theme = el("button", { type: "button", class: "theme" });
  const apply_theme = () => {
    dark_rules.forEach((rule, i) => { rule.media.mediaText = view.theme === "dark" ? "screen" : view.theme === "light" ? "not all" : asked[i]; });
    document.documentElement.style.colorScheme = view.theme;
    theme.textContent = agon.is_dark() ? "Light" : "Dark";
    theme.setAttribute("aria-label", agon.is_dark() ? "Light colours" : "Dark colours");
    agon.tell("theme");
  };
  theme.addEventListener("click", () => {
    const other = agon.is_dark() ? "light" : "dark";
    view.theme = (other === "dark") === system.matches ? "" : other;
    apply_theme();
    agon.changed();
  });
  system.addEventListener("change", apply_theme);
  bar.append(theme);
  nav.append(bar);

  // ---- switches: which of several charts is seen
  const switches = [...document.querySelectorAll(".switch > input[type=radio]")];
  switches.forEach((input) => input.addEventListener("change", () => {
    view.switches.set(input.name, input.id);
    agon.changed();
  }));

  // ---- the address
  let place = "";
  agon.changed = () => {
    const parts = [];
    for (const d of dimensions) if (view[d].size) parts.push(`${d}=${[...view[d]].map(encodeURIComponent).join(",")}`);
    if (view.sort.size) parts.push("sort=" + [...view.sort].map(([table, how]) => `${table}:${how}`).join(","));
    for (const [name, id] of view.switches) parts.push(`${name}=${id}`);
    if (view.theme) parts.push(`theme=${view.theme}`);
    if (view.cell) parts.push(`cell=${view.cell}`);
    const fragment = place + (parts.length ? "?" + parts.join("&") : "");
    history.replaceState(null, "", fragment ? "#" + fragment : location.pathname + location.search);
  };
  const decode = (text) => { try { return decodeURIComponent(text); } catch { return text; } };
  const read = () => {
    const [where, query] = location.hash.slice(1).split("?");
    place = where;
    if (query !== undefined) {
      dimensions.forEach((d) => view[d].clear());
      view.sort.clear();
      view.switches.clear();
      view.theme = view.cell = "";
      for (const part of query.split("&")) {
        const [name, value = ""] = part.split("=");
        if (dimensions.includes(name)) value.split(",").filter(Boolean).forEach((one) => view[name].add(decode(one)));
        else if (name === "sort") value.split(",").forEach((one) => { const [table, how] = one.split(":"); if (how) view.sort.set(table, how); });
        else if (name === "theme") view.theme = value === "dark" || value === "light" ? value : "";
        else if (name === "cell") view.cell = value;
        else if (switches.some((input) => input.name === name && input.id === value)) view.switches.set(name, value);
      }
      // A name that the page does not have would hide everything.
      boxes.length && dimensions.forEach((d) => [...view[d]].forEach((value) => {
        if (!boxes.some((box) => box.dataset.dimension === d && box.value === value)) view[d].delete(value);
      }));
      for (const id of view.switches.values()) document.getElementById(id).checked = true;
      apply_theme();
      apply_filter();
      agon.sort_as_viewed();
      agon.open_as_viewed();
    }
    document.getElementById(decode(where))?.scrollIntoView();
    agon.changed();
  };
  addEventListener("hashchange", read);
  apply_theme();
  agon.start = () => { if (location.hash) read(); };
})();
