// Forms: nothing typed is lost by a wrong click, nothing is sent twice by an impatient one.
const changed = new Set();

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-unsaved]");
  if (form) changed.add(form);
});
// A page that saves by itself says so: form.dispatchEvent(new Event("bedside:saved", { bubbles: true })).
document.addEventListener("bedside:saved", (event) => changed.delete(event.target));
window.addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});

// <form data-autosubmit>: a changed filter is applied at once; its button remains for who has no script.
for (const button of document.querySelectorAll("form[data-autosubmit] [data-without-script]")) button.hidden = true;
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form) form.requestSubmit();
});

// A second click while the first is on its way is not sent. When the person comes back, the form works again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  changed.delete(form);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A place where files are dropped shows that it is one.
for (const [name, over] of [["dragenter", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => event.target.closest?.(".drop")?.classList.toggle("over", over));
}

// Requests made by htmx outside a form carry Django's token too.
document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  const request = event.detail.ctx.request;
  if (token && request.method !== "GET") request.headers["X-CSRFToken"] = token;
});
