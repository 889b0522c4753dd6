// A page that shows what others change asks for its changed parts: <div id="live" data-live="/events?…" hx-get hx-trigger=
// "bedside:changed" hx-select-oob="#part">. Never while somebody writes in one of them; said politely; and by the clock
// where no stream of events comes through.
const live = document.getElementById("live");
const LOOK_EVERY = 30_000;

if (live) {
  const says = document.getElementById("live-says");
  const every = Number(live.dataset.liveEvery ?? 1) * 1000;
  const parts = () => [...document.querySelectorAll("[data-live-part]")];
  const words = () => parts().map((part) => part.textContent.replace(/\s+/g, " ")).join("|");
  const begun = (field) => field.matches("textarea, input[type=text], input[type=url]") && field.value !== field.defaultValue;
  const busy = () =>
    document.querySelector("dialog[open]") !== null ||
    parts().some(
      (part) =>
        (part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) ||
        [...part.querySelectorAll("input, textarea")].some(begun),
    );

  let stale = false;
  let timer = 0;
  let last = 0;
  let before = "";
  let open = [];
  let focus = "";
  const look = () => {
    stale = true;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (document.hidden || busy()) return;
      stale = false;
      last = Date.now();
      live.dispatchEvent(new CustomEvent("bedside:changed"));
    }, Math.max(50, last + every - Date.now()));
  };
  const lookIfStale = () => stale && look();
  document.addEventListener("focusout", lookIfStale);
  document.addEventListener("close", lookIfStale, true);
  document.addEventListener("visibilitychange", lookIfStale);

  // What the reader had unfolded stays so, and the focus stays where it was.
  live.addEventListener("htmx:before:swap", () => {
    before = words();
    open = parts().flatMap((part) => [...part.querySelectorAll("details[open][id]")].map((one) => one.id));
    const at = document.activeElement;
    focus = parts().some((part) => part.contains(at)) ? at.id || at.getAttribute("href") || "" : "";
  });
  live.addEventListener("htmx:finally:request", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    open = [];
    if (focus && document.activeElement === document.body) {
      const escaped = CSS.escape(focus);
      (document.getElementById(focus) ?? document.querySelector(`[data-live-part] a[href="${escaped}"]`))?.focus();
    }
    if (before && words() !== before) says.textContent = live.dataset.liveSays;
    before = "";
  });

  let clock = 0;
  const byTheClock = () => {
    clock ||= setInterval(look, LOOK_EVERY);
  };
  if ("EventSource" in window) {
    const events = new EventSource(live.dataset.live);
    events.addEventListener("changed", look);
    events.addEventListener("error", () => {
      if (events.readyState === EventSource.CLOSED) byTheClock();
    });
    window.addEventListener("pagehide", () => events.close());
    window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  } else {
    byTheClock();
  }
}
