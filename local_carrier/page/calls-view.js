// Who can be called as, and the calls there are.

import { byId, el, fill, since } from "./dom.js";
import { ask } from "./api.js";
import { callOf, choose, isOver, model, nameOf, now, on, rings, roleOf, titleOf, tried } from "./model.js";
import { roomName, t } from "./texts.js";

/** The state of a call in words, with its length where it has one. */
export function stateOf(call) {
  const words = t(call.status);
  if (!call.answered_at) return words;
  return `${words} ${since(call.answered_at, call.ended_at ?? now())}`;
}

function order(call) {
  if (rings(call)) return 0;
  return isOver(call) ? 2 : 1;
}

async function answer(call) {
  await tried(ask("POST", `/calls/${call.call_sid}/answer`, {}));
  choose(call.call_sid, true);
  show("handset");
}

function callItem(call) {
  const unread = call.lines - (model.seen.get(call.call_sid) ?? (isOver(call) ? call.lines : 0));
  const chosen = call.call_sid === model.chosen;
  const role = roleOf(call.party);
  const marks = [
    role ? el("span", { class: "mark" }, t(role)) : null,
    unread > 0 && !chosen ? el("span", { class: "mark new" }, t("unread", { n: unread })) : null,
  ];
  const open = el("button", {
    type: "button", class: "open", "aria-current": chosen ? "true" : null,
    onclick: () => { choose(call.call_sid); show("handset"); },
  },
    el("span", { class: "name" }, nameOf(call.party), ...marks),
    el("span", { class: "quiet" }, `${t(call.direction === "inbound" ? "inbound" : "outbound")} · ${stateOf(call)}`));
  const actions = rings(call)
    ? el("div", { class: "row" },
      el("button", { type: "button", class: "go", onclick: () => answer(call) }, t("answer")),
      el("button", { type: "button", class: "stop",
        onclick: () => tried(ask("POST", `/calls/${call.call_sid}/decline`, {})) }, t("decline")))
    : null;
  const state = rings(call) ? "rings" : isOver(call) ? "over" : "live";
  return el("li", { class: role ? `${state} own` : state, "data-sid": call.call_sid }, open, actions);
}

export function show(pane) {
  document.body.dataset.pane = pane;
  for (const button of document.querySelectorAll("nav button")) {
    button.setAttribute("aria-current", String(button.dataset.show === pane));
  }
}

function drawCalls() {
  const focused = document.activeElement?.closest?.("#calls li")?.dataset.sid;
  const sorted = [...model.calls].sort((one, other) => order(one) - order(other) || other.created_at - one.created_at);
  fill(byId("calls"), sorted.map(callItem));
  byId("none").hidden = sorted.length > 0;
  const unlisted = (model.state?.live_calls ?? 0) - sorted.filter((call) => !isOver(call)).length;
  byId("more").hidden = unlisted <= 0;
  byId("more").textContent = t("more", { n: unlisted });
  const ringing = sorted.filter(rings).length;
  document.querySelector("nav [data-show=phones]").dataset.ringing = ringing || "";
  document.title = ringing ? `(${ringing}) ${t("title")}` : t("title");
  if (focused) byId("calls").querySelector(`li[data-sid="${focused}"] .open`)?.focus();
}

function drawEntries() {
  byId("numbers").replaceChildren(...model.entries.map((entry) => el("option", { value: entry.address }, `${titleOf(entry)} ${entry.role ? t(entry.role) : entry.note}`)));
  byId("entries").replaceChildren(...model.entries.map((entry) => el("li", {},
    el("button", { type: "button", class: "open", onclick: () => { byId("number").value = entry.address; byId("call").focus(); } },
      el("span", { class: "name" }, titleOf(entry) || entry.address),
      el("span", { class: "quiet" }, [entry.role ? t(entry.role) : entry.note, entry.address].filter(Boolean).join(" · "))))));
  byId("people").hidden = model.entries.length === 0;
}

function drawRooms() {
  const { queues, conferences } = model.state;
  byId("rooms").replaceChildren(
    ...queues.filter((queue) => queue.members.length).map((queue) => el("p", { class: "quiet" },
      t("queue", { name: queue.name, n: queue.members.length }))),
    ...conferences.map((room) => el("p", { class: "quiet", title: room.name },
      t("conference", { name: roomName(room.name), n: room.participants.length }))));
}

export function drawAll() {
  if (!model.state) return;
  byId("hotline").textContent = t("hotlineNumber", { number: model.state.numbers.join(", ") });
  drawCalls();
  drawEntries();
  drawRooms();
}

export function start() {
  on("calls chosen lines", drawCalls);
  on("state", drawAll);
  setInterval(() => {
    for (const item of document.querySelectorAll("#calls li.live")) {
      const call = callOf(item.dataset.sid);
      if (call) item.querySelector(".open > .quiet").textContent = `${t(call.direction === "inbound" ? "inbound" : "outbound")} · ${stateOf(call)}`;
    }
  }, 1000);
}
