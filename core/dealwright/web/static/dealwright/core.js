// What every page can do: keys, menus, dialogs, confirmation, ticked rows, toasts, theme, lazy custom elements.
// Everything listens on the document, so a swapped fragment needs no set-up. Texts come from the server (#texts).
// Other scripts speak to it by events: dispatch "dw:toast" with {text, kind, undo} on the document.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const block = (id) => JSON.parse($(`#${id}`)?.textContent || "{}");
const texts = block("texts");
const elements = block("elements");
const inField = (node) => node.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], trix-editor");

/* ---- custom elements of plugins: a module is fetched when its tag first appears ---- */
const asked = new Set();
function loadElements() {
  for (const [tag, address] of Object.entries(elements)) {
    if (asked.has(tag) || !$(tag)) continue;
    asked.add(tag);
    if (!customElements.get(tag)) import(address).catch((fault) => console.warn(tag, fault));
  }
}

/* ---- toasts ---- */
function dismissLater(toast) {
  if (toast.dataset.timed || toast.classList.contains("bad")) return;
  toast.dataset.timed = "yes";
  const wait = () => setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) wait();
    else toast.remove();
  }, $("[data-undo]", toast) ? 10000 : 6000);
  wait();
}
function showToast({ text, kind = "", undo = null }) {
  const region = $("#toasts");
  const toast = $("#toast-template")?.content.firstElementChild.cloneNode(true);
  if (!region || !toast) return;
  if (kind) toast.classList.add(kind);
  $("span", toast).textContent = text;
  const form = $("form", toast);
  if (undo) {
    form.hidden = false;
    if (typeof undo === "string") form.action = undo;
    else form.addEventListener("submit", (event) => { event.preventDefault(); toast.remove(); undo(); });
  } else form.remove();
  $$("[data-toast]:not(.bad)", region).forEach((old) => old.remove());
  region.append(toast);
  while (region.children.length > 3) region.firstElementChild.remove();
  dismissLater(toast);
}
document.addEventListener("dw:toast", (event) => showToast(event.detail));

/* ---- ticked rows ---- */
function countTicked() {
  const boxes = $$("[data-select]");
  const ticked = boxes.filter((box) => box.checked).length;
  const number = new Intl.NumberFormat(document.documentElement.lang).format(ticked);
  $$("[data-select-count]").forEach((place) => {
    const words = ticked ? texts.selected.replace("{count}", number) : "";
    if (place.textContent !== words) place.textContent = words;
  });
  $$("[data-select-all]").forEach((box) => {
    box.checked = ticked > 0 && ticked === boxes.length;
    box.indeterminate = ticked > 0 && ticked < boxes.length;
  });
}
let lastTicked = null;
function tickRange(event) {
  const box = event.target.closest?.("[data-select]");
  if (!box) return;
  const boxes = $$("[data-select]");
  const from = boxes.indexOf(lastTicked), to = boxes.indexOf(box);
  if (event.shiftKey && from >= 0) boxes.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((one) => { one.checked = box.checked; });
  lastTicked = box;
  countTicked();
}
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) $$("[data-select]").forEach((box) => { box.checked = event.target.checked; });
  if (event.target.matches("[data-select-all], [data-select]")) countTicked();
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});
document.addEventListener("reset", () => setTimeout(countTicked));

/* ---- confirmation, and no second press while the first is on its way ---- */
const confirmed = new WeakSet();
function askFirst(form, submitter, message) {
  const dialog = $("#confirm");
  $("[data-confirm-text]", dialog).textContent = message;
  const yes = $("[data-confirm-yes]", dialog);
  yes.textContent = submitter?.dataset.confirmLabel || form.dataset.confirmLabel || texts.continue;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    confirmed.add(form);
    form.requestSubmit(submitter);
  }, { once: true });
  dialog.showModal();
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  const message = event.submitter?.dataset.confirm || form.dataset.confirm;
  const stop = () => { event.preventDefault(); event.stopImmediatePropagation(); };
  if (form.method === "dialog") return;
  if (form.getAttribute("aria-busy") === "true") return stop();
  if (message && !confirmed.has(form)) { stop(); return askFirst(form, event.submitter, message); }
  confirmed.delete(form);
  if (form.matches("[data-preferences]")) { stop(); return saveTheme(form, event.submitter); }
  setTimeout(() => {
    if (event.defaultPrevented || form.method !== "post") return;
    form.setAttribute("aria-busy", "true");
    setTimeout(() => form.removeAttribute("aria-busy"), 8000);
  });
}, true);

/* ---- theme: at once here, remembered by the server behind ---- */
function saveTheme(form, button) {
  const theme = button?.value || "system";
  document.documentElement.dataset.theme = theme;
  try { localStorage.setItem("dw-theme", theme); } catch (blocked) { /* the server remembers */ }
  $$("button[name=theme]", form).forEach((one) => one.setAttribute("aria-pressed", String(one.value === theme)));
  fetch(form.action, { method: "POST", body: new FormData(form, button), redirect: "manual" }).catch(noAnswer);
}
const noAnswer = () => showToast({ text: texts.no_answer, kind: "bad" });

/* ---- clicks: menus, dialogs, toasts ---- */
document.addEventListener("click", (event) => {
  const target = event.target;
  const open = target.closest("[data-open]");
  if (open) $(`#${CSS.escape(open.dataset.open)}`)?.showModal();
  target.closest("[data-dismiss]")?.closest("[data-toast]")?.remove();
  if (target.matches("dialog[open]")) target.close();
  const menu = target.closest("[data-menu]");
  $$("[data-menu][open]").forEach((one) => { if (one !== menu || open) one.open = false; });
  tickRange(event);
});

/* ---- keys: they work wherever the focus is outside a field ---- */
let leader = 0;
const letter = (event) => {
  if (/^[a-z?/]$/i.test(event.key)) return event.key.toLowerCase();
  if (event.code.startsWith("Key")) return event.code[3].toLowerCase();
  return event.code === "Slash" ? (event.shiftKey ? "?" : "/") : "";
};
const acts = {
  "/": () => $("[data-search]")?.select(),
  "c": () => $("[data-create]")?.click(),
  "?": () => $("#shortcuts")?.showModal(),
  "z": () => $$("#toasts [data-undo]").pop()?.click(),
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = $("[data-menu][open]");
    if (menu) { menu.open = false; $("summary", menu).focus(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || inField(event.target) || $("dialog[open]")) return;
  const key = letter(event);
  if (!key) return;
  const going = Date.now() - leader < 1500;
  leader = key === "g" && !going ? Date.now() : 0;
  const link = going && $(`[data-go="${CSS.escape(key)}"]`);
  if (link) { event.preventDefault(); link.click(); }
  else if (!going && acts[key]) { event.preventDefault(); acts[key](); }
});

/* ---- htmx: the token on every request that changes something, a word when there is no answer ---- */
const token = () => $("meta[name=csrf-token]")?.content || "";
document.addEventListener("htmx:config:request", (event) => { event.detail.ctx.request.headers["X-CSRF-Token"] = token(); });
document.addEventListener("htmx:error", (event) => { if (!event.detail.ctx?.response) noAnswer(); });

/* ---- start, and after every change of the page ---- */
function settle() {
  loadElements();
  countTicked();
  $$("#toasts [data-toast]").forEach(dismissLater);
}
let waiting = false;
new MutationObserver(() => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; settle(); });
}).observe(document.body, { childList: true, subtree: true });
addEventListener("pageshow", () => { $$("form[aria-busy]").forEach((form) => form.removeAttribute("aria-busy")); settle(); });
settle();
$("[data-focus]")?.focus();
