"use strict";
(() => {
  const words = document.currentScript.dataset;
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const rowsOf = (table) => [...table.tBodies].flatMap((body) => [...body.rows]);

  // Long tables: type to see only rows that hold all the words.
  const clear = new Map();
  for (const table of document.querySelectorAll("table.searched")) {
    const label = document.createElement("label");
    const field = document.createElement("input");
    const shown = document.createElement("output");
    field.type = "search";
    label.className = "filter";
    label.append(words.filter, field);
    const tools = document.createElement("div");
    tools.className = "tools";
    tools.append(label, shown);
    table.parentElement.before(tools);

    const rows = rowsOf(table).filter((row) => !row.classList.contains("group"));
    const texts = new Map(
      rows.map((row) => [row, [...row.cells].map((cell) => cell.textContent).join("\n").toLowerCase()]),
    );
    const show = () => {
      const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (const row of rows) {
        row.hidden = !wanted.every((word) => texts.get(row).includes(word));
        count += !row.hidden;
      }
      for (const heading of table.querySelectorAll("tr.group"))
        heading.hidden = ![...heading.parentElement.rows].some((row) => row !== heading && !row.hidden);
      shown.value = wanted.length ? words.shown.replace("{shown}", count).replace("{all}", rows.length) : "";
    };
    field.addEventListener("input", show);
    clear.set(table, () => {
      field.value = "";
      show();
    });
    if (field.value) show();
  }

  // A link leads to its row in context, also when a filter hides it.
  const reveal = (hash) => {
    const target = document.getElementById(hash.slice(1));
    const row = target && target.closest("tr[hidden]");
    if (row) clear.get(row.closest("table"))();
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href^='#']");
    if (link) reveal(link.getAttribute("href"));
  });

  // Headings of columns sort: down, up, and as it was.
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    const original = [...body.rows];
    const headings = [...table.tHead.rows[0].cells];
    const value = (row, i) => (row.cells[i].dataset.v === undefined ? null : Number(row.cells[i].dataset.v));
    headings.forEach((heading, i) => {
      const numeric = original.some((row) => value(row, i) !== null);
      const turns = numeric ? ["descending", "ascending", ""] : ["ascending", "descending", ""];
      const button = document.createElement("button");
      button.type = "button";
      button.title = words.sort;
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const next = turns[(turns.indexOf(heading.getAttribute("aria-sort") || "") + 1) % 3];
        headings.forEach((other) => other.removeAttribute("aria-sort"));
        if (next) heading.setAttribute("aria-sort", next);
        const sign = next === "descending" ? -1 : 1;
        const compare = (a, b) => {
          if (!numeric) return sign * order.compare(a.cells[i].textContent, b.cells[i].textContent);
          const [x, y] = [value(a, i), value(b, i)];
          if (x === null || y === null) return (x === null) - (y === null);
          return sign * (x - y);
        };
        body.append(...(next ? [...original].sort(compare) : original));
      });
    });
  }
})();
