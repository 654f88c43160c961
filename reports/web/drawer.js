// SPDX-License-Identifier: MIT
// The drawer: the runs behind a number, with curves, parameters, log and the command that runs one again.
(() => {
  const { el, view } = agon;
  const store = JSON.parse(document.getElementById("agon-drawers").textContent);
  const text = (place) => store.texts[place];
  const number = (v) => (v === null ? "" : String(Number(v.toPrecision(4))));
  const short = (v) => String(Number(v.toPrecision(3)));
  const svg = (tag, attributes, ...children) => {
    const out = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) out.setAttribute(name, value);
    out.append(...children);
    return out;
  };
  const run_of = ([key, seed, lr, status, detail, log, head, tail, val, test, train, axis, x, score, loss]) => ({
    key, seed: String(seed), lr, status: text(status), detail: text(detail), log: text(log),
    command: text(head) + seed + text(tail), val, test, train, axis: text(axis), x: store.axes[x], score, loss,
  });

  // ---- one chart: a thin line for each run, the chosen one strong
  const plot = (title, runs, chosen, values) => {
    const drawn = runs.filter((run) => values(run).some((v) => v !== null));
    if (!drawn.length) return "";
    const all = drawn.flatMap(values).filter((v) => v !== null);
    const xs = drawn.flatMap((run) => run.x);
    const [low, high, from, to] = [Math.min(...all), Math.max(...all), Math.min(...xs), Math.max(...xs)];
    const width = 340, height = 150, left = 58, top = 8, bottom = 26;
    const px = (x) => left + (to > from ? (x - from) / (to - from) : 0.5) * (width - left - 10);
    const py = (v) => top + (1 - (high > low ? (v - low) / (high - low) : 0.5)) * (height - top - bottom);
    const label = (x, y, anchor, words) => svg("text", { class: "t", x, y, "text-anchor": anchor }, words);
    const chart = svg("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${title} of ${drawn.length} runs` },
      svg("path", { class: "a", d: `M${left} ${top}V${height - bottom}H${width - 10}` }),
      label(left - 6, top + 8, "end", short(high)), label(left - 6, height - bottom, "end", low < high ? short(low) : ""),
      label(left, height - 8, "middle", number(from)), label(width - 10, height - 8, "end", `${number(to)} epochs`));
    for (const run of [...drawn].sort((a, b) => (a === chosen) - (b === chosen))) {
      let path = "", pen = false;
      values(run).forEach((v, i) => {
        if (v !== null) path += `${pen ? "L" : "M"}${px(run.x[i]).toFixed(1)} ${py(v).toFixed(1)}`;
        pen = v !== null;
      });
      // A line of one point is a short stroke.
      if (!path.includes("L")) path += "h2";
      chart.append(svg("g", { class: run === chosen ? "s s0 chosen" : "s s0 other" }, svg("path", { class: "l", d: path }, svg("title", {}, `seed ${run.seed}`))));
    }
    return el("figure", {}, el("h3", {}, title), el("div", { class: "plot" }, chart));
  };

  const details = (run) => {
    const command = el("pre", { class: "command", tabindex: "0" }, run.command);
    const copy = el("button", { type: "button", class: "tool" }, "Copy");
    copy.addEventListener("click", () => {
      getSelection().selectAllChildren(command);
      navigator.clipboard?.writeText(run.command).then(() => { copy.textContent = "Copied"; }, () => {});
    });
    const out = el("div", { class: "run" }, el("h3", {}, `Seed ${run.seed}${run.lr === null ? "" : `, lr ${number(run.lr)}`}: ${run.status}`));
    if (run.detail) out.append(el("p", { class: "bad" }, run.detail));
    out.append(el("p", { class: "note" }, "Runs this cell again: ", copy), command, el("p", { class: "note" }, "Cell ", el("code", {}, run.key)));
    out.append(run.log ? el("pre", { class: "log", tabindex: "0" }, run.log) : el("p", { class: "note" }, "It logged nothing."));
    return out;
  };

  const runs_table = (runs, chosen, choose) => {
    const rates = runs.some((run) => run.lr !== null);
    const heads = ["Seed", ...(rates ? ["Learning rate"] : []), "Status", "Validation", "Test", "Training, s"];
    const body = el("tbody");
    for (const run of runs) {
      const button = el("button", { type: "button", class: "open", "aria-pressed": String(run === chosen) }, run.seed);
      button.addEventListener("click", () => choose(run));
      const cells = [...(rates ? [number(run.lr)] : []), run.status, number(run.val), number(run.test), number(run.train)];
      body.append(el("tr", run === chosen ? { class: "chosen" } : {}, el("td", {}, button), ...cells.map((words, i) => el("td", i === (rates ? 1 : 0) ? {} : { class: "n" }, words))));
    }
    return el("div", { class: "scroll", tabindex: "0" }, el("table", {}, el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))), body));
  };

  const dialog = el("dialog", { id: "drawer", "aria-labelledby": "drawer-title" });
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    view.cell = "";
    agon.changed();
  });
  // A click beside the drawer closes it.
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

  const show = (drawer, runs, chosen, key) => {
    const choose = (run) => {
      view.cell = `${key}.${run.key}`;
      agon.changed();
      show(drawer, runs, run, key);
      dialog.querySelector("tr.chosen button").focus();
    };
    const close = el("button", { type: "button", class: "tool close" }, "Close");
    close.addEventListener("click", () => dialog.close());
    const facts = el("dl");
    for (let i = 0; i < drawer.facts.length; i += 2) facts.append(el("dt", {}, text(drawer.facts[i])), el("dd", {}, text(drawer.facts[i + 1])));
    const body = el("div", { class: "body" }, close,
      el("h2", { id: "drawer-title" }, text(drawer.title), el("small", {}, ` on ${text(drawer.task)}, study ${text(drawer.study)}`)),
      el("p", { class: "note" }, text(drawer.finding)),
      el("div", { class: "curves" }, plot(runs.find((run) => run.axis)?.axis ?? "score", runs, chosen, (run) => run.score), plot("training loss", runs, chosen, (run) => run.loss)),
      runs_table(runs, chosen, choose), details(chosen), el("h3", {}, "Parameters"), facts);
    const scrolled = dialog.scrollTop;
    dialog.replaceChildren(body);
    dialog.scrollTop = scrolled;
  };
  const open = (name) => {
    const [key, run_key] = name.split(".");
    const drawer = store.drawers[key];
    if (!drawer) return;
    const runs = drawer.runs.map(run_of);
    show(drawer, runs, runs.find((run) => run.key === run_key) ?? runs[0], key);
    view.cell = name;
    if (!dialog.open) dialog.showModal();
    agon.changed();
  };
  agon.open_as_viewed = () => {
    if (view.cell) open(view.cell); else if (dialog.open) dialog.close();
  };

  // ---- the numbers that open one
  for (const cell of document.querySelectorAll("td[data-open]")) {
    if (!store.drawers[cell.dataset.open.split(".")[0]]) continue;
    const button = el("button", { type: "button", class: "open" });
    button.append(...cell.childNodes);
    button.setAttribute("aria-haspopup", "dialog");
    button.addEventListener("click", () => open(cell.dataset.open));
    cell.append(button);
  }
})();
