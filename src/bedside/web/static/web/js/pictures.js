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
