"""Which function answers which question of the trees."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from app.db.database import Database
from app.domain.customers.dialling import number_of
from app.usecases.run_turn import Answer, Conversation
from app.usecases.services import accounts, bills, callbacks, faults, feedback, knowing, outages, progress, texting
from app.usecases.services.asking import Ask, Tools
from app.usecases.services.caller_facts import Known, caller_facts
from ivr_flows.effects import Value

REGISTRY: Mapping[str, Callable[[Ask], Awaitable[Answer]]] = {
    "account.by_number": accounts.by_number,
    "account.confirm": accounts.confirm,
    "account.verify": accounts.verify,
    "bill.latest": bills.latest,
    "bill.history": bills.history,
    "bill.arrears": bills.owed,
    "outage.for_account": outages.for_account,
    "outage.attach": faults.attach,
    "fault.diagnose": faults.diagnose,
    "orders.status": progress.status,
    "orders.latest": progress.latest,
    "order.open_fault": faults.open_fault,
    "order.open_emergency": faults.open_emergency,
    "order.add_place": faults.add_place,
    "order.reconnect": faults.reconnect,
    "order.open_complaint": feedback.complaint,
    "order.open_tipoff": feedback.tipoff,
    "order.open_suggestion": feedback.suggestion,
    "order.open_opinion": feedback.opinion,
    "order.open_praise": feedback.praise,
    "order.urge": progress.urge,
    "knowledge.article": knowing.article,
    "callback.check": callbacks.check,
    "callback.book": callbacks.book,
    "callback.reclaim": callbacks.reclaim,
    "survey.record": knowing.record_survey,
    "sms.send_bill": texting.send_bill,
    "sms.subscribe": texting.subscribe,
}


class HotlineServices:
    """The services of `ivr_flows.services.SERVICES` on this installation's data."""

    def __init__(self, database: Database, tools: Tools) -> None:
        self._database = database
        self._tools = tools

    async def ask(self, service: str, args: Mapping[str, Value], conversation: Conversation) -> Answer:
        """Answer one question from one read session; nothing is written by this."""
        async with self._database.session() as session:
            return await REGISTRY[service](Ask(session, conversation, args, self._tools))

    async def caller_facts(self, number: str, channel: str, at_ms: int, said_text: str = "") -> Mapping[str, Value]:
        """Facts with which a conversation of this number starts; `said_text` is the message that begins it."""
        return (await self.known(number, channel, at_ms, said_text)).facts

    async def known(self, number: str, channel: str, at_ms: int, said_text: str = "") -> Known:
        """The same, with the columns of the contact that go with it."""
        async with self._database.session() as session:
            caller = number_of(number)
            tools = self._tools
            return await caller_facts(
                session, tools, contact_id="", caller=caller, channel=channel, at_ms=at_ms, said_text=said_text
            )
