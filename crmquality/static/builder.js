// The builder of questionnaires: drag to move, the preview follows, conditions offer what fits.
const phone = () => document.getElementById("phone");

document.addEventListener("questionsChanged", () => {
  // By location and not by src: the language one looks at stays, and so does the browser's history.
  phone()?.contentWindow.location.reload();
});

document.addEventListener("click", (event) => {
  const language = event.target.closest("[data-preview-language]");
  if (language) {
    language.parentElement.querySelectorAll("a").forEach((each) => {
      each.classList.toggle("active", each === language);
      each.toggleAttribute("aria-current", each === language);
    });
  }
  const place = event.target.closest("[data-close-form]")?.closest(".question-form");
  if (place) {
    event.preventDefault();
    place.replaceChildren();
    document.getElementById(place.id.replace("form-", "edit-"))?.focus();
  }
});

// Drag a question onto the one whose place it takes.
let dragged = null;
const target = (event) => event.target.closest?.(".question-list > li[data-move]");

document.addEventListener("dragstart", (event) => {
  // By its grip only: words in a form are dragged as words.
  dragged = event.target.matches?.(".drag-grip") ? target(event) : null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setDragImage(dragged, 0, 0);
  dragged.classList.add("is-dragged");
});
document.addEventListener("dragover", (event) => {
  const over = target(event);
  if (!dragged || !over) return;
  event.preventDefault();
  document.querySelector(".is-over")?.classList.remove("is-over");
  if (over !== dragged) over.classList.add("is-over");
});
document.addEventListener("dragend", () => {
  document.querySelectorAll(".is-over, .is-dragged").forEach((each) => each.classList.remove("is-over", "is-dragged"));
  dragged = null;
});
document.addEventListener("drop", (event) => {
  const over = target(event);
  if (!dragged || !over || over === dragged) return;
  event.preventDefault();
  window.htmx.ajax("POST", dragged.dataset.move, {
    target: "#questions", swap: "outerHTML", values: { place: over.dataset.place },
  });
});

// Of the answers to compare with only those of the question chosen.
function fit(condition) {
  const [on, relation, value] = condition.querySelectorAll("select");
  const label = on.selectedOptions[0]?.label ?? "";
  relation.disabled = value.disabled = on.value === "";
  if (relation.value === "answered") value.disabled = true;
  value.querySelectorAll("optgroup").forEach((group) => {
    const isOfIt = [...group.children].some((each) => each.value.startsWith(`${on.value}=`)) || group.label === label;
    group.hidden = group.disabled = !isOfIt;
  });
  if (value.selectedOptions[0]?.closest("optgroup")?.disabled) value.value = "";
}
document.addEventListener("change", (event) => {
  const condition = event.target.closest("[data-condition]");
  if (condition) fit(condition);
});
const fitAll = () => document.querySelectorAll("[data-condition]").forEach(fit);
document.addEventListener("htmx:load", fitAll);
fitAll();
