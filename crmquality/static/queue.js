// The queue renews itself: what is ticked stays ticked, the focus stays where it was. No words here.
let kept = null;

const isCases = (event) => event.detail.target?.id === "cases";

document.addEventListener("htmx:beforeRequest", (event) => {
  // Nobody's open menu or half-written name is taken away, and nothing is fetched that nobody sees.
  const isPoll = isCases(event) && !event.detail.requestConfig.triggeringEvent;
  const isBusy = document.hidden || document.querySelector("#cases .dropdown-menu.show, #cases input[type=text]:focus");
  if (isPoll && isBusy) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isCases(event)) return;
  const rows = [...document.querySelectorAll("[data-row]")];
  kept = {
    ticked: new Set([...document.querySelectorAll("[data-tick]:checked")].map((box) => box.id)),
    place: rows.indexOf(document.activeElement.closest("[data-row]")),
  };
});

document.addEventListener("htmx:afterSettle", () => {
  if (!kept) return;
  const { ticked, place } = kept;
  kept = null;
  document.querySelectorAll("[data-tick]").forEach((box) => { box.checked = ticked.has(box.id); });
  // The row that had the focus left the list: the one that took its place gets it.
  if (place < 0 || document.activeElement !== document.body) return;
  const rows = [...document.querySelectorAll("[data-row]")];
  rows[Math.min(place, rows.length - 1)]?.focus();
});

if (location.hash === "#reply") document.querySelector("[data-reply] textarea")?.focus();
