// SPDX-License-Identifier: MIT
// Downloads, print and the section in view; then the view that the address asks for.
(() => {
  for (const button of document.querySelectorAll("button[data-file]")) {
    button.addEventListener("click", () => agon.save(button.dataset.file, agon.data.files[button.dataset.file], "text/csv"));
  }

  // ---- paper has no unfolding: what the claims fold away is printed, and folded again after
  const folded = () => document.querySelectorAll("table.claims details:not([open])");
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...folded()];
    unfolded.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => unfolded.forEach((details) => { details.open = false; }));

  // ---- the section in view
  const links = new Map([...document.querySelectorAll("nav a")].map((a) => [a.hash.slice(1), a]));
  if ("IntersectionObserver" in window) {
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        links.forEach((link) => link.removeAttribute("aria-current"));
        const link = links.get(entry.target.id);
        link.setAttribute("aria-current", "true");
        const list = link.closest("ul");
        list.scrollLeft = link.offsetLeft - list.clientWidth / 2;
      }
    }, { rootMargin: "-15% 0px -75% 0px" });
    document.querySelectorAll("main > section").forEach((section) => seen.observe(section));
  }

  agon.start();
})();
