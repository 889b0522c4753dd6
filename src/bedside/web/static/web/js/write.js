// The composer: keeps the draft by itself, and underlines what the guard finds while one types.
const form = document.getElementById("post-form");
const autosave = document.getElementById("autosave");
const KEEP_AFTER = 1000;
const SCREEN_AFTER = 120;
const severities = ["note", "review", "block"];

// Keep. One save at a time: what changes meanwhile is kept by the next one, over the version that this one made.
let keepTimer = 0;
let keeping = false;
let again = false;
function keep() {
  if (keeping) {
    again = true;
    return;
  }
  keeping = true;
  again = false;
  autosave.dispatchEvent(new CustomEvent("bedside:keep"));
}
form.addEventListener("input", () => {
  clearTimeout(keepTimer);
  keepTimer = setTimeout(keep, KEEP_AFTER);
});
autosave.addEventListener("htmx:finally:request", (event) => {
  keeping = false;
  const status = event.detail.ctx?.response?.status ?? 0;
  const line = document.getElementById("kept");
  if (status >= 200 && status < 300) {
    if (!again && !document.querySelector("#conflict > *")) {
      form.dispatchEvent(new Event("bedside:saved", { bubbles: true }));
    }
  } else {
    line.textContent = line.dataset.lost || form.dataset.lost;
    keepTimer = setTimeout(keep, KEEP_AFTER * 5);
  }
  if (again) keep();
});

// Mark. The text stands a second time behind the field, and ranges of it are painted.
const marked = [...document.querySelectorAll("textarea[data-marked]")];
const highlights = window.Highlight && CSS.highlights
  ? Object.fromEntries(severities.map((name) => [name, new Highlight()]))
  : null;
if (highlights) for (const name of severities) CSS.highlights.set(`guard-${name}`, highlights[name]);
const ranges = new Map();

function mirrorOf(field) {
  return document.querySelector(`[data-marks-for="${field.id}"]`);
}
function forget(field) {
  for (const [highlight, range] of ranges.get(field) || []) highlight.delete(range);
  ranges.set(field, []);
}
function paint(field, marks) {
  forget(field);
  const mirror = mirrorOf(field);
  // The line break at the end keeps the last, empty line as high here as it is in the field.
  mirror.textContent = `${field.value}\n`;
  const text = mirror.firstChild;
  mirror.dataset.count = String(marks.length);
  if (!highlights) return;
  for (const mark of marks) {
    if (mark.end > field.value.length || !highlights[mark.severity]) continue;
    const range = new Range();
    range.setStart(text, mark.start);
    range.setEnd(text, mark.end);
    highlights[mark.severity].add(range);
    ranges.get(field).push([highlights[mark.severity], range]);
  }
}

const waiting = new Map();
async function screen(field) {
  waiting.get(field)?.abort();
  const control = new AbortController();
  waiting.set(field, control);
  const asked = field.value;
  const own = field.dataset.channel;
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
    for (const [id, counted] of Object.entries(counts)) {
      if (own && !asked.trim()) continue;
      const place = document.getElementById(`count-${id}`);
      if (!place) continue;
      const words = document.createElement("span");
      words.textContent = counted.over ? `${counted.words} ${form.dataset.long}` : counted.words;
      if (counted.over) words.className = "is-block";
      place.replaceChildren(words);
    }
  } catch (error) {
    if (error.name !== "AbortError") forget(field);
  }
}
for (const field of marked) {
  let timer = 0;
  field.addEventListener("input", () => {
    forget(field);
    clearTimeout(timer);
    timer = setTimeout(() => screen(field), SCREEN_AFTER);
  });
  field.addEventListener("scroll", () => {
    mirrorOf(field).scrollTop = field.scrollTop;
  });
  if (field.value.trim()) screen(field);
}
