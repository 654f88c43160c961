// SPDX-License-Identifier: MIT
// Tables: a click on a head sorts, a second click turns the order; missing numbers stay last.
(() => {
  const tables = new Map();  // by "section.place"

  const sort = (table, column, down) => {
    const head = table.tHead.rows[0].cells[column];
    if (!head) return;
    const number = head.classList.contains("n");
    table.querySelectorAll("th").forEach((h) => h.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const key = (row) => {
      const cell = row.cells[column];
      if (!number) return cell.textContent;
      return cell.dataset.v === undefined ? null : Number(cell.dataset.v);
    };
    const rows = [...body.rows].map((row) => [key(row), row]);
    rows.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      return (number ? a - b : a.localeCompare(b, undefined, { numeric: true })) * (down ? -1 : 1);
    });
    body.append(...rows.map(([, row]) => row));
  };

  for (const section of document.querySelectorAll("main > section")) {
    section.querySelectorAll("table.sortable").forEach((table, place) => {
      const name = `${section.id}.${place}`;
      tables.set(name, table);
      [...table.tHead.rows[0].cells].forEach((head, column) => {
        const button = agon.el("button", { type: "button" }, head.textContent);
        head.replaceChildren(button);
        button.addEventListener("click", () => {
          const was = head.getAttribute("aria-sort");
          const down = was ? was === "ascending" : head.classList.contains("n");
          sort(table, column, down);
          agon.view.sort.set(name, column + (down ? "d" : "a"));
          agon.changed();
        });
      });
    });
  }

  agon.sort_as_viewed = () => agon.view.sort.forEach((how, name) => {
    const table = tables.get(name);
    if (table) sort(table, parseInt(how, 10), how.endsWith("d"));
  });
})();
