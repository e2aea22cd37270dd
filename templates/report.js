// What a script adds to the page, and no more: filters and sorting, kept in the address, links to copy, a card opened
// from outside.
// Everything else is there without it. It asks for nothing, stores nothing and writes no markup.
(() => {
"use strict";
const all = (css, within = document) => [...within.querySelectorAll(css)];
const one = (css, within = document) => within.querySelector(css);
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
const plain = (text) => text.toLocaleLowerCase().replaceAll("\u0451", "\u0435").replaceAll("\u00ad", "");
const button = (words) => Object.assign(document.createElement("button"), { type: "button", textContent: words });
const status = one("#status");
const words = status?.dataset ?? {};
const say = (text) => { if (status) status.textContent = text; };
const given = new URLSearchParams(location.search);
let remember = () => {};

// Filters of the week's two tables, and of the offices in all weeks. A row of the second table goes with its office's in
// the first. Print shows every row again: the class counts on screens alone.
const tools = one(".tools");
const rows = all(".directive tbody tr, .w-lines tbody tr:not(.group)");
const figures = all(".practice tbody tr:not(.group)");
const link = (row) => one("th a", row)?.getAttribute("href");
const leaders = new Map(all(".directive tbody tr").map((row) => [link(row), row]));
const leader = (row) => leaders.get(link(row)) ?? row;
const written = new Map([...rows, ...figures]
  .map((row) => [row, plain(row.textContent + all("[title]", row).map((e) => e.title))]));
const chosen = (name) => one(`[data-by=${name}]`)?.value ?? "";
const outcome = () => one("[name=outcome]:checked")?.id.slice(2) ?? "all";
const fits = (row) => {
  const network = chosen("network");
  const on = row.dataset.n?.split(" ").filter(Boolean);
  return (outcome() === "all" || row.classList.contains(`o-${outcome()}`))
    && (!network || Boolean(on && (network === "none" ? on.length === 0 : on.includes(network))))
    && (!chosen("change") || row.dataset.c === chosen("change"))
    && plain(chosen("text")).split(/\s+/).every((part) => written.get(row).includes(part));
};
const seen = (list) => list.filter((row) => !row.classList.contains("out"));
const shown = (list) => fill(words.shown, { n: seen(list).length, total: list.length });
const note = Object.assign(document.createElement("p"), { className: "meta" });
one("table.practice")?.before(note);
const hide = () => {
  for (const row of [...rows, ...figures]) row.classList.toggle("out", !fits(leader(row)));
  for (const head of all("tr.group")) {
    const below = all("tr:not(.group)", head.parentElement);
    head.classList.toggle("out", below.length > 0 && seen(below).length === 0);
  }
  note.textContent = seen(figures).length < figures.length ? shown(figures) : "";
};
const filter = () => {
  hide();
  say(shown(rows));
};
if (tools) {
  tools.hidden = false;
  const controls = all("select, input", tools);
  for (const control of controls) control.value = given.get(control.dataset.by) ?? "";
  // A browser may keep what was chosen before the page was loaded again: the address counts.
  const first = document.getElementById(`f-${given.get("outcome") ?? "all"}`) ?? one("#f-all");
  if (first) first.checked = true;
  hide();
  if (seen(rows).length < rows.length) {
    tools.classList.add("used");
    say(shown(rows));
  }
  const changed = () => {
    filter();
    remember(tools.closest("section").id);
  };
  tools.closest("section").addEventListener("input", changed);
  one("[data-by=reset]")?.addEventListener("click", () => {
    for (const control of controls) control.value = "";
    if (first) one("#f-all").checked = true;
    changed();
  });
}

// Sorting. What has no key (unknown, not asked) stands last in both directions; equals stay alphabetical.
const order = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
const key = (row, column) => {
  const cell = row.cells[column];
  const text = cell?.colSpan > 1 ? "" : cell?.dataset.k ?? cell?.textContent.trim() ?? "";
  return text === "—" ? "" : text;
};
const sorted = (list, column, sign) => [...list].sort((a, b) => {
  const [x, y] = [key(a, column), key(b, column)];
  return x && y ? sign * order(x, y) : Number(!x) - Number(!y);
});
const tables = all("table.directive, table.practice");
const alphabetical = new Map(tables.flatMap((table) => all("tbody", table))
  .map((body) => [body, all("tr:not(.group)", body)]));
const sort = (table, column, sign) => {
  for (const head of all("th[aria-sort]", table)) head.ariaSort = "none";
  all("thead th", table)[column].ariaSort = sign > 0 ? "ascending" : "descending";
  for (const body of all("tbody", table)) body.append(...sorted(alphabetical.get(body), column, sign));
};
for (const table of tables) {
  all("thead th", table).forEach((head, column) => {
    if (!head.firstChild || head.dataset.k) return;
    const control = button("");
    control.className = "sort";
    control.append(head.firstChild);
    head.prepend(control);
    head.ariaSort = column ? "none" : "ascending";
    control.addEventListener("click", () => {
      const sign = head.ariaSort === "ascending" ? -1 : 1;
      sort(table, column, sign);
      say(fill(sign > 0 ? words.up : words.down, { column: control.textContent.trim() }));
      remember(table.closest("section").id);
    });
  });
  table.classList.add("sorts");
  const [, column, way] = /^(\d)-(up|down)$/.exec(given.get(table.classList[0]) ?? "") ?? [];
  if (all("thead th", table)[column]?.ariaSort) sort(table, Number(column), way === "up" ? 1 : -1);
}

// What is chosen stands in the address: the link opens the tables so elsewhere, at the one that was touched last.
remember = (place) => {
  const state = new URLSearchParams();
  if (outcome() !== "all") state.set("outcome", outcome());
  for (const control of all("select, input", tools ?? document.createElement("p"))) {
    if (control.value) state.set(control.dataset.by, control.value);
  }
  for (const table of tables) {
    const column = all("thead th", table).findIndex((head) => ["ascending", "descending"].includes(head.ariaSort));
    const way = all("thead th", table)[column]?.ariaSort === "ascending" ? "up" : "down";
    if (column > 0 || way === "down") state.set(table.classList[0], `${column}-${way}`);
  }
  const to = new URL(location.href);
  to.search = state.toString();
  to.hash = to.search ? place : "";
  try {
    history.replaceState(null, "", to);
  } catch {
    // Some browsers keep the address of a file as it is.
  }
  lead(to);
};

// The same page in the other language opens at the same place, with the same rows.
const twin = one(".twin a");
const lead = (from) => {
  if (twin) twin.href = Object.assign(new URL(twin.href), { search: from.search, hash: from.hash });
};
lead(location);
addEventListener("hashchange", () => lead(location));

// Links to copy. A page opened from a file may have no clipboard: then the link is selected for copying by hand.
const copied = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
};
const byHand = (control, text) => {
  const field = Object.assign(document.createElement("input"), { readOnly: true, value: text, ariaLabel: words.hand });
  control.after(field);
  field.select();
  let done = false;
  try {
    done = document.execCommand("copy");
  } catch {
    done = false;
  }
  if (done) {
    field.remove();
    control.focus();
  }
  return done;
};
for (const body of all(".card > .body")) {
  const control = button(words.copy);
  control.className = "share";
  body.prepend(control);
  control.addEventListener("click", async () => {
    one("input[readonly]", body)?.remove();
    const link = new URL(`#${encodeURIComponent(body.id)}`, location.href).href;
    const done = (await copied(link)) || byHand(control, link);
    control.textContent = done ? words.copied : words.hand;
    say(control.textContent);
    setTimeout(() => { control.textContent = words.copy; }, 4000);
  });
}

// Cards: all at once, and the one that the address names.
const every = one("#every");
if (every) {
  every.hidden = false;
  every.addEventListener("click", () => {
    const open = every.ariaPressed !== "true";
    every.ariaPressed = String(open);
    for (const card of all("details.card")) card.open = open;
  });
}
// On a telephone the page is long enough with the cards of what is not met.
if (matchMedia("(max-width: 720px)").matches) for (const card of all("details.card.o-cantTell")) card.open = false;
const named = () => {
  let target = null;
  try {
    target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {
    return null;
  }
  let shut = false;
  for (let box = target?.closest("details"); box; box = box.parentElement.closest("details")) {
    shut ||= !box.open;
    box.open = true;
  }
  if (shut) target.scrollIntoView();
  return target;
};
named();
addEventListener("hashchange", () => {
  const card = named()?.closest("details.card");
  if (card) one("summary", card).focus({ preventScroll: true });
});
})();
