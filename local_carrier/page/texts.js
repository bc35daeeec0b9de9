// What the page says, in Chinese and English.

import { store, stored } from "./dom.js";

const TEXTS = {
  title: ["电话 · 本地运营商", "Phones · local carrier"],
  phones: ["电话", "Phones"],
  hotlineNumber: ["热线号码 {number}", "Hotline {number}"],
  offline: ["与本地运营商的连接已断开，正在重连…", "The local carrier does not answer; trying again…"],
  voice: ["朗读", "Read aloud"],
  theme: ["深色/浅色", "Light/dark"],
  language: ["English", "中文"],
  who: ["拨打", "Call"],
  callAs: ["以哪个号码拨打（可选名录，也可任意输入）", "Call as (from the directory, or any number)"],
  call: ["拨打热线", "Call the hotline"],
  write: ["发短信", "Text"],
  directory: ["名录", "Directory"],
  calls: ["通话", "Calls"],
  noCalls: ["还没有通话。选一个号码，然后拨打。", "No calls yet. Choose a number and call."],
  more: ["另有 {n} 通正在进行的通话未列出", "and {n} more calls in progress"],
  failedWith: ["没有成功：{why}", "That did not work: {why}"],
  "the call is over": ["通话已结束", "the call is over"],
  "the call does not ring": ["电话没有在振铃", "the call does not ring"],
  "Failed to fetch": ["与本地运营商的连接已断开", "the local carrier does not answer"],
  noneChosen: ["未选择通话", "No call chosen"],
  tabCall: ["通话", "Call"],
  tabTexts: ["短信", "Texts"],
  answer: ["接听", "Answer"],
  decline: ["拒接", "Decline"],
  hangUp: ["挂机", "Hang up"],
  speak: ["说", "Say"],
  listen: ["麦克风", "Mic"],
  listenLabel: ["对着麦克风说", "Speak into the microphone"],
  wordsLabel: ["要说的话", "What you say"],
  bodyLabel: ["短信内容", "Text message"],
  send: ["发送", "Send"],
  padLabel: ["拨号盘", "Dial pad"],
  behind: ["幕后：每一步的请求与 TwiML", "Behind the line: requests and TwiML"],
  behindTexts: ["幕后：短信的请求与 TwiML", "Behind the texts: requests and TwiML"],
  noSteps: ["选择一通电话，这里显示运营商向应用请求了什么、应用回答了什么。",
    "Choose a call: what the carrier asked the application, and what it answered, stands here."],
  navPhones: ["拨打", "Phones"],
  navHandset: ["话机", "Handset"],
  navBehind: ["幕后", "Behind"],
  ringsFor: ["来电振铃", "rings"],
  hotline: ["热线", "Hotline"],
  you: ["您", "You"],
  key: ["按键 {key}", "Key {key}"],
  play: ["播放 {text}", "plays {text}"],
  tones: ["拨号音 {text}", "tones {text}"],
  music: ["等待音乐", "music"],
  "tone-ringing": ["回铃音", "ringing tone"],
  "tone-busy": ["忙音", "busy tone"],
  "tone-not-in-service": ["号码不可用的提示音", "number not in service"],
  silence: ["静音", "silence"],
  beep: ["嘀", "beep"],
  listening: ["可以按键或说话", "listens"],
  listeningKeys: ["可以按键", "listens for keys"],
  listeningWords: ["可以说话", "listens for words"],
  listeningRecord: ["正在录音，请讲；停顿即结束", "records, speak now; a pause ends it"],
  listeningRecordKey: ["正在录音，请讲；停顿或按 {key} 结束", "records, speak now; a pause or {key} ends it"],
  anyKey: ["任意键", "any key"],
  connectedTo: ["与 {to} 接通", "connected to {to}"],
  joined: ["进入会议", "joined the conference"],
  left: ["离开会议", "left the conference"],
  held: ["被保持", "on hold"],
  unheld: ["保持结束", "off hold"],
  queued: ["等待拨出", "queued"],
  ringing: ["振铃", "ringing"],
  "in-progress": ["通话中", "in progress"],
  completed: ["已结束", "ended"],
  busy: ["忙线", "busy"],
  failed: ["失败", "failed"],
  "no-answer": ["无人接听", "no answer"],
  canceled: ["已取消", "cancelled"],
  agent: ["坐席", "agent"],
  field: ["抢修人员", "field crew"],
  supervisor: ["值班长", "supervisor"],
  manager: ["管理人员", "manager"],
  auditor: ["审计", "auditor"],
  admin: ["管理员", "administrator"],
  inbound: ["拨入", "calls in"],
  outbound: ["被叫", "is called"],
  unread: ["{n} 条新内容", "{n} new"],
  queue: ["队列 {name}：{n} 人等待", "queue {name}: {n} waiting"],
  conference: ["会议 {name}：{n} 方", "conference {name}: {n} in it"],
  recording: ["录音 {seconds} 秒（文字驱动：文件是静音）", "recording, {seconds} s (text driver: the file is silence)"],
  recordingNow: ["正在录音", "being recorded"],
  parameters: ["参数", "parameters"],
  attempt: ["第 {n} 次重试", "retry {n}"],
  noBody: ["（没有内容）", "(no content)"],
  application: ["运营商 → 应用", "carrier → application"],
  callback: ["状态回调", "callback"],
  rest: ["应用 → 运营商", "application → carrier"],
  event: ["事件", "event"],
  problem: ["错误", "error"],
  warning: ["警告", "warning"],
  noTexts: ["还没有短信。", "No messages yet."],
  received: ["已收到", "received"],
  sending: ["发送中", "sending"],
  sent: ["已发送", "sent"],
  delivered: ["已送达", "delivered"],
  undelivered: ["未送达", "undelivered"],
};

let language = stored("language", (navigator.language ?? "en").toLowerCase().startsWith("zh") ? "zh" : "en");

export const current = () => language;

export function t(key, values = {}) {
  const pair = TEXTS[key];
  const text = pair ? pair[language === "zh" ? 0 : 1] : key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** The time of day in this browser's zone, which is named: the application may show another's. */
export function timeOfDay(at, seconds = false) {
  const parts = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };
  return new Date(at).toLocaleTimeString("en-GB", seconds ? { ...parts, second: "2-digit" } : parts);
}

/** A conference's name as short as it still says which: programs make names out of long ids. */
export const roomName = (name) => (name.length > 20 ? `${name.slice(0, 4)}…${name.slice(-4)}` : name);

export function toggle() {
  language = language === "zh" ? "en" : "zh";
  store("language", language);
}

/** Writes the words of the page's fixed parts. */
export function translate() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = t("title");
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const [id, key] of [["words", "wordsLabel"], ["body", "bodyLabel"], ["pad", "padLabel"], ["listen", "listenLabel"]]) {
    const node = document.getElementById(id);
    node.setAttribute("aria-label", t(key));
    if ("placeholder" in node) node.placeholder = t(key);
  }
}
