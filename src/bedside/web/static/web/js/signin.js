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

// A new password can be read while it is typed: <input type="password" data-shows="Show the password">.
for (const field of document.querySelectorAll("input[data-shows]")) {
  const box = Object.assign(document.createElement("input"), { type: "checkbox", id: `${field.id}-shown` });
  const label = Object.assign(document.createElement("label"), { className: "choice", htmlFor: box.id });
  label.append(box, Object.assign(document.createElement("span"), { textContent: field.dataset.shows }));
  field.after(label);
  box.addEventListener("change", () => (field.type = box.checked ? "text" : "password"));
  field.form.addEventListener("submit", () => (field.type = "password"));
}
