"""How calls begin: a party dials in, a client connects, the application calls out."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from local_carrier.interpreter import run_call
from local_carrier.leg import Interrupt, Leg, Redirected, StatusCallback, Target
from local_carrier.parties.phone import Phone
from local_carrier.parties.script import Script

if TYPE_CHECKING:
    from local_carrier.carrier import Carrier

Programme = Callable[[Leg], Awaitable[None]]
RING_AFTER_MS = 200
RING_BUFFER_S = 5
LONGEST_ADDRESS = 140
IDENTITY = re.compile(r"[A-Za-z0-9_.@+-]{1,121}")


class Dialling:
    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self.phones: dict[str, Phone] = {}
        self._next_slot_ms = 0

    def phone(self, leg: Leg, script: Script | None = None) -> Phone:
        phone = self.phones[leg.sid] = Phone(self._carrier, leg, script)
        return phone

    def dial_in(self, from_: str, to: str, script: Script | None = None) -> Leg:
        """A party dials one of the account's numbers; raises ValueError when the number is nobody's, or the party."""
        carrier = self._carrier
        if not 0 < len(from_) <= LONGEST_ADDRESS:
            raise ValueError(f"from is needed, of at most {LONGEST_ADDRESS} characters")
        if to not in carrier.numbers:
            raise ValueError(f"{to[:40]} is not one of the account's numbers: {', '.join(sorted(carrier.numbers))}")
        status = StatusCallback(carrier.settings.app(carrier.settings.voice_status_path))
        leg = carrier.calls.create("inbound", from_, to, callback=status)
        self._begin(leg, carrier.settings.app(carrier.settings.voice_path), script)
        return leg

    def connect_client(self, identity: str, params: dict[str, str], script: Script | None = None) -> Leg:
        """What a browser's `device.connect({params})` does: an inbound call that asks the TwiML
        application."""
        if not IDENTITY.fullmatch(identity):
            raise ValueError("an identity has 1 to 121 letters, digits or _ . @ + -")
        carrier = self._carrier
        given = {key: value for key, value in params.items() if key != "To"}
        status = StatusCallback(carrier.settings.app(carrier.settings.voice_status_path))
        leg = carrier.calls.create(
            "inbound",
            f"client:{identity}",
            params.get("To", ""),
            callback=status,
            extra=(("ApplicationSid", carrier.settings.app_sid), *given.items()),
        )
        self._begin(leg, carrier.settings.app(carrier.settings.client_path), script)
        return leg

    def _begin(self, leg: Leg, url: str, script: Script | None) -> None:
        carrier = self._carrier
        self.phone(leg, script)
        carrier.calls.set_status(leg, "ringing")
        fallback = carrier.settings.app(carrier.settings.voice_fallback_path)
        carrier.clock.spawn(run_call(carrier, leg, Target(url, fallback_url=fallback)))

    def call_out(
        self,
        leg: Leg,
        programme: Programme,
        *,
        timeout_s: int = 60,
        paced: bool = False,
        machine_detection: bool = False,
    ) -> None:
        """Rings the party of a leg made before; `programme` runs once it answers. `paced` is for calls
        made by REST."""
        carrier = self._carrier
        start_ms = carrier.clock.now_ms()
        if paced and carrier.settings.calls_per_second > 0:
            start_ms = max(start_ms, self._next_slot_ms)
            self._next_slot_ms = start_ms + int(1000 / carrier.settings.calls_per_second)
        leg.queue_time_ms = start_ms - carrier.clock.now_ms()
        entry = carrier.directory.of(leg.to)
        self.phone(leg, entry.script)
        if machine_detection:
            leg.on_answer.append(lambda answered: setattr(answered, "answered_by", entry.answered_by))
        carrier.clock.spawn(self._ring(leg, programme, start_ms, timeout_s))

    async def _ring(self, leg: Leg, programme: Programme, start_ms: int, timeout_s: int) -> None:
        carrier, calls = self._carrier, self._carrier.calls
        entry = carrier.directory.of(leg.to)
        try:
            while carrier.clock.now_ms() < start_ms:
                await leg.wait(start_ms)
            calls.call_back(leg, "initiated")
            while carrier.clock.now_ms() < start_ms + RING_AFTER_MS:
                await leg.wait(start_ms + RING_AFTER_MS)
            if entry.refuse in ("failed", "busy"):
                calls.end(leg, entry.refuse)
            leg.check()
            calls.set_status(leg, "ringing")
            now = carrier.clock.now_ms()
            if entry.refuse == "rejected":
                carrier.clock.call_at(now + 1_000, lambda: calls.end(leg, "busy"))
            elif entry.answer_after_s is not None and not entry.manual:
                phone = self.phones[leg.sid]
                carrier.clock.call_at(now + int(entry.answer_after_s * 1000), phone.pick_up)
            limit = carrier.clock.call_at(now + (timeout_s + RING_BUFFER_S) * 1000, lambda: self._give_up(leg))
            while not leg.answered_at:
                await leg.until(lambda: bool(leg.answered_at))
            limit.cancel()
            await programme(leg)
        except Redirected as redirected:
            await run_call(carrier, leg, redirected.target)
        except Interrupt:
            pass
        finally:
            calls.end(leg)

    def _give_up(self, leg: Leg) -> None:
        if not leg.answered_at:
            self._carrier.calls.end(leg, "no-answer")

    def tell(self, leg: Leg, target: Target) -> None:
        """Asks an action address of a call that has gone elsewhere: the answer is not executed."""
        carrier = self._carrier
        params = (*carrier.calls.params(leg), *target.params)
        token = carrier.sids.next("", f"{leg.sid}/request")
        carrier.clock.spawn(self._ask(leg, target, params, token))

    async def _ask(self, leg: Leg, target: Target, params: tuple[tuple[str, str], ...], token: str) -> None:
        await self._carrier.http.send(
            leg.party, target.url, params, method=target.method, cookies=leg.cookies, token=token
        )
