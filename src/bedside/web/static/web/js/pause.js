// What sticks to the top of the page sticks below the pause bar, however many lines the bar has.
const bar = document.querySelector(".pause-bar");

if (bar) {
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--pause-height", `${Math.ceil(bar.offsetHeight)}px`);
  }).observe(bar);
}
