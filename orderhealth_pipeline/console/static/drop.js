// A file that is dropped anywhere on the zone, or chosen, is sent at once; the button does it without this.
(() => {
  "use strict";
  document.documentElement.classList.add("drops");
  const zone = event => event.target.closest && event.target.closest("[data-drop]");
  const mark = (form, is) => form.classList.toggle("is-over", is);

  function send(form) {
    form.classList.add("is-sending");
    form.querySelector("button").disabled = true;
    form.submit();
  }

  document.addEventListener("dragover", event => {
    const form = zone(event);
    if (!form) return;
    event.preventDefault();
    mark(form, true);
  });
  document.addEventListener("dragleave", event => { const form = zone(event); if (form) mark(form, false); });
  document.addEventListener("drop", event => {
    const form = zone(event);
    if (!form) return;
    event.preventDefault();
    mark(form, false);
    const files = event.dataTransfer.files;
    if (!files.length) return;
    const one = new DataTransfer();
    one.items.add(files[0]);
    form.querySelector("input[type=file]").files = one.files;
    send(form);
  });
  document.addEventListener("change", event => {
    const form = zone(event);
    if (form && event.target.files && event.target.files.length) send(form);
  });
})();
