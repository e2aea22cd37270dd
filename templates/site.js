// The tables of heads: a filter that the address keeps, and a sort by number. Without a script a table is whole.
"use strict";
{
  const form = document.querySelector(".filter");
  const table = document.querySelector(".rows, .heads");
  const rows = [...table.querySelectorAll("tbody tr:not(.group)")];
  const plain = (text) => text.toLowerCase().replace(/\s+/g, " ").replaceAll("ё", "е");
  const asked = () => Object.fromEntries(new FormData(form));

  // What a row says itself, and the holder's whole name: the labels of a narrow screen repeat the head.
  const words = new Map(rows.map((row) => {
    const bare = row.cloneNode(true);
    bare.querySelectorAll(".label").forEach((label) => label.remove());
    return [row, plain(`${bare.textContent} ${row.dataset.name ?? ""}`)];
  }));

  const matches = (row, { q, outcome, page }) =>
    words.get(row).includes(plain(q.trim())) &&
    (!outcome || row.dataset.outcome === outcome) &&
    (!page || row.dataset.page.split(" ").includes(page));

  const show = () => {
    const wanted = asked();
    for (const row of rows) row.hidden = !matches(row, wanted);
    for (const body of table.tBodies) body.hidden = ![...body.rows].some((row) => rows.includes(row) && !row.hidden);
    const shown = rows.filter((row) => !row.hidden).length;
    form.querySelector("output").textContent = shown === rows.length ? "" : `${shown} / ${rows.length}`;
  };

  const keep = () => {
    const told = new URLSearchParams(Object.entries(asked()).filter(([, value]) => value));
    history.replaceState(null, "", `#${told}`);
  };

  const restore = () => {
    const told = new URLSearchParams(location.hash.slice(1));
    for (const field of form.elements) if (field.name) field.value = told.get(field.name) ?? "";
    show();
  };

  const number = (cell) => {
    const found = cell?.querySelector(".num")?.textContent.replace(/\s/g, "").match(/\d+/);
    return found ? Number(found[0]) : -1;
  };

  const sort = (column, button) => {
    const down = button.getAttribute("aria-pressed") !== "true";
    for (const other of table.querySelectorAll("thead button")) other.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-pressed", String(down));
    for (const body of table.tBodies) {
      const own = [...body.rows].filter((row) => rows.includes(row));
      const order = down
        ? own.sort((a, b) => number(b.cells[column]) - number(a.cells[column]))
        : own.sort((a, b) => rows.indexOf(a) - rows.indexOf(b));
      body.append(...order);
    }
  };

  for (const head of table.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", "false");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(head.cellIndex, button));
  }
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { show(); keep(); });
  addEventListener("hashchange", restore);
  restore();
}
