// Comfort for the child's pages: reads aloud, and tries again when the connection was lost.
// Nothing is kept in the browser: a shared tablet remembers nobody.
(() => {
  const button = () => document.querySelector("[data-speak]");
  const speak = () => {
    const words = [...document.querySelectorAll("[data-read]")].map((one) => one.textContent.trim());
    const said = new SpeechSynthesisUtterance(words.join(". "));
    said.lang = document.documentElement.lang;
    said.rate = 0.9;
    speechSynthesis.cancel();
    speechSynthesis.speak(said);
  };
  const show = () => {
    if ("speechSynthesis" in window && button()) button().hidden = false;
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-speak]")) speak();
  });
  document.addEventListener("htmx:sendError", (event) => {
    const form = event.target.closest("form");
    if (!form) return;
    form.classList.add("is-waiting");
    setTimeout(() => {
      form.classList.remove("is-waiting");
      window.htmx.trigger(form, "submit");
    }, 3000);
  });
  document.addEventListener("htmx:afterSwap", show);
  document.addEventListener("DOMContentLoaded", show);
  show();
})();
