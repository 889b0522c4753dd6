// Small helps on the pages of the door; all of them work without.

// The time zone of the browser, where none has been chosen yet.
for (const field of document.querySelectorAll("[data-zone-guess]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) continue;
  if (field instanceof HTMLSelectElement) {
    if (field.value === "UTC" && [...field.options].some((one) => one.value === zone)) field.value = zone;
  } else {
    field.value = zone;
  }
}

// <button data-copy="ID" data-copied="Copied">: the text or value of an element.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  const word = button.querySelector("span");
  const before = word.textContent;
  button.addEventListener("click", async () => {
    const from = document.getElementById(button.dataset.copy);
    const items = [...from.querySelectorAll("li")].map((item) => item.textContent);
    try {
      await navigator.clipboard.writeText(from.value ?? (items.length ? items.join("\n") : from.textContent));
      word.textContent = button.dataset.copied;
      setTimeout(() => (word.textContent = before), 4000);
    } catch {
      from.select?.();
    }
  });
}

for (const button of document.querySelectorAll("[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
