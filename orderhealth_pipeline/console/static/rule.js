// Keeps a slider, its field and its two buttons on one number; htmx then asks what that number does.
(() => {
  "use strict";
  const parts = element => {
    const figure = element.closest("[data-figure]");
    return figure && {exact: figure.querySelector(".exact"), slider: figure.querySelector("[data-slider]"), was: figure.querySelector("[data-was]")};
  };
  const mark = ({exact, was}) => exact.classList.toggle("is-changed", Number(exact.value) !== Number(was.dataset.was));

  document.addEventListener("input", event => {
    const own = parts(event.target);
    if (!own) return;
    if (event.target === own.slider) own.exact.value = own.slider.value;
    if (event.target === own.exact) own.slider.value = own.exact.value;
    mark(own);
  }, true);

  document.addEventListener("click", event => {
    const button = event.target.closest(".nudge");
    if (!button) return;
    const own = parts(button), step = Number(own.slider.step) || 1;
    const digits = Math.max((String(step).split(".")[1] || "").length, (own.exact.value.split(".")[1] || "").length);
    own.exact.value = Math.max(0, Number(own.exact.value) + step * Number(button.dataset.by)).toFixed(digits).replace(/\.0+$/, "");
    own.exact.dispatchEvent(new Event("input", {bubbles: true}));
  });

  const start = () => document.querySelectorAll("[data-figure]").forEach(figure => mark(parts(figure)));
  document.addEventListener("DOMContentLoaded", start);
})();
