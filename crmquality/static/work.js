// Side sheets, finding while one types, logging from anywhere. No words here: they come from the page.
const sheet = () => document.getElementById("sheet");

function showSheet() {
  window.tabler.Offcanvas.getOrCreateInstance(sheet()).show();
}

function focusIn(part) {
  const wanted = part.querySelector("[data-then-focus]")?.dataset.thenFocus;
  (wanted ? document.getElementById(wanted) : part.querySelector("[autofocus]"))?.focus();
}

// Not sooner: until it has settled, a field does not ask for what is typed into it.
document.addEventListener("htmx:afterSettle", (event) => {
  // What was stored swaps nothing, and the sheet has gone.
  const isDone = event.detail.xhr?.getResponseHeader("HX-Reswap") === "none";
  if (event.detail.target?.id === "sheet-content" && !isDone) showSheet();
  // The part that was drawn: of a swap with outerHTML the target itself is gone.
  if (event.target.closest?.("#sheet")) focusIn(event.target);
});

// Bootstrap moves the focus to the sheet itself once it has slid in.
document.addEventListener("shown.bs.offcanvas", (event) => {
  if (event.target === sheet()) focusIn(event.target);
});

// The server says that something was stored: the sheet has done its work.
document.addEventListener("recordsChanged", () => {
  window.tabler?.Offcanvas.getInstance(sheet())?.hide();
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.target.closest("#sheet form, main form")?.requestSubmit();
  }
});

// A field that finds while one types: arrows choose, Enter takes, Escape lets go.
// The list is gone once the customer is chosen, while the field still loses its focus.
const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
const optionsOf = (input) => [...(listOf(input)?.querySelectorAll("[role=option]") ?? [])];

function choose(input, option) {
  optionsOf(input).forEach((each) => each.setAttribute("aria-selected", each === option));
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function emptyFinder(input) {
  listOf(input)?.replaceChildren();
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function takeOption(event, input, options, chosen) {
  const option = options[chosen] || (input.hasAttribute("data-finder-first") && options[0]);
  if (!option) return;
  event.preventDefault();
  option.click();
}

document.addEventListener("keydown", (event) => {
  const input = event.target.closest?.("[data-finder]");
  if (!input) return;
  const options = optionsOf(input);
  const chosen = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
  if (event.key === "Enter") return takeOption(event, input, options, chosen);
  if (event.key === "Escape" && options.length) {
    event.stopPropagation();
    return emptyFinder(input);
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !options.length) return;
  event.preventDefault();
  choose(input, options[(chosen + step + options.length) % options.length]);
}, true);

document.addEventListener("htmx:afterSettle", (event) => {
  // A page restored from history has no target.
  if (!event.detail.target?.id) return;
  const input = document.querySelector(`[data-finder][aria-controls="${CSS.escape(event.detail.target.id)}"]`);
  input?.setAttribute("aria-expanded", String(optionsOf(input).length > 0));
});

document.addEventListener("focusout", (event) => {
  const input = event.target.closest?.("[data-finder]");
  // A click on an option leaves the field first, and a sheet that slides in takes the focus for a moment.
  const isGone = () => ![input, sheet()].includes(document.activeElement);
  if (input) setTimeout(() => { if (isGone()) emptyFinder(input); }, 250);
});
