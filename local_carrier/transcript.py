"""What was heard and done in a call, as lines for reading: who says what, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LANGUAGES = ("zh", "en")
WORDS: dict[str, dict[str, str]] = {
    "hotline": {"zh": "热线", "en": "hotline"},
    "caller": {"zh": "来电", "en": "caller"},
    "calls": {"zh": "{from_} 拨打 {to}", "en": "{from_} calls {to}"},
    "key": {"zh": "[按键 {keys}]", "en": "[key {keys}]"},
    "play": {"zh": "（播放 {text}）", "en": "(plays {text})"},
    "tones": {"zh": "（拨号音 {text}）", "en": "(tones {text})"},
    "music": {"zh": "（等待音乐）", "en": "(music)"},
    "tone ringing": {"zh": "（回铃音）", "en": "(ringing tone)"},
    "tone busy": {"zh": "（忙音）", "en": "(busy tone)"},
    "tone not in service": {"zh": "（号码不可用的提示音）", "en": "(number not in service)"},
    "beep": {"zh": "（嘀）", "en": "(beep)"},
    "connected": {"zh": "已接通 {to}", "en": "connected to {to}"},
    "in-progress": {"zh": "接通", "en": "answered"},
    "ringing": {"zh": "振铃", "en": "ringing"},
    "completed": {"zh": "通话结束", "en": "the call has ended"},
    "busy": {"zh": "忙线", "en": "busy"},
    "no-answer": {"zh": "无人接听", "en": "not answered"},
    "failed": {"zh": "呼叫失败", "en": "the call has failed"},
    "canceled": {"zh": "已取消", "en": "cancelled"},
    "joined": {"zh": "进入会议", "en": "joined the conference"},
    "left": {"zh": "离开会议", "en": "left the conference"},
    "held": {"zh": "被保持", "en": "on hold"},
    "unheld": {"zh": "保持结束", "en": "off hold"},
    "quiet": {"zh": "{seconds} 秒没有再听到什么，挂机", "en": "nothing more was heard for {seconds} s: hung up"},
    "long": {"zh": "最后一次操作后已 {seconds} 秒，挂机", "en": "{seconds} s after the last thing done: hung up"},
    "unasked": {"zh": "没有等到可以按键的时候：{rest}", "en": "the line never listened for: {rest}"},
    "no reply": {"zh": "{seconds} 秒内没有回复", "en": "no reply within {seconds} s"},
    "how": {
        "zh": "输入数字、* 或 # 按键；其他文字为说话；/hangup 挂机",
        "en": "type digits, * or # to press keys, anything else to speak, /hangup to hang up",
    },
}


def language_of(environ: Mapping[str, str]) -> str:
    """zh where the locale of the environment is Chinese, else en."""
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"


class Wording:
    """The lines of one transcript in one language; times count from `start_ms`, in minutes and seconds."""

    def __init__(self, language: str, start_ms: int = 0) -> None:
        self._language, self._start_ms = language, start_ms

    def word(self, name: str, **values: Any) -> str:
        found = WORDS.get(name)
        return found[self._language].format(**values) if found else name

    def at(self, at_ms: int) -> str:
        seconds = max(0, at_ms - self._start_ms) // 1000
        return f"{seconds // 60:02}:{seconds % 60:02}"

    def spoken(self, at_ms: int, who: str, text: str) -> str:
        name = self.word(who)
        return f"{self.at(at_ms)}  {name:<{4 if self._language == 'zh' else 8}}{text}"

    def event(self, at_ms: int, text: str) -> str:
        return f"{self.at(at_ms)}  -- {text}"

    def line(self, line: Mapping[str, Any]) -> str:
        """One line of the transcript for reading; empty for what nobody needs to see. Keys are `pressed`."""
        at_ms = int(line["at"])
        match line["kind"]:
            case "heard":
                return self._heard(at_ms, line)
            case "said":
                return self.spoken(at_ms, "caller", str(line["text"]))
            case "status":
                return self.event(at_ms, self.word(str(line["status"])))
            case "connected":
                return self.event(at_ms, self.word("connected", to=line["to"]))
            case "conference":
                return self.event(at_ms, self.word(str(line["event"])))
        return ""

    def pressed(self, at_ms: int, keys: str) -> str:
        return self.spoken(at_ms, "caller", self.word("key", keys=keys))

    def _heard(self, at_ms: int, line: Mapping[str, Any]) -> str:
        sound, text = str(line["sound"]), str(line["text"])
        if sound == "voice":
            return self.spoken(at_ms, str(line.get("who", "")), f" {text}" if line.get("who") else text)
        name = f"tone {text}" if sound == "tone" else sound
        return self.spoken(at_ms, "hotline", text if sound == "say" else self.word(name, text=text))
