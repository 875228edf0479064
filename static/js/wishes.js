// Comfort for choosing and sending: counts letters, says what was chosen, and sends again what the
// connection lost. Nothing is kept in the browser: a shared tablet remembers nobody.
(() => {
  const RETRY = 4000;
  const one = (selector) => document.querySelector(selector);
  // The ids of the controls whose press has not reached the portal.
  const waiting = new Set();
  let timer = 0;

  const show = () => {
    const note = one("[data-lost]");
    if (note) note.hidden = waiting.size === 0;
    for (const id of waiting) document.querySelector(`.wish#${id}`)?.classList.add("is-waiting");
  };
  const again = () => {
    clearTimeout(timer);
    for (const id of waiting) {
      const control = document.getElementById(id);
      if (!control) waiting.delete(id);
      else if (control.matches("form")) control.requestSubmit();
      else window.htmx.trigger(control, control.id === "omat" ? "change" : "click");
    }
    show();
  };
  const lost = (event) => {
    waiting.add(event.detail.requestConfig.elt.id);
    show();
    clearTimeout(timer);
    timer = setTimeout(again, RETRY);
  };
  const arrived = (control) => {
    waiting.delete(control.id);
    control.classList.remove("is-waiting");
    show();
  };

  const count = () => {
    const words = one("#omat");
    const line = one("[data-room]");
    if (!words || !line) return;
    const left = Number(words.dataset.most) - [...words.value.trim()].length;
    line.hidden = words.value === "";
    line.classList.toggle("is-over", left < 0);
    line.textContent = left < 0
      ? line.dataset.over.replace("{over}", -left)
      : line.dataset.room.replace("{left}", left);
  };

  document.addEventListener("htmx:sendError", lost);
  document.addEventListener("htmx:timeout", lost);
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig, target } = event.detail;
    if (xhr.status >= 500) return lost(event);
    arrived(requestConfig.elt);
    if (target === document.body) {
      // A sending: the thanks, or what is missing. Another page is gone to.
      if (!xhr.responseURL.endsWith(requestConfig.path)) location.assign(xhr.responseURL);
      event.detail.shouldSwap = xhr.responseURL.endsWith(requestConfig.path);
      event.detail.isError = false;
    } else if (!xhr.responseText.includes(`id="${target.id}"`)) {
      // Another page than the one that is open: signed out, or sent on another screen.
      event.detail.shouldSwap = false;
      const page = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("#toiveet");
      if (xhr.status === 422 && page) {
        // The round ended meanwhile: the reason, and the words that could not be kept.
        return document.querySelector("#toiveet").replaceWith(page);
      }
      location.assign(xhr.responseURL.includes("/toiveet/") ? location.pathname : xhr.responseURL);
    } else if (xhr.status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target === document.body) {
      scrollTo(0, 0);
      (one("#kiitos") ?? one("main")).focus();
    }
    const said = one("[data-said]");
    const why = one(".wish-foot__why");
    if (said) said.textContent = why ? "" : one("[data-count]").textContent;
    show();
  });
  document.addEventListener("input", count);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-again]")) again();
  });
  window.addEventListener("online", again);
  count();
})();
