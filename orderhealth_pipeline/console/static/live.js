// Tells the page when something was published or said, so that it fetches itself again ("fresh" on the body).
// One tab holds the stream for all of a browser: the one that has the lock. It gives it up while it is hidden,
// because phones cut the streams of pages that nobody sees.
(() => {
  "use strict";
  const address = "/api/v1/events";
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("orderhealth") : null;
  const WAIT = 150, AGAIN = 2000;
  let stream = null, release = null, last = "", asked = "", timer = 0, queued = false, missed = false, words = 0;
  const wordsBefore = new WeakMap();

  const say = message => { if (channel) channel.postMessage(message); };

  function heard(id) {
    if (!id) return;
    last = id;
    if (id === asked || document.hidden) return;
    asked = id;
    fetchSoon(WAIT);
  }

  function fetchSoon(wait) {
    clearTimeout(timer);
    timer = setTimeout(() => document.body.dispatchEvent(new CustomEvent("fresh", {bubbles: true})), wait);
  }

  // Counts when a form is sent and when it is answered: what was asked for before is older than its answer.
  function sent({detail: {ctx}}) {
    wordsBefore.set(ctx, words);
    if (ctx.request.method !== "POST") return;
    const {fetch} = ctx;
    words += 1;
    ctx.fetch = (...request) => fetch(...request).finally(() => { words += 1; });
  }

  // An older answer would hide what was just said, and offer to take back what was said before it.
  function outdated(event) {
    if (event.target.id !== "main" || wordsBefore.get(event.detail.ctx) === words) return;
    event.preventDefault();
    fetchSoon(WAIT);
  }

  // A page must not stay old because the network or the server failed for a moment.
  function failed(event) {
    if (event.target.id !== "main") return;
    if (event.type === "htmx:response:error" && event.detail.ctx.response.status < 500) return;
    missed = true;
    fetchAgain(AGAIN);
  }

  function fetchAgain(wait) {
    if (document.hidden) asked = "";
    else fetchSoon(wait);
  }

  function offline(is) {
    const note = document.querySelector(".offline");
    if (note) note.hidden = !is;
  }

  function open() {
    close();
    stream = new EventSource(address + (last ? "?last=" + encodeURIComponent(last) : ""));
    stream.onopen = () => {
      if (missed) fetchAgain(0);
      missed = false;
      offline(false);
      say({online: true});
    };
    stream.onerror = () => {
      offline(true);
      say({online: false});
      if (stream && stream.readyState === EventSource.CLOSED) setTimeout(() => { if (stream) open(); }, 1000);
    };
    for (const name of ["published", "said"]) {
      stream.addEventListener(name, event => { heard(event.lastEventId); say({id: event.lastEventId}); });
    }
  }

  function close() {
    if (stream) stream.close();
    stream = null;
  }

  function lead() {
    if (document.hidden || release || queued) return;
    if (!navigator.locks) { open(); release = close; return; }
    queued = true;
    navigator.locks.request("orderhealth-stream", () => new Promise(done => {
      queued = false;
      if (document.hidden) { done(); return; }
      release = () => { close(); done(); };
      open();
    }));
  }

  function follow() {
    if (release) release();
    release = null;
  }

  function seen() {
    if (document.hidden) { follow(); return; }
    heard(last);
    say({ask: true});
    lead();
  }

  if (channel) {
    channel.onmessage = ({data}) => {
      if (data.id) heard(data.id);
      if ("online" in data) offline(!data.online);
      if (data.ask && stream && last) say({id: last});
    };
  }
  document.addEventListener("visibilitychange", seen);
  document.addEventListener("htmx:before:request", sent);
  document.addEventListener("htmx:before:swap", outdated);
  document.addEventListener("htmx:error", failed);
  document.addEventListener("htmx:response:error", failed);
  // What was under way when the network went may never be answered.
  window.addEventListener("online", () => {
    const main = document.getElementById("main");
    if (main) main.dispatchEvent(new CustomEvent("htmx:abort"));
    missed = false;
    fetchAgain(0);
    if (stream) open();
  });
  window.addEventListener("offline", () => { offline(true); });
  window.addEventListener("pagehide", follow);
  window.addEventListener("pageshow", event => { if (event.persisted) seen(); });
  document.addEventListener("DOMContentLoaded", () => { asked = last = document.body.dataset.state || ""; lead(); });
})();
// Says that what is shown has become old when the time comes, without being asked.
setInterval(() => {
  for (const note of document.querySelectorAll("[data-old-at]")) {
    note.hidden = Date.now() < Number(note.dataset.oldAt);
  }
}, 5000);
