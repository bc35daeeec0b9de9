// What is heard, spoken by the browser's own voice, and what is said into its microphone.

import { current } from "./texts.js";
import { store, stored } from "./dom.js";

const synthesis = globalThis.speechSynthesis;
const Recognition = globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition;

export const canListen = Boolean(Recognition);
export let speaking = stored("voice", "on") === "on";

export function setSpeaking(on) {
  speaking = on;
  store("voice", on ? "on" : "off");
  if (!on) hush();
}

export const hush = () => synthesis?.cancel();

/** The language of a text: as the document says, else Chinese where it has ideographs. */
export function languageOf(line) {
  if (line.language) return line.language.replace(/^cmn-(Hans-)?/, "zh-").replace(/^yue-(Hant-)?/, "zh-");
  return /[\u3400-\u9fff]/.test(line.text) ? "zh-CN" : "en-US";
}

export function speak(line) {
  if (!speaking || !synthesis || !["say", "voice"].includes(line.sound)) return;
  const utterance = new SpeechSynthesisUtterance(line.text);
  utterance.lang = languageOf(line);
  synthesis.speak(utterance);
}

/** One sentence from the microphone, handed to `take`; `done` is called in any case. */
export function listen(take, done) {
  hush();
  const recognition = new Recognition();
  recognition.lang = current() === "zh" ? "zh-CN" : "en-US";
  recognition.onresult = (event) => take(event.results[0][0].transcript);
  recognition.onend = done;
  recognition.onerror = done;
  recognition.start();
}
