// What script adds to the pages of a conference: Ctrl+Enter sends what is being written in a room.
document.addEventListener("keydown", (e) => {
  if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey) || e.target.tagName !== "TEXTAREA") return;
  const composer = e.target.closest("form.composer");
  if (composer) composer.requestSubmit();
});
