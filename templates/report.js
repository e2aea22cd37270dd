// What a script adds to the page, and no more: filters, sorting, links to copy, a card opened from outside.
// Everything else is there without it. It asks for nothing, stores nothing and writes no markup.
(() => {
"use strict";
const all = (css, within = document) => [...within.querySelectorAll(css)];
const one = (css, within = document) => within.querySelector(css);
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
const plain = (text) => text.toLocaleLowerCase().replaceAll("\u0451", "\u0435");
const button = (words) => Object.assign(document.createElement("button"), { type: "button", textContent: words });
const status = one("#status");
const say = (words) => { status.textContent = words; };
const words = status.dataset;

// Filters of the first table. Print shows every row again: the class counts on screens alone.
const tools = one(".tools");
const rows = all(".directive tbody tr");
const written = new Map(rows.map((row) => [row, plain(row.textContent + all("[title]", row).map((e) => e.title))]));
const chosen = (name) => one(`[data-by=${name}]`)?.value ?? "";
const fits = (row) => {
  const outcome = one("[name=outcome]:checked").id.slice(2);
  const network = chosen("network");
  const on = row.dataset.n.split(" ").filter(Boolean);
  return (outcome === "all" || row.classList.contains(`o-${outcome}`))
    && (!network || (network === "none" ? on.length === 0 : on.includes(network)))
    && (!chosen("change") || row.dataset.c === chosen("change"))
    && plain(chosen("text")).split(/\s+/).every((part) => written.get(row).includes(part));
};
const hide = () => { for (const row of rows) row.classList.toggle("out", !fits(row)); };
const filter = () => {
  hide();
  say(fill(words.shown, { n: rows.filter((row) => !row.classList.contains("out")).length, total: rows.length }));
};
if (tools) {
  tools.hidden = false;
  // A browser may keep what was chosen before the page was loaded again.
  hide();
  one("#directive").addEventListener("input", filter);
  one("[data-by=reset]").addEventListener("click", () => {
    for (const control of all("[data-by]", tools)) control.value = "";
    one("#f-all").checked = true;
    filter();
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
for (const table of all("table.directive, table.practice")) {
  const bodies = all("tbody", table).map((body) => [body, all("tr:not(.group)", body)]);
  all("thead th", table).forEach((head, column) => {
    if (!head.firstChild || head.dataset.k) return;
    const control = button("");
    control.className = "sort";
    control.append(head.firstChild);
    head.prepend(control);
    head.ariaSort = column ? "none" : "ascending";
    control.addEventListener("click", () => {
      const sign = head.ariaSort === "ascending" ? -1 : 1;
      for (const other of all("th[aria-sort]", table)) other.ariaSort = "none";
      head.ariaSort = sign > 0 ? "ascending" : "descending";
      for (const [body, list] of bodies) body.append(...sorted(list, column, sign));
      say(fill(sign > 0 ? words.up : words.down, { column: control.textContent.trim() }));
    });
  });
  table.classList.add("sorts");
}

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
