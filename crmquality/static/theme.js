// Light or dark before the first paint: the member's choice, else the system's.
(() => {
  const wanted = () =>
    localStorage.getItem("theme") ||
    (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const apply = () => document.documentElement.setAttribute("data-bs-theme", wanted());
  apply();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    localStorage.setItem("theme", wanted() === "dark" ? "light" : "dark");
    apply();
    document.dispatchEvent(new Event("theme:changed"));
  });
})();
