// Who is about to leave a page with words that have not been saved is asked first.
(() => {
  const place = document.querySelector("[data-unsaved]");
  if (!place) return;
  let sent = false;
  const isUnsaved = () =>
    place.dataset.unsaved === "now" ||
    [...place.querySelectorAll("input, textarea")].some((one) => one.value !== one.defaultValue);

  place.addEventListener("submit", () => {
    sent = true;
  });
  // Back from the next page, and the same words are here again.
  window.addEventListener("pageshow", () => {
    sent = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!sent && isUnsaved()) event.preventDefault();
  });
})();
