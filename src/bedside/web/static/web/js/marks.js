// What the guard finds is underlined while one types.
const form = document.getElementById("post-form");
const SCREEN_AFTER = 50;
const severities = ["note", "review", "block"];

// The text stands a second time behind the field, and ranges of it are painted.
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
  field.dispatchEvent(new Event("bedside:marked"));
}
// What is underlined in a field: start, end, severity, message, key, and the guard's own words (or null).
export function marksOf(field) {
  const known = shown.get(field);
  return known?.text === field.value ? known.marks : [];
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
