// Messages stay until they are closed: a person who was called away still reads them.
const ready = (root) => {
  for (const button of root.querySelectorAll("[data-dismiss][hidden]")) button.hidden = false;
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (!button) return;
  const next = button.closest("[data-message]").nextElementSibling?.querySelector("[data-dismiss]");
  button.closest("[data-message]").remove();
  (next || document.getElementById("content"))?.focus();
});

ready(document);
document.addEventListener("htmx:after:swap", () => ready(document));

// A summary of errors takes the focus, so that it is read first.
document.querySelector("[data-focus]")?.focus();
