// Texts of the chosen number, as a phone shows them.

import { byId, el, fill, follow } from "./dom.js";
import { callOf, choose, model, on, sendText, setNumber, showBehind, tried } from "./model.js";
import { show } from "./calls-view.js";
import { t, timeOfDay } from "./texts.js";

function bubble(message) {
  const mine = message.direction === "inbound";
  const at = timeOfDay(message.at);
  const state = message.error ? `${t(message.status)} ${message.error}` : t(message.status);
  return el("li", { class: mine ? "mine" : "theirs" },
    el("span", { class: "words" }, message.body),
    el("span", { class: "at" }, mine ? at : `${at} · ${state}`));
}

export function drawAll() {
  const list = byId("texts");
  fill(list, model.texts.length ? model.texts.map(bubble) : [el("li", { class: "note" }, t("noTexts"))]);
  for (const node of document.querySelectorAll("#text textarea, #text button")) node.disabled = !model.number;
}

export function tab(name) {
  for (const one of ["call", "texts"]) {
    const chosen = one === name;
    byId(`pane-${one}`).hidden = !chosen;
    byId(`tab-${one}`).setAttribute("aria-selected", String(chosen));
    byId(`tab-${one}`).tabIndex = chosen ? 0 : -1;
  }
  showBehind(name === "texts");
  if (name === "texts") drawAll();
}

/** Opens the texts of a number, without a call. */
export function writeAs(number) {
  if (callOf(model.chosen)?.party !== number) choose("");
  setNumber(number);
  tab("texts");
  show("handset");
  byId("body").focus();
}

export function start() {
  follow(byId("texts"));
  for (const name of ["call", "texts"]) {
    byId(`tab-${name}`).addEventListener("click", () => tab(name));
    byId(`tab-${name}`).addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
      const other = name === "call" ? "texts" : "call";
      tab(other);
      byId(`tab-${other}`).focus();
    });
  }
  byId("text").addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = byId("body").value.trim();
    byId("body").value = "";
    if (body && !(await tried(sendText(body)))) byId("body").value ||= body;
  });
  byId("body").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      byId("text").requestSubmit();
    }
  });
  on("texts", drawAll);
  on("chosen", () => { if (model.chosen) tab("call"); });
  tab("call");
}
