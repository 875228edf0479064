// Reads aloud what stands in a [data-listen], in the page's language, where the browser can.
(() => {
  const words = document.querySelector("[data-listen-words]")?.dataset;
  if (!words) return;
  // Said kindly, so that nobody looks for a button that other devices have.
  const tell = (isMissing) => {
    const note = document.querySelector("[data-no-voice]");
    if (note) note.hidden = !isMissing;
  };
  if (!("speechSynthesis" in window)) return tell(true);
  const language = document.documentElement.lang;
  let speaking = null;

  // A voice of another language reads nonsense. Some browsers tell of no voices and still speak.
  const voice = (wanted = language) => {
    const known = speechSynthesis.getVoices();
    const own = known.find((one) => one.lang.toLowerCase().startsWith(wanted));
    return { own, isMissing: known.length > 0 && !own };
  };
  // An adult's answer is in Finnish, whatever the child speaks: each part in its own language.
  const parts = (place) => {
    const found = [];
    for (const one of place.querySelectorAll("[data-read]")) {
      const lang = one.closest("[lang]").lang, said = one.textContent.trim();
      if (found.at(-1)?.lang === lang) found.at(-1).said += `. ${said}`;
      else found.push({ lang, said });
    }
    return found;
  };
  const mark = (button, isOn) => {
    button.classList.toggle("is-on", isOn);
    button.lastElementChild.textContent = isOn ? words.stop : words.start;
  };
  const stop = () => {
    speechSynthesis.cancel();
    if (speaking) mark(speaking, false);
    speaking = null;
  };
  const start = (button) => {
    speaking = button;
    mark(button, true);
    const all = parts(button.closest("[data-listen]")).map(({ lang, said }) => {
      const one = new SpeechSynthesisUtterance(said);
      one.lang = lang;
      one.voice = voice(lang).own ?? null;
      one.rate = 0.9;
      return one;
    });
    all.at(-1).onend = all.at(-1).onerror = () => speaking === button && stop();
    all.forEach((one) => speechSynthesis.speak(one));
  };
  const press = (button) => {
    const wasOn = speaking === button;
    stop();
    if (!wasOn) start(button);
  };
  const add = (place) => {
    if (place.querySelector(".listen")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "listen";
    const sign = document.createElement("span");
    sign.ariaHidden = "true";
    sign.className = "listen__sign";
    const name = document.createElement("span");
    name.className = "listen__name";
    button.append(sign, name);
    mark(button, false);
    const about = place.querySelector("[data-read]");
    about.id ||= `luettava-${Math.random().toString(36).slice(2)}`;
    button.setAttribute("aria-describedby", about.id);
    button.addEventListener("click", () => press(button));
    place.append(button);
  };
  const show = () => {
    const { isMissing } = voice();
    tell(isMissing);
    if (isMissing) document.querySelectorAll(".listen").forEach((one) => one.remove());
    else document.querySelectorAll("[data-listen]").forEach(add);
  };

  document.addEventListener("htmx:afterSettle", show);
  speechSynthesis.addEventListener?.("voiceschanged", show);
  window.addEventListener("pagehide", stop);
  show();
})();
