// Keeps what is typed: with the link on the server, of an anonymous answer on this device only.
const form = document.querySelector("form[data-keep]");
const key = `answers ${location.pathname}`;

if (document.querySelector("[data-sent]")) localStorage.removeItem(key);
if (form) keep(form);

function typed() {
  const data = new FormData(form);
  ["stamp", "in", "change"].forEach((name) => data.delete(name));
  return data;
}

function keep() {
  const isOnDevice = form.dataset.keep === "device";
  let isSent = false;
  let timer;

  function save() {
    if (isSent) return;
    if (isOnDevice) localStorage.setItem(key, JSON.stringify([...typed()]));
    else fetch(form.dataset.keep, { method: "POST", body: new URLSearchParams(typed()), keepalive: true }).catch(() => {});
  }

  function restore() {
    for (const [name, value] of JSON.parse(localStorage.getItem(key) || "[]")) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.tagName === "TEXTAREA") field.value ||= value;
        else if (field.value === value && (field.type === "checkbox" || !form.querySelector(`[name="${CSS.escape(name)}"]:checked`))) field.checked = true;
      }
    }
    form.dispatchEvent(new Event("input"));
  }

  if (isOnDevice) restore();
  form.addEventListener("input", (event) => {
    if (!event.isTrusted) return;
    clearTimeout(timer);
    timer = setTimeout(save, 800);
  });
  addEventListener("pagehide", () => { if (timer) save(); });
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      form.querySelector(".survey-wrong").innerHTML = '<section class="errors"><p class="error"></p></section>';
      form.querySelector(".survey-wrong .error").textContent = form.dataset.offline;
      return;
    }
    clearTimeout(timer);
    isSent = true;
  });
  addEventListener("pageshow", () => { isSent = false; });
}
