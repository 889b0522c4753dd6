// Says two minutes before that the session will end for want of a click, and keeps it on request. The server ends it
// in any case; a click in another window of the desk counts for all.
const dialog = document.getElementById("idle");

if (dialog) {
  const all = Number(dialog.dataset.idle) * 1000;
  const before = Math.min(120_000, all / 2);
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("bedside.presence") : null;
  let last = Date.now();

  const alive = (tell = true) => {
    last = Date.now();
    if (dialog.open) dialog.close();
    if (tell) channel?.postMessage("alive");
  };
  channel?.addEventListener("message", () => alive(false));
  channel?.postMessage("alive");
  document.addEventListener("htmx:after:request", (event) => {
    if (!event.detail?.ctx?.request?.headers?.["X-Bedside-Quiet"]) alive();
  });

  const send = (url) =>
    fetch(url, { method: "POST", headers: { "X-CSRFToken": dialog.querySelector("[name=csrfmiddlewaretoken]").value } });
  const leave = async () => {
    try {
      await send(dialog.dataset.end);
    } finally {
      location.assign(`${dialog.dataset.out}?next=${encodeURIComponent(location.pathname + location.search)}`);
    }
  };

  let timer = 0;
  const tick = () => {
    clearTimeout(timer);
    const left = last + all - Date.now();
    if (left <= 0) {
      leave();
      return;
    }
    if (left <= before) {
      const seconds = Math.ceil(left / 1000);
      const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      dialog.querySelector("#idle-sentence").textContent = dialog.dataset.left.replace("{time}", time);
      if (!dialog.open && !document.querySelector("dialog[open]")) dialog.showModal();
    }
    // Every second only near the end.
    timer = setTimeout(tick, left <= before ? (left > 20_000 ? 10_000 : 1000) : Math.min(left - before, 30_000));
  };
  timer = setTimeout(tick, 1000);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && tick());

  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    try {
      const answer = await send(dialog.dataset.stay);
      if (answer.status === 204) alive();
      else location.assign(dialog.dataset.out);
    } catch {
      dialog.querySelector("form").submit();
    }
  });
}
