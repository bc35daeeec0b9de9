// What is known of the carrier, and the loops that keep it so. Views listen for "state", "calls", "lines", "steps",
// "texts", "chosen", "behind", "problem" and "online".
// A browser keeps six connections to one host: only the ledger and the chosen call are waited on.

import { Refused, ask, pause, read } from "./api.js";
import { lastCall } from "./dom.js";
import { current } from "./texts.js";

export const FINAL = new Set(["completed", "busy", "failed", "no-answer", "canceled"]);
export const model = {
  state: null, entries: [], calls: [], chosen: "", lines: [], fresh: 0, steps: [], recordings: [],
  number: "", texts: [], behindTexts: false, seen: new Map(), online: true, problem: "", skewMs: 0,
};

const bus = new EventTarget();
export const on = (names, listener) => names.split(" ").forEach((name) => bus.addEventListener(name, listener));
const tell = (name) => bus.dispatchEvent(new Event(name));

export const callOf = (sid) => model.calls.find((call) => call.call_sid === sid);
export const isOver = (call) => FINAL.has(call.status);
export const rings = (call) => call.status === "ringing" && call.direction !== "inbound";
export const now = () => Date.now() + model.skewMs;

export function nameOf(address) {
  const entry = entryOf(address);
  return (entry && titleOf(entry)) || address.replace(/^client:/, "");
}

/** The directory's entry of an address; for an agent's browser that of the agent's phone, which bears the number too. */
function entryOf(address) {
  const identity = address.startsWith("client:") ? address.slice("client:".length) : "";
  return model.entries.find((one) => one.address === address) ??
    (identity ? model.entries.find((one) => one.role && one.name.startsWith(`${identity} `)) : undefined);
}

/** What the directory calls somebody, in the page's language. */
export const titleOf = (entry) => (current() === "en" && entry.name_en) || entry.name;

/** The role of one of the hotline's own people; "" for those who call it. */
export function roleOf(address) {
  return entryOf(address)?.role || (address.startsWith("client:") ? "agent" : "");
}

let follower = null;

/** Shows another call; its number is then the one that writes texts. `begun` = it began here: all of it is new. */
export function choose(sid, begun = false) {
  follower?.abort();
  model.chosen = sid;
  lastCall.set(sid);
  model.lines = [];
  model.steps = [];
  model.recordings = [];
  model.fresh = 0;
  const call = callOf(sid);
  if (call && !call.party.startsWith("client:")) setNumber(call.party);
  tell("chosen");
  stepsSoon();
  if (!sid) return;
  follower = new AbortController();
  followCall(sid, follower.signal, begun);
}

/** What a page that has just been opened looks at: the call of before, else the newest that stands, callers' first. */
function takeUp() {
  const before = callOf(lastCall.get());
  const standing = model.calls.filter((call) => !isOver(call)).sort((one, other) => other.created_at - one.created_at);
  const speaking = standing.filter((one) => !rings(one));
  const call = before && !isOver(before) ? before
    : speaking.find((one) => !roleOf(one.party)) ?? speaking[0] ?? standing[0] ?? before;
  if (call) choose(call.call_sid);
}

async function followCall(sid, signal, begun) {
  let after = 0;
  while (!signal.aborted) {
    try {
      const page = await read(`/calls/${sid}/transcript?after=${after}&wait=${after ? 20 : 0}`, signal);
      const first = after === 0;
      after = page.lines.at(-1)?.seq ?? after;
      model.fresh = first && !begun ? 0 : page.lines.length;
      model.lines.push(...page.lines);
      model.seen.set(sid, after);
      if (page.lines.length) tell("lines");
      if (FINAL.has(page.status) && !page.lines.length) return;
      if (first && !page.lines.length) await pause(200);
    } catch (problem) {
      if (signal.aborted) return;
      if (problem instanceof Refused) return;
      await pause(1000);
    }
  }
}

export async function refreshState() {
  const [state, directory] = await Promise.all([read("/state"), read("/directory")]);
  model.state = state;
  model.skewMs = state.now - Date.now();
  model.entries = directory.items;
  tell("state");
}

