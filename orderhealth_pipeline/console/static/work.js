// The inbox by keyboard and by swipe, all boxes at once, and how long is left.
(() => {
  "use strict";
  const MINUTE = 60000, FAR = 70;
  const lines = () => [...document.querySelectorAll(".case-line")];
  const zh = document.documentElement.lang.startsWith("zh");
  let at = -1, swiped = null;

  function span(minutes) {
    const m = Math.floor(minutes), h = Math.floor(m / 60), d = Math.floor(h / 24);
    const parts = m < 120 ? [[m, zh ? "分钟" : "minute"]] : h < 48 ? [[h, zh ? "小时" : "hour"], [m % 60, zh ? "分钟" : "minute"]] : [[d, zh ? "天" : "day"], [h % 24, zh ? "小时" : "hour"]];
    return parts.filter(part => part[0] || parts.length === 1).map(([n, unit]) => `${n} ${unit}${zh || n === 1 ? "" : "s"}`).join(" ");
  }

  // Pages say when they were made: the clock of this device may be wrong, and a demo's stands still elsewhere.
  const seen = new WeakMap();
  function count() {
    for (const time of document.querySelectorAll("time[data-due]")) {
      let made = seen.get(time);
      if (!made || made.now !== time.dataset.now) seen.set(time, made = {now: time.dataset.now, at: Date.now()});
      const left = (Number(time.dataset.due) - Number(made.now) - (Date.now() - made.at)) / MINUTE;
      if (Date.now() - made.at < MINUTE / 4) continue;
      const late = left < 0;
      time.classList.toggle("late", late);
      time.textContent = zh ? (late ? "超时 " : "还剩 ") + span(Math.abs(left)) : span(Math.abs(left)) + (late ? " late" : " left");
    }
  }
  document.addEventListener("DOMContentLoaded", count);
  setInterval(count, MINUTE / 4);

  function mark(next) {
    const all = lines();
    if (!all.length) return;
    at = Math.max(0, Math.min(next, all.length - 1));
    all.forEach((line, number) => line.classList.toggle("here", number === at));
    const link = all[at].querySelector(".case-body");
    link.focus({preventScroll: true});
    all[at].scrollIntoView({block: "nearest"});
  }

  function tick(line) {
    const box = line.querySelector(".tick input");
    if (box) { box.checked = !box.checked; box.dispatchEvent(new Event("change", {bubbles: true})); }
  }

  function acknowledge(line) {
    const button = line.querySelector("[name=ack_one]");
    if (button) button.click();
  }

  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || !lines().length) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    const here = lines()[at];
    const keys = {
      j: () => mark(at + 1), k: () => mark(at - 1),
      x: () => { if (here) tick(here); }, a: () => { if (here) acknowledge(here); },
      "/": () => { const box = document.querySelector("#q"); if (box) { box.closest("details").open = true; box.focus(); } },
    };
    const does = keys[event.key.toLowerCase()];
    if (does) { event.preventDefault(); does(); }
  });

  document.addEventListener("change", event => {
    if (!event.target.matches("[data-all]")) return;
    for (const box of document.querySelectorAll(".tick input")) box.checked = event.target.checked;
  });

  document.addEventListener("touchstart", event => {
    const line = event.target.closest(".case-line");
    swiped = line && event.touches.length === 1 ? {line, x: event.touches[0].clientX, y: event.touches[0].clientY, by: 0} : null;
  }, {passive: true});
  document.addEventListener("touchmove", event => {
    if (!swiped) return;
    const x = event.touches[0].clientX - swiped.x, y = event.touches[0].clientY - swiped.y;
    if (Math.abs(y) > Math.abs(x)) { reset(); return; }
    swiped.by = x;
    swiped.line.classList.toggle("swiped-right", x > FAR);
    swiped.line.classList.toggle("swiped-left", x < -FAR);
  }, {passive: true});
  document.addEventListener("touchend", () => {
    if (!swiped) return;
    const {line, by} = swiped;
    reset();
    if (by > FAR) acknowledge(line);
    if (by < -FAR) tick(line);
  });
  document.addEventListener("touchcancel", reset);
  function reset() {
    if (swiped) swiped.line.classList.remove("swiped-right", "swiped-left");
    swiped = null;
  }
})();
