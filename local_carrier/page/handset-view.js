// The chosen call: what is heard and done in it, its keys, its words.

import { add, byId, el, empty, fill, follow, since } from "./dom.js";
import { act, callOf, isOver, model, nameOf, on, rings, tried } from "./model.js";
import { stateOf } from "./calls-view.js";
import { roomName, t } from "./texts.js";
import { canListen, hush, languageOf, listen, speak } from "./voice.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

const LISTENS = { record: "listeningRecord", dtmf: "listeningKeys", speech: "listeningWords" };

function listensFor(line) {
  if (line.input !== "record" || !line.finish) return t(LISTENS[line.input] ?? "listening");
  return t("listeningRecordKey", { key: line.finish.length > 1 ? t("anyKey") : line.finish });
}

function describe(line) {
  switch (line.kind) {
    case "heard": {
      const who = line.sound === "voice" && line.who ? nameOf(line.who) : t("hotline");
      const sound = line.sound === "tone" ? `tone-${line.text.replaceAll(" ", "-")}` : line.sound;
      const text = ["say", "voice"].includes(sound) ? line.text : `(${t(sound, { text: line.text })})`;
      return { side: "theirs", who, text, lang: languageOf(line) };
    }
    case "pressed": return { side: "mine", who: t("you"), text: t("key", { key: line.key }) };
    case "said": return { side: "mine", who: t("you"), text: line.text };
    case "listening": return { side: "note", text: listensFor(line) };
    case "status": return { side: "note", text: t(line.status) };
    case "connected": return { side: "note", text: t("connectedTo", { to: nameOf(line.to) }) };
    case "conference": return { side: "note", text: `${t(line.event)} ${roomName(line.name)}` };
    default: return { side: "note", text: line.kind };
  }
}

function item(line) {
  const { side, who, text, lang } = describe(line);
  const call = callOf(model.chosen);
  const at = since(call?.created_at ?? model.lines[0].at, line.at);
  return el("li", { class: side }, el("span", { class: "at" }, at),
    who ? el("span", { class: "who" }, who) : null, el("span", { class: "words", lang }, text));
}

/** Keys pressed one after another are one entry. */
function drawLine(line) {
  const list = byId("transcript");
  const last = list.lastElementChild;
  if (line.kind === "pressed" && last?.dataset.keys) {
    last.dataset.keys += line.key;
    last.querySelector(".words").textContent = t("key", { key: last.dataset.keys });
    return;
  }
  const node = item(line);
  if (line.kind === "pressed") node.dataset.keys = line.key;
  add(list, node);
}

let drawn = 0;

function drawLines() {
  for (const line of model.lines.slice(drawn)) drawLine(line);
  drawn = model.lines.length;
  for (const line of model.fresh ? model.lines.slice(-model.fresh) : []) {
    if (line.kind === "pressed" || line.kind === "said") hush();
    if (line.kind === "heard") speak(line);
    if (line.kind === "status" && line.status === "completed") hush();
  }
  model.fresh = 0;
}

export function drawAll() {
  empty(byId("transcript"));
  drawn = 0;
  drawLines();
  drawState();
  drawRecordings();
}

function drawState() {
  const call = callOf(model.chosen);
  byId("party").textContent = call ? nameOf(call.party) : model.number ? nameOf(model.number) : t("noneChosen");
  const party = call?.party ?? model.number;
  const number = nameOf(party) === party ? "" : party;
  byId("status").textContent = [number, call ? stateOf(call) : ""].filter(Boolean).join(" · ");
  const ringing = Boolean(call) && rings(call);
  byId("ringing").hidden = !ringing;
  const usable = Boolean(call) && !isOver(call) && !ringing;
  for (const id of ["pad", "say", "hangup"]) byId(id).hidden = ringing;
  for (const node of document.querySelectorAll("#pad button, #say button, #say input, #hangup")) node.disabled = !usable;
}

function drawRecordings() {
  fill(byId("recordings"), model.recordings.map((recording) => recording.status === "completed"
    ? el("li", {}, t("recording", { seconds: recording.duration_s }), " ",
      el("audio", { controls: true, preload: "none", src: `/control/recordings/${recording.recording_sid}.wav` }))
    : el("li", {}, t("recordingNow"))));
}

function drawProblem() {
  byId("failed").textContent = model.problem && t("failedWith", { why: t(model.problem) });
  byId("failed").hidden = !model.problem;
}

async function press(key) {
  hush();
  const button = document.querySelector(`#pad button[data-key="${key}"]`);
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 150);
  await tried(act("keys", { keys: key }));
}

async function say(words) {
  if (words.trim() && !(await tried(act("speech", { text: words.trim() })))) byId("words").value ||= words;
}

function typedKey(event) {
  const call = callOf(model.chosen);
  const typing = event.target.closest("input, textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !KEYS.includes(event.key)) return;
  if (call && !isOver(call) && !rings(call)) press(event.key);
}

function startMicrophone() {
  const button = byId("listen");
  button.hidden = !canListen;
  button.addEventListener("click", () => {
    button.classList.add("down");
    listen(say, () => button.classList.remove("down"));
  });
}

export function start() {
  follow(byId("transcript"));
  byId("pad").append(...KEYS.map((key) => el("button", { type: "button", "data-key": key, onclick: () => press(key) }, key)));
  byId("say").addEventListener("submit", (event) => {
    event.preventDefault();
    say(byId("words").value);
    byId("words").value = "";
  });
  byId("hangup").addEventListener("click", () => { hush(); tried(act("hangup")); });
  byId("answer").addEventListener("click", () => tried(act("answer")));
  byId("decline").addEventListener("click", () => tried(act("decline")));
  document.addEventListener("keydown", typedKey);
  startMicrophone();
  on("chosen", () => { hush(); drawAll(); });
  on("problem", drawProblem);
  on("lines", drawLines);
  on("calls texts", drawState);
  on("steps", drawRecordings);
  setInterval(drawState, 1000);
}
