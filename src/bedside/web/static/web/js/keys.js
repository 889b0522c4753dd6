// Single keys: whatever is marked data-key="a" (with data-key-word, else its own text) is pressed by that key, and
// "?" lists them. They never work while somebody writes, and can be switched off (WCAG 2.1.4).
const dialog = document.getElementById("keys");
const off = "bedside.keys.off";
const writes = "input, select, textarea, [contenteditable]";

const works = () => {
  try {
    return localStorage.getItem(off) === null;
  } catch {
    return true;
  }
};

const marked = () => [...document.querySelectorAll("[data-key]")].filter((one) => one.checkVisibility());

function show() {
  const list = dialog.querySelector("[data-keys-list]");
  for (const old of list.querySelectorAll("[data-added]")) old.remove();
  for (const one of marked()) {
    const key = Object.assign(document.createElement("kbd"), { textContent: one.dataset.key.toUpperCase() });
    const word = one.dataset.keyWord || one.textContent.trim();
    const row = [document.createElement("dt"), Object.assign(document.createElement("dd"), { textContent: word })];
    row[0].append(key);
    for (const part of row) part.dataset.added = "yes";
    list.append(...row);
  }
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
  // A field that has just closed with its dialog has the focus for a moment longer.
  if (event.target.closest?.(writes)?.checkVisibility() || document.querySelector("dialog[open]")) return;
  if (event.key === "?" && dialog) {
    event.preventDefault();
    show();
  } else if (works()) {
    const one = marked().find((each) => each.dataset.key.toLowerCase() === event.key.toLowerCase());
    if (!one) return;
    event.preventDefault();
    if (one.matches(writes)) one.focus();
    else one.click();
  }
});

const choice = dialog?.querySelector("[data-keys-switch]");
if (choice) {
  choice.checked = works();
  choice.addEventListener("change", () => {
    try {
      choice.checked ? localStorage.removeItem(off) : localStorage.setItem(off, "yes");
    } catch {
      choice.checked = true;
    }
  });
}
