// Shows and hides questions while one answers. Without it every question stands there; the server
// drops what its conditions hide.
const relations = {
  at_most: (values, wanted) => values.some((value) => Number(value) <= wanted),
  at_least: (values, wanted) => values.some((value) => Number(value) >= wanted),
  equals: (values, wanted) => values.length === 1 && values[0] === String(wanted),
  includes: (values, wanted) => values.includes(wanted),
  answered: (values) => values.length > 0,
};

function given(form, key) {
  const place = form.querySelector(`[data-question="${CSS.escape(key)}"]`);
  if (!place || place.hidden) return [];
  return [...place.querySelectorAll("input:checked, textarea")].map((each) => each.value.trim()).filter(Boolean);
}

function fit(form) {
  form.querySelectorAll("[data-show-if]").forEach((question) => {
    const { question: about, is, value } = JSON.parse(question.dataset.showIf);
    question.hidden = !relations[is](given(form, about), value);
  });
}

document.querySelectorAll("[data-survey]").forEach((form) => {
  form.addEventListener("input", () => fit(form));
  fit(form);
});
