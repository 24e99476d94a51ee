// What makes the pages smoother where scripts run. Everything works without this file.
"use strict";

document.documentElement.classList.remove("no-js");

// The visitor's own time zone, remembered so that the server can write times in it. Where the
// page came in another one, its times are written anew in place: nothing is loaded again.
function useOwnZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  const cookie = `tz=${encodeURIComponent(zone)}`;
  if (document.cookie.split("; ").includes(cookie)) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${cookie}; path=/; max-age=31536000; SameSite=Lax${secure}`;
  const isKept = document.cookie.split("; ").includes(cookie);
  const isChosen = new URLSearchParams(location.search).has("zone");
  const shown = [...document.querySelectorAll("[data-in-zone]")];
  if (isKept && !isChosen && shown.some((part) => part.dataset.inZone !== zone)) writeAnew(shown);
}

// Until the answer is there, and where none comes, the times of the place stand: they name theirs.
async function writeAnew(parts) {
  const answer = await fetch(location.pathname + location.search).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts) {
    const fresh = page.getElementById(part.id);
    const hasFocus = part.contains(document.activeElement);
    // Somebody who is about to choose must not have the time under the finger change.
    if (!fresh || hasFocus || part.matches(":active")) continue;
    part.replaceWith(document.adoptNode(fresh));
    applyAtOnce(fresh);
  }
}

// A select that applies at once; without scripts its button is there.
function applyAtOnce(part = document) {
  part.querySelectorAll("[data-submit-on-change]").forEach((select) => {
    select.addEventListener("change", () => select.form.requestSubmit());
  });
  part.querySelectorAll("[data-hide-with-js]").forEach((node) => { node.hidden = true; });
}

function aboutMinutes(count) {
  return `About ${count} ${count === 1 ? "minute" : "minutes"} left.`;
}

// How long a slot is still kept, in whole minutes until the last one.
function countDown() {
  const box = document.querySelector("[data-until]");
  if (!box) return;
  const until = Date.parse(box.dataset.until);
  const offset = Date.parse(box.dataset.now) - Date.now();
  const clock = box.querySelector("[data-clock]");
  const spoken = box.querySelector("[data-spoken]");
  let lastSpoken = null;
  function tick() {
    const left = Math.max(0, Math.round((until - Date.now() - offset) / 1000));
    const minutes = Math.floor(left / 60);
    clock.textContent = `${minutes}:${String(left % 60).padStart(2, "0")}`;
    box.classList.toggle("late", left < 120);
    if (left === 0 || [300, 120, 60].some((at) => left <= at && (lastSpoken ?? 9999) > at)) {
      lastSpoken = left;
      spoken.textContent = left === 0
        ? "Your time is no longer kept. Send the form all the same: we try to get it back."
        : aboutMinutes(Math.max(1, Math.round(left / 60)));
    }
    if (left > 0) setTimeout(tick, 1000);
    else clock.textContent = "over";
  }
  tick();
}

// Follow-up questions appear when the answer before them asks for it.
function followUps() {
  const nodes = [...document.querySelectorAll("[data-show-when]")];
  if (!nodes.length) return;
  function refresh() {
    nodes.forEach((node) => {
      const [name, wanted] = node.dataset.showWhen.split("=");
      const chosen = [...document.querySelectorAll(`[name="${CSS.escape(name)}"]:checked`)];
      const show = chosen.some((input) => wanted.split(",").includes(input.value));
      const before = node.hidden;
      node.hidden = !show && !node.querySelector(":checked, .error");
      const places = node.querySelector("details");
      if (before && !node.hidden && places) places.open = true;
    });
  }
  document.addEventListener("change", refresh);
  refresh();
}

// "None of these" unticks the others, and the others untick it.
function aloneAnswers() {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "checkbox" || !input.checked || !input.form) return;
    const group = input.form.querySelectorAll(`[name="${CSS.escape(input.name)}"]`);
    group.forEach((other) => {
      const clash = "alone" in input.dataset || "alone" in other.dataset;
      if (other !== input && clash) other.checked = false;
    });
  });
}

// Ask before something that is not easily undone, and send a form only once.
function guardForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) {
      event.preventDefault();
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (form.method === "post") {
      form.dataset.sent = "yes";
      if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
    }
  });
  // A page taken back from the browser's memory must be usable again.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-disabled]").forEach((b) => b.removeAttribute("aria-disabled"));
    });
  });
}

// An error stands beside its field and is tied to it, so that it is read out with it (ARIA21).
function described(field) {
  return field.matches("fieldset") ? field : field.querySelector("input, textarea, select");
}

function complain(field) {
  const note = document.createElement("p");
  const what = document.createElement("span");
  what.className = "visually-hidden";
  what.textContent = "Error: ";
  note.className = "error here";
  note.id = `n-${described(field).id}`;
  note.append(what, field.dataset.needed);
  field.classList.add("has-error");
  field.querySelector(".choices, details, input").before(note);
  const node = described(field);
  node.setAttribute("aria-invalid", "true");
  const others = (node.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
  node.setAttribute("aria-describedby", [note.id, ...others].join(" "));
}

function forgive(field) {
  const note = field.querySelector(".error.here");
  if (!note) return;
  const node = described(field);
  const others = (node.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id !== note.id);
  node.removeAttribute("aria-invalid");
  if (others.join("")) node.setAttribute("aria-describedby", others.join(" "));
  else node.removeAttribute("aria-describedby");
  field.classList.remove("has-error");
  note.remove();
}

// A long form in short steps: few questions on the screen, the rest one button away.
function steps() {
  const form = document.querySelector("form[data-steps]");
  if (!form) return;
  const parts = [...form.querySelectorAll("[data-step]")];
  const wrong = parts.findIndex((part) => part.querySelector(".error"));
  function show(index, focus) {
    parts.forEach((part, n) => { part.hidden = n !== index; });
    if (focus) {
      parts[index].querySelector(".step-count").focus({ preventScroll: true });
      parts[index].scrollIntoView({ block: "start" });
    }
  }
  // What must be answered is asked for here, not at the end of the whole form.
  function complete(part) {
    const open = [...part.querySelectorAll("[data-needed]")].filter((field) => {
      if (field.closest("[hidden]")) return false;
      const typed = field.querySelector("input:not([type=radio]):not([type=checkbox])");
      return typed ? !typed.value.trim() : !field.querySelector(":checked");
    });
    part.querySelectorAll("[data-needed]").forEach(forgive);
    open.forEach(complain);
    document.title = (open.length ? "Error: " : "") + document.title.replace(/^Error: /, "");
    const first = open[0]?.querySelector("summary, input");
    if (first) {
      first.focus({ preventScroll: true });
      open[0].scrollIntoView({ block: "center" });
    }
    return open.length === 0;
  }
  function button(label, kind, index) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = kind;
    made.textContent = label;
    made.addEventListener("click", () => {
      const back = index < parts.findIndex((part) => !part.hidden);
      if (back || complete(parts[index - 1])) show(index, true);
    });
    return made;
  }
  parts.forEach((part, n) => {
    const count = document.createElement("p");
    count.className = "step-count";
    count.tabIndex = -1;
    count.textContent = `Part ${n + 1} of ${parts.length}`;
    part.querySelector("legend").after(count);
    const nav = part.querySelector(".actions") ?? document.createElement("div");
    if (!nav.parentNode) {
      nav.className = "step-nav";
      part.append(nav);
    }
    if (n + 1 < parts.length) nav.append(button(`Next: ${parts[n + 1].dataset.step}`, "", n + 1));
    if (n > 0) nav.append(button("Back", "quiet", n - 1));
  });
  // A link to a question in another part opens that part first.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#f-"]');
    const target = link && document.getElementById(link.hash.slice(1));
    const index = target ? parts.findIndex((part) => part.contains(target)) : -1;
    if (index >= 0) show(index, false);
  });
  form.addEventListener("keydown", (event) => {
    // Enter in a field must not send a half-filled form.
    const typing = event.target.matches("input") && event.key === "Enter";
    const current = parts.findIndex((part) => !part.hidden);
    if (!typing || current === parts.length - 1) return;
    event.preventDefault();
    if (complete(parts[current])) show(current + 1, true);
  });
  show(Math.max(0, wrong), false);
}

useOwnZone();
applyAtOnce();
countDown();
aloneAnswers(); // before followUps, which looks at what stays ticked
followUps();
steps();
guardForms();
document.querySelector("[data-focus-on-load]")?.focus();