/** Ringing phones, live calls, the latest ones, and the chosen one in any case, each once. */
export async function refreshCalls() {
  const pages = await Promise.all([
    read("/calls?status=ringing&limit=50"), read("/calls?live=true&limit=60"), read("/calls?limit=30")]);
  const found = new Map(pages.flatMap((page) => page.items).map((call) => [call.call_sid, call]));
  if (model.chosen && !found.has(model.chosen)) {
    const call = await read(`/calls/${model.chosen}`).catch(() => null);
    if (call) found.set(call.call_sid, call);
  }
  model.calls = [...found.values()];
  tell("calls");
}

const subject = () => (model.behindTexts ? `texts=${encodeURIComponent(model.number)}` : model.chosen ? `call=${model.chosen}` : "");

async function refreshSteps() {
  const asked = subject();
  if (!asked) return;
  const page = await read(`/ledger?${asked}&after=${model.steps.at(-1)?.seq ?? 0}`);
  const recordings = model.chosen ? await read(`/calls/${model.chosen}/recordings`).catch(() => null) : null;
  if (asked !== subject()) return;
  const known = model.steps.at(-1)?.seq ?? 0;
  model.steps.push(...page.items.filter((line) => line.seq > known));
  model.recordings = recordings?.items ?? [];
  tell("steps");
}

/** What stands behind the line is that of the chosen call, or that of the chosen number's texts. */
export function showBehind(texts) {
  if (texts === model.behindTexts) return;
  model.behindTexts = texts;
  model.steps = [];
  tell("behind");
  stepsSoon();
}

export function setNumber(number) {
  if (number === model.number) return;
  model.number = number;
  model.texts = [];
  if (model.behindTexts) model.steps = [];
  tell("texts");
  tell("behind");
  refreshTexts();
}

export async function refreshTexts() {
  const number = model.number;
  if (!number) return;
  const page = await read(`/messages?number=${encodeURIComponent(number)}`);
  if (number !== model.number) return;
  model.texts = page.items;
  tell("texts");
}

/** Runs at most once in `ms`, the last request included. */
function paced(work, ms) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      work().catch(() => {});
    }, ms);
  };
}

const callsSoon = paced(async () => Promise.all([refreshCalls(), refreshState()]), 250);
const stepsSoon = paced(refreshSteps, 100);
const textsSoon = paced(refreshTexts, 150);

function take(lines) {
  if (lines.some((line) => /^(call_|queue_|conference_|hung_up)/.test(line.kind))) callsSoon();
  if (lines.some((line) => line.kind.startsWith("message") && line.party === model.number)) textsSoon();
  if (lines.length) stepsSoon();
}

function setOnline(online) {
  if (online !== model.online) {
    model.online = online;
    tell("online");
  }
}

/** Keeps everything up to date for as long as the page is open; begins anew when the carrier was restarted. */
export async function run() {
  let after = -1, opened = false;
  for (;;) {
    try {
      if (after < 0) {
        await Promise.all([refreshState(), refreshCalls()]);
        after = model.state.ledger_seq;
        if (model.chosen && !callOf(model.chosen)) choose("");
        if (!opened && !model.chosen) takeUp();
        opened = true;
        setOnline(true);
      }
      const page = await read(`/ledger?after=${after}&limit=500&wait=20`);
      after = page.next_after;
      take(page.items);
    } catch {
      setOnline(false);
      after = -1;
      await pause(1500);
    }
  }
}

// A call that is not looked at has no connection of its own: how much was said in it is asked for now and then.
setInterval(() => {
  if (model.online && model.calls.some((call) => !isOver(call) && call.call_sid !== model.chosen)) callsSoon();
}, 2000);

export async function dial(number) {
  const client = number.startsWith("client:");
  const call = client
    ? await ask("POST", "/client-legs", { identity: number.slice("client:".length) })
    : await ask("POST", "/calls", { from: number });
  await refreshCalls();
  choose(call.call_sid, true);
}

/** Whether it was done; what prevented it is shown until something succeeds. */
export async function tried(work) {
  let problem = "";
  try {
    await work;
  } catch (refusal) {
    problem = refusal.message;
  }
  model.problem = problem;
  tell("problem");
  return !problem;
}

export const act = (action, body) => ask("POST", `/calls/${model.chosen}/${action}`, body ?? {});

export const sendText = (body) => ask("POST", "/messages", { from: model.number, body });
