"""`python -m local_carrier serve`: the carrier alone, on a port of this machine."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any

from local_carrier.carrier import Carrier
from local_carrier.faults import FaultRates
from local_carrier.server import serve
from local_carrier.settings import Settings, credentials_from


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local_carrier")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("serve", help="serve the REST and control APIs until interrupted")
    run.add_argument("--host", default="127.0.0.1")
    run.add_argument("--port", type=int, default=8001)
    run.add_argument("--app-url", default="http://127.0.0.1:8000", help="scheme and authority of the application")
    run.add_argument("--voice-path", default=Settings.voice_path, help="path or full URL asked for a call")
    run.add_argument("--voice-fallback-path", default=Settings.voice_fallback_path)
    run.add_argument("--voice-status-path", default=Settings.voice_status_path)
    run.add_argument("--client-path", default=Settings.client_path)
    run.add_argument("--sms-path", default=Settings.sms_path)
    run.add_argument("--sms-fallback-path", default=Settings.sms_fallback_path)
    run.add_argument("--webhook-fragment", default="", help="connection overrides, such as rc=2&rp=ct,rt,5xx")
    run.add_argument("--ledger", dest="ledger_path", default="", help="JSON-lines file, appended to")
    run.add_argument("--directory", dest="directory_path", default="", help="JSON list of who can be called")
    run.add_argument("--seed", default="", help="makes sids and faults repeatable")
    run.add_argument("--settle-ms", type=int, default=0, help="real quiet before the driven clock moves")
    run.add_argument("--clock", choices=("real", "driven"), default="real")
    run.add_argument("--calls-per-second", type=float, default=1.0, help="pace of calls made by REST; 0 = none")
    run.add_argument("--shared-key", default="", metavar="ID:SECRET", help="sign webhooks with SHA-256 by this key")
    run.add_argument("--faults", default="", metavar="JSON", help='rates, such as {"callback_doubled": 0.1}')
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    given = vars(arguments().parse_args(argv))
    given.pop("command")
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


async def _serve(settings: Settings, rates: FaultRates) -> None:
    await serve(Carrier(settings, rates=rates), settings.host, settings.port)


if __name__ == "__main__":
    raise SystemExit(main())
