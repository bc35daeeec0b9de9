"""`python -m local_carrier serve | dial | sms`: the carrier alone, on a port of this machine, and phones for it."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from local_carrier.carrier import Carrier
from local_carrier.faults import FaultRates
from local_carrier.server import serve
from local_carrier.settings import Settings, credentials_from
from local_carrier.terminal import Phone, run, typed_lines
from local_carrier.transcript import LANGUAGES, language_of

CALLER = "+8613800000001"


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local_carrier")
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="serve the REST and control APIs until interrupted")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=int, default=8001)
    serving.add_argument("--app-url", default="http://127.0.0.1:8000", help="scheme and authority of the application")
    serving.add_argument("--voice-path", default=Settings.voice_path, help="path or full URL asked for a call")
    serving.add_argument("--voice-fallback-path", default=Settings.voice_fallback_path)
    serving.add_argument("--voice-status-path", default=Settings.voice_status_path)
    serving.add_argument("--client-path", default=Settings.client_path)
    serving.add_argument("--sms-path", default=Settings.sms_path)
    serving.add_argument("--sms-fallback-path", default=Settings.sms_fallback_path)
    serving.add_argument("--webhook-fragment", default="", help="connection overrides, such as rc=2&rp=ct,rt,5xx")
    serving.add_argument("--ledger", dest="ledger_path", default="", help="JSON-lines file, appended to")
    serving.add_argument("--directory", dest="directory_path", default="", help="JSON list of who can be called")
    serving.add_argument(
        "--keep", dest="kept", type=int, default=Settings.kept, help="calls, texts, … of each kind that can be read"
    )
    serving.add_argument("--seed", default="", help="makes sids and faults repeatable")
    serving.add_argument("--settle-ms", type=int, default=0, help="real quiet before the driven clock moves")
    serving.add_argument("--clock", choices=("real", "driven"), default="real")
    serving.add_argument("--calls-per-second", type=float, default=1.0, help="pace of calls made by REST; 0 = none")
    serving.add_argument("--shared-key", default="", metavar="ID:SECRET", help="sign webhooks with SHA-256 by this key")
    serving.add_argument("--faults", default="", metavar="JSON", help='rates, such as {"callback_doubled": 0.1}')
    dial = commands.add_parser("dial", help="a phone in the terminal")
    dial.add_argument("--keys", default="", help='keys to press, one word at each question: "1 # 2"')
    dial.add_argument("--say", default="", help="a sentence to say at the question after the keys")
    sms = commands.add_parser("sms", help="send a text and show the answer")
    sms.add_argument("text")
    for command in (dial, sms):
        command.add_argument("--from", dest="number", default=CALLER, help="the number that calls")
        command.add_argument("--carrier", default="http://127.0.0.1:8001", help="address of the local carrier")
        command.add_argument("--lang", choices=LANGUAGES, default=language_of(os.environ), help="of what is printed")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    given = vars(arguments().parse_args(argv))
    command = given.pop("command")
    if command != "serve":
        return _phone(command, given)
    try:
        rates = FaultRates.from_json(json.loads(given.pop("faults") or "{}"))
    except ValueError as problem:
        sys.stderr.write(f"--faults: {problem}\n")
        return 2
    key_id, _, secret = given.pop("shared_key").partition(":")
    options: dict[str, Any] = {**credentials_from(), **given}
    settings = Settings(**options, shared_key=(key_id, secret) if secret else None)
    try:
        asyncio.run(_serve(settings, rates))
    except (OSError, ValueError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def _phone(command: str, given: dict[str, Any]) -> int:
    """A call or a text. Without keys and words, and with somebody at the terminal, the call is theirs."""

    async def work(phone: Phone) -> None:
        if command == "sms":
            await phone.sms(given["number"], given["text"])
        elif given["keys"] or given["say"] or not sys.stdin.isatty():
            await phone.dial(given["number"], given["keys"], given["say"])
        else:
            await phone.talk(given["number"], typed_lines())

    try:
        return asyncio.run(run(given["carrier"], given["lang"], work))
    except KeyboardInterrupt:
        return 130


async def _serve(settings: Settings, rates: FaultRates) -> None:
    await serve(Carrier(settings, rates=rates), settings.host, settings.port)


if __name__ == "__main__":
    raise SystemExit(main())
