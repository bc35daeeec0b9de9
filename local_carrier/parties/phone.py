"""What a party does with its phone reaches its call here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_carrier.leg import Key, Leg, Speech
from local_carrier.parties.script import KEY_GAP_MS, Actor, Script

if TYPE_CHECKING:
    from local_carrier.carrier import Carrier

KEYS = frozenset("0123456789*#")


class Phone:
    """The phone of one call's party. Doing something with a call that is over does nothing."""

    def __init__(self, carrier: Carrier, leg: Leg, script: Script | None = None) -> None:
        self._carrier, self.leg = carrier, leg
        if script is not None:
            self.actor = Actor(script, carrier.clock, leg.handset, self)

    def press(self, keys: str) -> None:
        """Presses key after key, a quarter of a second apart; `w` waits half a second more, the rest is
        skipped."""
        delay_ms = 0
        for key in keys:
            if key in "wW":
                delay_ms += 500
            elif key in KEYS:
                if delay_ms:
                    due_ms = self._carrier.clock.now_ms() + delay_ms
                    self._carrier.clock.call_at(due_ms, lambda key=key: self._one(key))  # type: ignore[misc]
                else:
                    self._one(key)
                delay_ms += KEY_GAP_MS

    def _one(self, key: str) -> None:
        if self.leg.over or not self._open():
            return
        self.leg.handset.write("pressed", key=key)
        self._carrier.ledger.record(self.leg.party, "key", call_sid=self.leg.sid, key=key)
        self.leg.put(Key(key))

    def say(self, words: str) -> None:
        if self.leg.over or not self._open():
            return
        self.leg.handset.write("said", text=words)
        self._carrier.ledger.record(self.leg.party, "said", call_sid=self.leg.sid, text=words)
        room = self.leg.room
        if room is None:
            self.leg.put(Speech(words))
        else:
            self._carrier.media.carry(self.leg, room.listeners(self.leg), words)

    def hang_up(self) -> None:
        """Hangs up, or gives up while it still rings; a called party that has not answered declines."""
        if self.leg.direction == "inbound" or self.leg.answered_at:
            self._carrier.ledger.record(self.leg.party, "hung_up", call_sid=self.leg.sid)
            self._carrier.calls.end(self.leg)
        else:
            self.decline()

    def answer(self) -> bool:
        """Takes a ringing call; false when it does not ring."""
        if self.leg.direction == "inbound" or self.leg.status != "ringing":
            return False
        self._carrier.calls.set_status(self.leg, "in-progress")
        self.leg.nudge()
        return True

    def pick_up(self) -> None:
        """What a party that answers by itself does when its time has come."""
        self.answer()

    def decline(self) -> bool:
        if self.leg.direction == "inbound" or self.leg.answered_at or self.leg.over:
            return False
        self._carrier.calls.end(self.leg, "busy")
        return True

    def send_sms(self, body: str) -> None:
        to = self.leg.to if self.leg.direction == "inbound" else self.leg.from_
        self._carrier.messages.receive(self.leg.party, to, body)

    def _open(self) -> bool:
        return bool(self.leg.answered_at)
