// Keys, toasts, forms that submit themselves. No words here: they come from the page.
const isTyping = (element) =>
  element.closest("input, textarea, select, [contenteditable]") !== null;

let goPressedAt = 0;

const rows = () => [...document.querySelectorAll("[data-row]")];

function moveRow(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.indexOf(document.activeElement.closest("[data-row]"));
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step;
  all[Math.max(0, Math.min(all.length - 1, next))].focus();
}

function goTo(key) {
  document.querySelector(`.rail [data-key="${CSS.escape(key)}"]`)?.click();
}

// What the button does: in a list with the ticked rows, else with the one one is at; on a page with its thing.
function actOn(button) {
  const row = document.activeElement.closest("[data-row]")?.querySelector("[data-tick]");
  if (row && !document.querySelector("[data-tick]:checked")) row.checked = true;
  if (document.querySelector("[data-tick]:checked") || !document.querySelector("[data-tick]")) {
    document.querySelector(button)?.click();
  }
}

const KEYS = {
  "/": () => (document.getElementById("search") || document.getElementById("top-search"))?.focus(),
  j: () => moveRow(1),
  k: () => moveRow(-1),
  c: () => document.querySelector("[data-quick-log]")?.click(),
  n: () => document.querySelector("[data-quick-case]")?.click(),
  x: () => document.activeElement.closest("[data-row]")?.querySelector("[data-tick]")?.click(),
  a: () => actOn("[data-assign]"),
  e: () => actOn("[data-resolve]"),
  r: () => {
    const row = document.activeElement.closest("[data-row]")?.querySelector("a[data-open]");
    if (row && document.querySelector("[data-tick]")) location.assign(`${row.href}#reply`);
    else document.querySelector("[data-reply] textarea")?.focus();
  },
  g: () => { goPressedAt = Date.now(); },
  "?": () => {
    const help = document.getElementById("page-help")?.content.textContent.trim() ?? "";
    document.querySelector("[data-page-help]").textContent = help;
    window.tabler?.Offcanvas.getOrCreateInstance("#keys").show();
  },
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "k") {
    event.preventDefault();
    return KEYS["/"]();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "Enter" && event.target.matches("[data-row]")) {
    return event.target.querySelector("a[data-open]")?.click();
  }
  if (Date.now() - goPressedAt < 1500) {
    goPressedAt = 0;
    return goTo(event.key);
  }
  if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  }
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  if (row && !event.target.closest("a, button, input, label")) {
    row.querySelector("a[data-open]")?.click();
  }
  const close = event.target.closest("[data-bs-dismiss='toast']");
  if (close) close.closest(".toast").remove();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]")) {
    document.querySelectorAll("[data-tick]").forEach((box) => { box.checked = event.target.checked; });
  }
  if (event.target.closest("[data-submit-on-change]")) event.target.form.requestSubmit();
});

// Leaving the search field says nothing new: every key asked already. A second answer would
// take the rows away under the keys.
document.getElementById("search")?.addEventListener("change", (event) => event.stopPropagation());

function showFailure() {
  const place = document.getElementById("toasts");
  if (!place) return;
  const toast = document.createElement("div");
  toast.className = "toast show toast-error";
  toast.setAttribute("role", "alert");
  toast.innerHTML = '<div class="toast-body"></div>';
  toast.firstChild.textContent = place.dataset.failed;
  place.append(toast);
  setTimeout(() => toast.remove(), 8000);
}

document.addEventListener("htmx:responseError", showFailure);
document.addEventListener("htmx:sendError", showFailure);
// A toast that offers something to do stays three times as long, and while one is at it.
function fade(toast, wait) {
  setTimeout(() => (toast.matches(":hover, :focus-within") ? fade(toast, wait) : toast.remove()), wait);
}
document.querySelectorAll(".toast-success, .toast-info").forEach((toast) => {
  fade(toast, "stays" in toast.dataset ? 24000 : 8000);
});

// The weights of a draft: their sum while they are typed.
function showSum(form) {
  const inputs = [...form.querySelectorAll("[data-weight]")];
  const sum = inputs.reduce((total, input) => total + (Number(input.value) || 0), 0);
  const output = form.querySelector("[data-weight-sum]");
  output.textContent = new Intl.NumberFormat(document.documentElement.lang).format(
    Math.round(sum * 1000) / 1000,
  );
  output.closest("[data-weight-state]").dataset.weightState =
    Math.abs(sum - 100) < 1e-6 ? "right" : "wrong";
}

document.querySelectorAll("form[data-weights]").forEach((form) => {
  form.addEventListener("input", () => showSum(form));
  showSum(form);
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-print]")) print();
});
