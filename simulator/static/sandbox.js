// Keeps the open page up to date and shows times in the reader's own zone.
// Without it the page works all the same: forms post, links load.
"use strict";

const lastSeen = new Map();
let asked = 0;
let shown = 0;

function showLocalTimes(root) {
  const today = new Date().toDateString();
  for (const time of root.querySelectorAll("time[datetime]")) {
    const instant = new Date(time.dateTime);
    if (Number.isNaN(instant.getTime())) continue;
    const options = { hour: "2-digit", minute: "2-digit" };
    if (instant.toDateString() !== today) Object.assign(options, { day: "numeric", month: "short" });
    time.textContent = instant.toLocaleString([], options);
    time.title = instant.toString();
  }
}

function replaceDevice(old, fresh) {
  const input = old.querySelector("[data-compose]");
  const freshTalk = fresh.querySelector("[data-talk]");
  const talk = old.querySelector("[data-talk]");
  const isSamePhone = old.dataset.number === fresh.dataset.number;
  const isWriting = input && (input.value || input === document.activeElement);
  if (isWriting && !isSamePhone) return; // never pull away a reply that somebody writes
  if (input && talk && freshTalk && isSamePhone &&
      Boolean(old.querySelector(".stopped")) === Boolean(fresh.querySelector(".stopped"))) {
    const known = talk.querySelectorAll(".text").length;
    talk.innerHTML = freshTalk.innerHTML;
    [...talk.querySelectorAll(".text")].slice(known).forEach((text) => text.classList.add("new"));
    return;
  }
  const typed = input ? input.value : "";
  old.innerHTML = fresh.innerHTML;
  old.dataset.number = fresh.dataset.number;
  const renewed = old.querySelector("[data-compose]");
  if (renewed) renewed.value = typed;
}

async function refresh() {
  const address = location.href;
  const turn = ++asked;
  const answer = await fetch(address, { cache: "no-store" });
  if (!answer.ok) return;
  const html = await answer.text();
  // Answers may overtake each other: one that comes late shows an older page, or another one.
  if (turn < shown || address !== location.href) return;
  shown = turn;
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const fresh of page.querySelectorAll("[data-live]")) {
    const name = fresh.dataset.live;
    const content = fresh.dataset.number + fresh.innerHTML;
    if (lastSeen.get(name) === content) continue; // leaves an open mail and a selection alone
    lastSeen.set(name, content);
    const old = document.querySelector(`[data-live="${name}"]`);
    if (name === "device") replaceDevice(old, fresh);
    else old.innerHTML = fresh.innerHTML;
    showLocalTimes(old);
  }
  document.title = page.title;
}

async function sendInPlace(event) {
  const form = event.target.closest("form[data-send]");
  if (!form) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const typed = form.querySelector("[data-compose]");
  if (typed) typed.value = ""; // a quick reply leaves a half-written one where it is
  const phone = form.getAttribute("action");
  if (location.pathname !== phone) history.replaceState(null, "", phone);
  await fetch(phone, { method: "POST", body });
  await refresh();
}

for (const part of document.querySelectorAll("[data-live]")) {
  lastSeen.set(part.dataset.live, part.dataset.number + part.innerHTML);
}
showLocalTimes(document);
document.querySelector(".phones [aria-current]")?.scrollIntoView({ block: "nearest" });
document.addEventListener("submit", sendInPlace);
const changes = new EventSource("/events");
changes.onmessage = refresh;
// What came while the connection was away is caught up when it is back.
changes.onopen = refresh;
