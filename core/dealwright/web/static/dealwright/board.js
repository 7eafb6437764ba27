// The board: drag, Ctrl+Arrow and "Move to…" put a card into another stage at once; the server confirms or it goes back.
// A move posts stage_id, version and after (the card above, if any) to the card's data-move-url. On 2xx every element of the answer replaces the one
// with the same id (the card, the heads of both columns); else the answer's [data-reason] is shown in a toast.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const texts = JSON.parse($("#texts").textContent);
const toast = (detail) => document.dispatchEvent(new CustomEvent("dw:toast", { detail }));
const columnOf = (card) => card.closest("[data-column]");
const cardById = (id) => document.getElementById(id);

async function post(card, stage) {
  const body = new URLSearchParams({ stage_id: stage, version: card.dataset.version });
  const above = card.previousElementSibling?.id;
  if (above) body.set("after", above.slice("deal-".length));
  const headers = { "X-CSRF-Token": $("meta[name=csrf-token]").content, "HX-Request": "true", "Accept": "text/html" };
  const answer = await fetch(card.dataset.moveUrl, { method: "POST", body, headers });
  const isPage = (answer.headers.get("Content-Type") || "").includes("html");
  return { ok: answer.ok && isPage && !answer.redirected, page: new DOMParser().parseFromString(isPage ? await answer.text() : "", "text/html") };
}

function replaceById(page) {
  const focused = document.activeElement?.closest("[data-card]")?.id;
  for (const fresh of $$(":scope > [id]", page.body)) document.getElementById(fresh.id)?.replaceWith(document.adoptNode(fresh));
  if (focused) focusCard(cardById(focused));
}

const reason = (page) => $("[data-reason]", page)?.textContent.trim() || texts.not_moved;

/** Put the card into the column and tell the server; `place` is where it stood: {parent, next}. */
async function move(card, column, place, { undoable = true } = {}) {
  const id = card.id, from = place.parent.closest("[data-column]").dataset.column;
  const stay = column.dataset.column === from;
  if (stay || card.getAttribute("aria-busy")) return;
  card.setAttribute("aria-busy", "true");
  let answer = null;
  try { answer = await post(card, column.dataset.column); } catch (offline) { answer = null; }
  card.removeAttribute("aria-busy");
  if (answer?.ok) {
    replaceById(answer.page);
    const undo = undoable ? () => moveTo(cardById(id), from, { undoable: false }) : null;
    toast({ text: texts.moved.replace("{stage}", column.dataset.stageName), undo });
  } else {
    const hadFocus = card.contains(document.activeElement);
    place.parent.insertBefore(card, place.next?.parentNode === place.parent ? place.next : null);
    if (hadFocus) focusCard(card);
    toast({ text: answer ? reason(answer.page) : texts.no_answer, kind: "bad" });
  }
}

function moveTo(card, stage, options) {
  const column = $(`[data-column="${CSS.escape(stage)}"]`);
  if (!card || !column || card.getAttribute("aria-busy") || columnOf(card) === column) return;
  const place = { parent: card.parentNode, next: card.nextElementSibling };
  $("[data-cards]", column).prepend(card);
  focusCard(card);
  move(card, column, place, options);
}

function focusCard(card) {
  const link = card && $(".card-title", card);
  link?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/* ---- drag ---- */
function sortable(cards) {
  let place = null;
  window.Sortable.create(cards, {
    group: "cards", draggable: "[data-card]", sort: false, delay: 150, delayOnTouchOnly: true, touchStartThreshold: 5,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    onStart: ({ item }) => { place = { parent: item.parentNode, next: item.nextElementSibling }; },
    onEnd: ({ item, to }) => move(item, to.closest("[data-column]"), place),
  });
}
$$("[data-board][data-movable] [data-cards]").forEach(sortable);

/* ---- keys: arrows walk, Ctrl+arrow moves; right means onward only where one reads to the right ---- */
function neighbour(card, step) {
  const columns = $$("[data-column]");
  return columns[columns.indexOf(columnOf(card)) + step];
}
function walk(card, step) {
  const here = columnOf(card);
  const columns = $$("[data-column]").filter((column) => column === here || $("[data-card]", column));
  const next = columns[columns.indexOf(here) + step];
  const cards = next ? $$("[data-card]", next) : [];
  focusCard(cards[Math.min($$("[data-card]", here).indexOf(card), cards.length - 1)]);
}
document.addEventListener("keydown", (event) => {
  const card = event.target.closest?.("[data-card]");
  if (!card || !event.key.startsWith("Arrow") || event.altKey || event.metaKey) return;
  event.preventDefault();
  const onward = (event.key === "ArrowRight") === (document.documentElement.dir !== "rtl") ? 1 : -1;
  if (event.key === "ArrowUp") focusCard(card.previousElementSibling);
  else if (event.key === "ArrowDown") focusCard(card.nextElementSibling);
  else if (!event.ctrlKey) walk(card, onward);
  else if ($("[data-board][data-movable]") && neighbour(card, onward)) moveTo(card, neighbour(card, onward).dataset.column);
});

/* ---- "Move to…": the same for a thumb ---- */
let chosen = null;
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-move]");
  const dialog = $("#move-to");
  if (opener && dialog) {
    chosen = opener.closest("[data-card]").id;
    const here = columnOf(cardById(chosen)).dataset.column;
    $$("[data-stage]", dialog).forEach((button) => { button.disabled = button.dataset.stage === here; });
    dialog.showModal();
  }
  const stage = event.target.closest("#move-to [data-stage]");
  if (stage) { dialog.close(); moveTo(cardById(chosen), stage.dataset.stage); }
});
