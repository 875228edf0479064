// The square on a ticket holds its code behind the #: it is filled in here, and no server logs it.
const field = document.querySelector("[name=code]");
if (field && location.hash.length > 8) {
  field.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}
