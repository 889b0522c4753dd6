// The draft keeps itself.
const form = document.getElementById("post-form");
const autosave = document.getElementById("autosave");
const line = document.getElementById("kept");
const KEEP_AFTER = 1000;
const LOOK_AGAIN_AFTER = 5000;

// One save at a time: what changes meanwhile is kept by the next one, over the version that this one made.
let keepTimer = 0;
let dirty = false;
let keeping = null;

function inConflict() {
  return document.querySelector("#conflict > *") !== null;
}
function keep() {
  clearTimeout(keepTimer);
  if (keeping) return keeping.promise;
  if (!dirty || inConflict()) return Promise.resolve();
  dirty = false;
  keeping = Promise.withResolvers();
  autosave.dispatchEvent(new CustomEvent("bedside:keep"));
  return keeping.promise;
}
function kept(well) {
  const done = keeping;
  keeping = null;
  line.classList.toggle("is-block", !well);
  if (!well) {
    dirty = true;
    keepTimer = setTimeout(keep, LOOK_AGAIN_AFTER);
  } else if (dirty) {
    keepTimer = setTimeout(keep, 0);
  } else if (!inConflict()) {
    form.dispatchEvent(new Event("bedside:saved", { bubbles: true }));
  }
  done?.resolve();
}
function changed() {
  dirty = true;
  clearTimeout(keepTimer);
  keepTimer = setTimeout(keep, KEEP_AFTER);
}
form.addEventListener("input", changed);
document.addEventListener("input", (event) => {
  if (event.target.form === form && !form.contains(event.target)) {
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
autosave.addEventListener("htmx:finally:request", async (event) => {
  const status = event.detail.ctx?.response?.status ?? event.detail.ctx?.response?.raw?.status ?? 0;
  const well = status >= 200 && status < 300 && !line.querySelector("[data-not-kept]");
  if (status === 0) line.textContent = form.dataset.lost;
  if (status === 401 || status === 403) await refreshToken();
  kept(well);
});
window.addEventListener("online", keep);
document.addEventListener("visibilitychange", keep);

// Who signed in again in another window has a new token; the old one, in this page, would be refused for ever.
async function refreshToken() {
  try {
    const page = await (await fetch(location.pathname, { headers: { "X-Bedside-Quiet": "1" } })).text();
    const found = /name="csrfmiddlewaretoken" value="([A-Za-z0-9]+)"/.exec(page);
    if (found) for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = found[1];
  } catch {
    // It is tried again with the next save.
  }
}

// A button waits for the save that is under way, so that it works on what was typed, and on one post only.
document.addEventListener(
  "submit",
  async (event) => {
    const sent = event.target;
    if (sent.method !== "post" || (!keeping && (sent === form || !dirty))) {
      if (sent === form) clearTimeout(keepTimer);
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    await keep();
    if (!dirty || sent === form) {
      clearTimeout(keepTimer);
      sent.requestSubmit(event.submitter);
    }
  },
  true,
);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-discard]")) form.dispatchEvent(new Event("bedside:saved", { bubbles: true }));
});
