// Drags the bars of the calendar by whole days: the middle moves an entry, an end stretches it. The fields are what is sent.
(() => {
  "use strict";
  let held = null;
  const pad = number => String(number).padStart(2, "0");
  function shifted(text, days) {
    const at = new Date(text + "Z");
    at.setUTCDate(at.getUTCDate() + days);
    return `${at.getUTCFullYear()}-${pad(at.getUTCMonth() + 1)}-${pad(at.getUTCDate())}T${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}`;
  }
  function dayUnder(event) {
    const days = [...document.querySelectorAll(".days .day")];
    return days.findIndex(day => {
      const box = day.getBoundingClientRect(), row = day.parentElement.getBoundingClientRect();
      return event.clientX >= box.left && event.clientX <= box.right && event.clientY >= row.top && event.clientY <= row.bottom;
    });
  }
  document.addEventListener("pointerdown", event => {
    const bar = event.target.closest("[data-bar]");
    if (!bar || !bar.closest("[data-days]")) return;
    held = {number: bar.dataset.bar, end: event.target.dataset.end || "", start: dayUnder(event), bar};
    bar.setPointerCapture(event.pointerId);
    bar.classList.add("held");
    event.preventDefault();
  });
  document.addEventListener("pointerup", event => {
    if (!held) return;
    const {number, end, start, bar} = held, stop = dayUnder(event), days = stop - start;
    held = null;
    bar.classList.remove("held");
    if (stop < 0 || start < 0 || !days) return;
    const slot = document.querySelector(`[data-slot="${number}"]`);
    const from = slot.querySelector("[data-from]"), until = slot.querySelector("[data-until]");
    const begin = end === "until" ? from.value : shifted(from.value, days), stopAt = end === "begin" ? until.value : shifted(until.value, days);
    if (begin >= stopAt) return;
    from.value = begin;
    until.value = stopAt;
    document.getElementById("moved").click();
  });
})();
