// What stands in the ledger about the chosen call: every request with its answer, both ways.

import { add, byId, el, empty, follow, since } from "./dom.js";
import { callOf, model, nameOf, on } from "./model.js";
import { t, timeOfDay } from "./texts.js";
import { indented } from "./xml.js";

const pathOf = (url) => {
  try {
    const { pathname, search } = new URL(url);
    return pathname + search;
  } catch {
    return url;
  }
};

function parameters(pairs) {
  const given = pairs.filter(([, value]) => value !== "");
  if (!given.length) return null;
  const rows = given.map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, value)));
  return el("details", {}, el("summary", {}, `${t("parameters")} (${given.length})`), el("table", {}, el("tbody", {}, ...rows)));
}

const TELLING = ["Digits", "SpeechResult", "QueueResult", "QueuePosition", "DialCallStatus", "CallStatus", "StatusCallbackEvent", "Body", "MessageStatus", "Url", "Status", "Twiml"];

/** The parameter that says most about a request. */
function gist(pairs) {
  const told = Object.fromEntries(pairs);
  const name = TELLING.find((key) => told[key]);
  return name ? `${name}=${told[name]}` : "";
}

function request(line, label) {
  const bad = line.status >= 400 || line.error;
  const outcome = line.error && !line.status ? `${line.error} ${line.detail ?? ""}` : String(line.status);
  const body = line.kind === "rest" ? JSON.stringify(line.reply, null, 1) : line.body;
  const answer = line.kind === "rest"
    ? el("details", {}, el("summary", {}, `→ ${line.status}`), el("pre", {}, body ?? ""))
    : body?.trim() ? el("pre", {}, indented(body)) : line.kind === "webhook" ? el("p", { class: "quiet" }, t("noBody")) : null;
  return {
    kind: label, bad,
    head: [`${line.method} ${pathOf(line.url ?? line.path)}`, el("span", { class: bad ? "code bad" : "code" }, outcome),
      line.attempt ? el("span", { class: "mark" }, t("attempt", { n: line.attempt })) : null,
      line.took_ms !== undefined ? el("span", { class: "quiet" }, `${line.took_ms} ms`) : null],
    gist: gist(line.params), body: [parameters(line.params), answer],
  };
}

const HIDDEN = new Set(["seq", "at", "party", "number", "kind", "call_sid", "from_", "to", "direction"]);

function described(line) {
  switch (line.kind) {
    case "webhook": return request(line, t("application"));
    case "callback": return request(line, t("callback"));
    case "rest": return request(line, t("rest"));
    case "error":
    case "warning":
      return { kind: t(line.kind === "error" ? "problem" : "warning"), bad: true, head: [`${line.code} ${line.message}`], gist: pathOf(line.url ?? ""), body: [] };
    default: {
      const rest = Object.entries(line).filter(([name]) => !HIDDEN.has(name)).map(([name, value]) => `${name}=${value}`);
      return { kind: t("event"), head: [`${line.kind} ${rest.join(" ")}`], gist: "", body: [], small: true };
    }
  }
}

function step(line) {
  const { kind, head, gist: told, body, bad, small } = described(line);
  const start = model.behindTexts ? null : callOf(model.chosen)?.created_at;
  const at = start ? since(start, line.at) : timeOfDay(line.at, true);
  const classes = ["step", line.kind, small ? "small" : "", bad ? "bad" : ""].filter(Boolean).join(" ");
  return el("li", { class: classes },
    el("div", { class: "head" }, el("span", { class: "at" }, at), el("span", { class: "mark" }, kind), ...head),
    told ? el("p", { class: "gist" }, told) : null, ...body);
}

let drawn = 0;

function drawNew() {
  for (const line of model.steps.slice(drawn)) add(byId("steps"), step(line));
  drawn = model.steps.length;
  byId("no-steps").hidden = drawn > 0;
  const call = callOf(model.chosen);
  const whose = model.behindTexts ? model.number : call?.party ?? "";
  byId("behind-title").textContent = t(model.behindTexts ? "behindTexts" : "behind") + (whose ? ` · ${nameOf(whose)}` : "");
}

export function drawAll() {
  empty(byId("steps"));
  drawn = 0;
  drawNew();
}

export function start() {
  follow(byId("steps"));
  on("chosen behind", drawAll);
  on("steps", drawNew);
}
