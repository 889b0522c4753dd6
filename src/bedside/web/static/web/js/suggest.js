// The guard's own words are one keystroke away: at a finding, Alt+Enter or the button writes them, and undo takes them back.
import { marksOf } from "./marks.js";

const form = document.getElementById("post-form");
const fields = [...document.querySelectorAll("textarea[data-marked]")];
const written = new Map(); // field → { start, was, words }, the last suggestion that was taken

const lineOf = (field) => document.querySelector(`[data-suggested-for="${field.id}"]`);
const suggests = (mark) => Boolean(mark.suggestion);
const said = (text, words) => text.replace("{words}", () => words);

function markAt(field) {
  const { selectionStart: from, selectionEnd: to } = field;
  const around = marksOf(field).filter((mark) => mark.start <= from && to <= mark.end);
  return around.find(suggests) ?? around[0];
}
// As if typed, so that the browser's own undo knows of it and the draft keeps itself.
function type(field, start, end, words) {
  field.focus();
  field.setSelectionRange(start, end);
  if (document.execCommand("insertText", false, words)) return;
  field.setRangeText(words, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
function write(field, mark) {
  const taken = { start: mark.start, was: field.value.slice(mark.start, mark.end), words: mark.suggestion };
  type(field, mark.start, mark.end, mark.suggestion);
  written.set(field, taken);
  tell(field);
}
function stands(field, taken) {
  const end = taken.start + taken.words.length;
  const here = taken.start <= field.selectionStart && field.selectionEnd <= end;
  return here && field.value.slice(taken.start, end) === taken.words;
}
function undo(field) {
  const taken = written.get(field);
  written.delete(field);
  if (stands(field, taken)) type(field, taken.start, taken.start + taken.words.length, taken.was);
  tell(field);
}

function button(words, press) {
  const made = Object.assign(document.createElement("button"), {
    type: "button",
    className: "button small",
    textContent: words,
  });
  made.addEventListener("click", press);
  return made;
}
// The line below the field: what the guard says where one writes, or what was just written.
function tell(field) {
  const line = lineOf(field);
  const taken = written.get(field);
  const mark = markAt(field);
  const shown = taken && stands(field, taken) ? taken : mark;
  const key = shown ? JSON.stringify([shown.words ?? null, shown.key ?? null, shown.suggestion ?? null]) : "";
  if (line.dataset.says === key) return;
  line.dataset.says = key;
  if (!shown) {
    line.replaceChildren();
    return;
  }
  const words = document.createElement("p");
  line.replaceChildren(words);
  if (shown === taken) {
    words.textContent = said(form.dataset.written, taken.words);
    line.append(button(form.dataset.undo, () => undo(field)));
    return;
  }
  words.textContent = mark.message;
  if (suggests(mark)) {
    line.append(
      button(said(form.dataset.write, mark.suggestion), () => {
        const now = markAt(field);
        if (now && suggests(now)) write(field, now);
      }),
    );
  }
}

for (const field of fields) {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    const here = markAt(field);
    if (here && suggests(here)) {
      write(field, here);
      return;
    }
    const some = marksOf(field).filter(suggests);
    const next = some.find((mark) => mark.start >= field.selectionEnd) ?? some[0];
    if (!next) return;
    field.setSelectionRange(next.start, next.end);
    tell(field);
  });
  field.addEventListener("bedside:marked", () => {
    if (document.activeElement === field) tell(field);
  });
}
document.addEventListener("selectionchange", () => {
  if (fields.includes(document.activeElement)) tell(document.activeElement);
});

// The button in the list of findings does the same, without leaving the page, where the words still stand.
document.addEventListener("click", (event) => {
  const pressed = event.target.closest("button[name=finding]");
  if (!pressed) return;
  for (const field of fields) {
    const mark = marksOf(field).find((one) => one.key === pressed.value && suggests(one));
    if (!mark) continue;
    event.preventDefault();
    pressed.closest("[popover]:popover-open")?.hidePopover();
    field.closest("details")?.setAttribute("open", "");
    write(field, mark);
    return;
  }
});
for (const hint of document.querySelectorAll("[data-with-script]")) hint.hidden = false;
