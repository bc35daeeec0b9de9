// The phone page: several phones at once, and what happens behind the line.

import { byId, store, stored } from "./dom.js";
import { dial, model, on, run } from "./model.js";
import * as calls from "./calls-view.js";
import * as handset from "./handset-view.js";
import * as steps from "./steps-view.js";
import * as texts from "./texts-view.js";
import { toggle, translate } from "./texts.js";
import { setSpeaking, speaking } from "./voice.js";

const FIRST = "+8613800000001";

function drawAll() {
  translate();
  for (const view of [calls, handset, texts, steps]) view.drawAll();
}

function refuse(text) {
  byId("refused").textContent = text;
  byId("refused").hidden = !text;
}

function startDialling() {
  const number = byId("number");
  number.value = stored("number", "");
  on("state", () => { number.value ||= model.entries[0]?.address ?? FIRST; });
  byId("dial").addEventListener("submit", async (event) => {
    event.preventDefault();
    store("number", number.value.trim());
    try {
      await dial(number.value.trim());
      refuse("");
      calls.show("handset");
    } catch (problem) {
      refuse(problem.message);
    }
  });
  byId("write").addEventListener("click", () => {
    if (byId("dial").reportValidity()) texts.writeAs(number.value.trim());
  });
}

function startSwitches() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const use = (theme) => { document.documentElement.dataset.theme = theme; };
  use(stored("theme", dark.matches ? "dark" : "light"));
  byId("theme").addEventListener("click", () => {
    use(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    store("theme", document.documentElement.dataset.theme);
  });
  byId("language").addEventListener("click", () => { toggle(); drawAll(); });
  byId("voice").checked = speaking;
  byId("voice").addEventListener("change", (event) => setSpeaking(event.target.checked));
  for (const button of document.querySelectorAll("nav button")) {
    button.addEventListener("click", () => calls.show(button.dataset.show));
  }
  on("online", () => { byId("offline").hidden = model.online; });
}

for (const view of [calls, handset, texts, steps]) view.start();
startDialling();
startSwitches();
drawAll();
calls.show("phones");
run();
