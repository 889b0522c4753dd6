// Light or dark: kept in a cookie, which the server reads, so that the next page arrives in the right colours.
const root = document.documentElement;

for (const place of document.querySelectorAll("[data-theme-choice]")) {
  const select = place.querySelector("select");
  select.value = root.dataset.theme || "auto";
  place.hidden = false;
  select.addEventListener("change", () => {
    root.dataset.theme = select.value;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${select.value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    for (const other of document.querySelectorAll("[data-theme-choice] select")) other.value = select.value;
  });
}
