// The composer: keeps the draft by itself, underlines what the guard finds while one types, takes pictures.
const form = document.getElementById("post-form");
const autosave = document.getElementById("autosave");
const line = document.getElementById("kept");
const KEEP_AFTER = 1000;
const LOOK_AGAIN_AFTER = 5000;
const SCREEN_AFTER = 50;
const severities = ["note", "review", "block"];

// Keep. One save at a time: what changes meanwhile is kept by the next one, over the version that this one made.
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

// Mark. The text stands a second time behind the field, and ranges of it are painted.
const highlights = window.Highlight && CSS.highlights
  ? Object.fromEntries(severities.map((name) => [name, new Highlight()]))
  : null;
if (highlights) for (const name of severities) CSS.highlights.set(`guard-${name}`, highlights[name]);

const shown = new Map(); // field → { text, marks, ranges }

function mirrorOf(field) {
  return document.querySelector(`[data-marks-for="${field.id}"]`);
}
function paint(field, marks) {
  const before = shown.get(field);
  if (highlights) for (const [name, range] of before?.ranges ?? []) highlights[name].delete(range);
  const mirror = mirrorOf(field);
  // The line break at the end keeps the last, empty line as high here as it is in the field.
  const text = document.createTextNode(`${field.value}\n`);
  mirror.replaceChildren(text);
  mirror.scrollTop = field.scrollTop;
  mirror.dataset.count = String(marks.length);
  const ranges = [];
  for (const mark of highlights ? marks : []) {
    if (mark.end > field.value.length || !highlights[mark.severity]) continue;
    const range = new StaticRange({
      startContainer: text,
      startOffset: mark.start,
      endContainer: text,
      endOffset: mark.end,
    });
    highlights[mark.severity].add(range);
    ranges.push([mark.severity, range]);
  }
  shown.set(field, { text: field.value, marks, ranges });
}
// Until the guard has answered, marks move along with the words they stand under; a word being changed loses its own.
function carry(field) {
  const { text: old, marks } = shown.get(field) ?? { text: "", marks: [] };
  const fresh = field.value;
  let head = 0;
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head += 1;
  let tail = 0;
  const most = Math.min(old.length, fresh.length) - head;
  while (tail < most && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail += 1;
  const by = fresh.length - old.length;
  paint(
    field,
    marks.flatMap((mark) => {
      if (mark.end <= head) return [mark];
      if (mark.start >= old.length - tail) return [{ ...mark, start: mark.start + by, end: mark.end + by }];
      return [];
    }),
  );
}

const waiting = new Map();
async function screen(field) {
  const own = field.dataset.channel;
  if (own && !field.value.trim()) {
    paint(field, []);
    screen(document.getElementById("text"));
    return;
  }
  waiting.get(field)?.abort();
  const control = new AbortController();
  waiting.set(field, control);
  const asked = field.value;
  const followers = [...form.querySelectorAll("input[name=channel]")]
    .map((box) => box.value)
    .filter((id) => !document.getElementById(`own-${id}`)?.value.trim());
  try {
    const answer = await fetch(form.dataset.screen, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value,
      },
      body: JSON.stringify({ text: asked, channels: own ? [own] : followers }),
      signal: control.signal,
    });
    if (!answer.ok || field.value !== asked) return;
    const { marks, counts } = await answer.json();
    if (field.value !== asked) return;
    paint(field, marks);
    performance.mark("bedside:underlined");
    for (const [id, counted] of Object.entries(counts)) {
      const words = document.createElement("span");
      words.textContent = counted.over ? `${counted.words}, ${form.dataset.long}` : counted.words;
      if (counted.over) words.className = "is-block";
      document.getElementById(`count-${id}`)?.replaceChildren(words);
    }
  } catch (error) {
    if (error.name !== "AbortError") paint(field, []);
  }
}
for (const field of document.querySelectorAll("textarea[data-marked]")) {
  let timer = 0;
  field.addEventListener("input", () => {
    carry(field);
    clearTimeout(timer);
    timer = setTimeout(() => screen(field), SCREEN_AFTER);
    const box = field.dataset.channel && form.querySelector(`input[name=channel][value="${field.dataset.channel}"]`);
    if (box && field.value.trim()) box.checked = true;
  });
  field.addEventListener("scroll", () => {
    mirrorOf(field).scrollTop = field.scrollTop;
  });
  if (field.value.trim()) screen(field);
}

// Pictures: dropped on their place, or pasted anywhere.
function take(files) {
  const input = document.getElementById("file");
  const picture = [...files].find((file) => file.type.startsWith("image/"));
  if (!input || !picture) return false;
  const held = new DataTransfer();
  held.items.add(picture);
  input.files = held.files;
  input.closest("details")?.setAttribute("open", "");
  document.getElementById("alt-new").focus();
  return true;
}
document.addEventListener("dragover", (event) => {
  if (event.target.closest?.(".drop") && !event.target.closest("input")) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  if (event.target.closest?.(".drop") && !event.target.closest("input") && take(event.dataTransfer.files)) {
    event.preventDefault();
  }
});
document.addEventListener("paste", (event) => {
  if (event.clipboardData && take(event.clipboardData.files)) event.preventDefault();
});
