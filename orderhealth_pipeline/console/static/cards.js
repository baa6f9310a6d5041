// Lets cards be dragged by their handles, with a mouse or a finger; the form then asks what the new order says.
(() => {
  "use strict";
  function prepare() {
    document.querySelectorAll("[data-cards]").forEach(list => {
      if (list.sortable) return;
      list.sortable = Sortable.create(list, {
        group: "cards", handle: ".grip", animation: 120, fallbackOnBody: true, swapThreshold: 0.65, delay: 60, delayOnTouchOnly: true,
        onEnd: () => document.getElementById("sorted").click()
      });
    });
  }
  document.addEventListener("DOMContentLoaded", prepare);
  document.addEventListener("htmx:after:swap", prepare);
  document.addEventListener("htmx:after:settle", prepare);
})();
