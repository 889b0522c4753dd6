// Light or dark: kept in a cookie, which the server reads, so that the next page arrives in the right colours.
// The choice in the rail and a form that saves a field named theme do the same.
const root = document.documentElement;
const known = ["auto", "light", "dark"];

function choose(theme) {
  if (!known.includes(theme)) return;
  root.dataset.theme = theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  for (const select of document.querySelectorAll("[data-theme-choice] select")) select.value = theme;
}

for (const place of document.querySelectorAll("[data-theme-choice]")) {
  const select = place.querySelector("select");
  select.value = root.dataset.theme;
  place.hidden = false;
  select.addEventListener("change", () => choose(select.value));
}
document.addEventListener("submit", (event) => {
  if (event.target.method === "post") choose(new FormData(event.target).get("theme"));
});
