// Who is about to leave a page with words that have not been saved is asked first.
(() => {
  const form = document.querySelector("[data-unsaved]");
  if (!form) return;
  let sent = false;
  const isUnsaved = () =>
    form.dataset.unsaved === "now" ||
    [...form.elements].some((one) => "defaultValue" in one && one.value !== one.defaultValue);

  form.addEventListener("submit", () => {
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
