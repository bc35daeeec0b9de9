"""What must hold in the rows once everybody has hung up, whatever happened before."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from tests.whole.people import Phones, until
from tests.whole.rig import System

OPEN_TASK = "('waiting', 'offered', 'connecting', 'talking', 'wrapping')"
RULES = {
    "a contact is open although nobody is on the line and nobody works on it": f"""
        SELECT contact_id, state FROM contacts c WHERE channel = 'voice' AND hung_up_at IS NOT NULL
        AND ended_at IS NULL AND NOT EXISTS
        (SELECT 1 FROM tasks t WHERE t.contact_id = c.contact_id AND t.state IN {OPEN_TASK})""",
    "a contact ended without an outcome": f"""
        SELECT contact_id, state FROM contacts c WHERE ended_at IS NOT NULL AND (outcome IS NULL OR state <> 'ended')
        AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.contact_id = c.contact_id AND t.state IN {OPEN_TASK})""",
    "an offer is pending on a task that is not offered": """
        SELECT o.offer_id, t.state FROM offers o JOIN tasks t ON t.task_id = o.task_id
        WHERE o.state = 'pending' AND t.state <> 'offered'""",
    "two offers of one task are accepted for one attempt": """
        SELECT task_id, agent_no, COUNT(*) FROM offers WHERE state = 'accepted' GROUP BY task_id, agent_no, offer_id
        HAVING COUNT(*) > 1""",
    "a task that ended has no end": f"""
        SELECT task_id, state FROM tasks WHERE (ended_at IS NULL) <> (state IN {OPEN_TASK})""",
    "an offered task has no pending offer": """
        SELECT task_id FROM tasks t WHERE state = 'offered' AND NOT EXISTS
        (SELECT 1 FROM offers o WHERE o.task_id = t.task_id AND o.state = 'pending')""",
    "an agent has two voice calls at once": """
        SELECT agent_no, COUNT(*) FROM tasks WHERE mode = 'phone' AND state IN ('connecting', 'talking')
        GROUP BY agent_no HAVING COUNT(*) > 1""",
    "an agent has two offers of voice calls at once": """
        SELECT agent_no, COUNT(*) FROM offers WHERE mode = 'phone' AND state = 'pending'
        GROUP BY agent_no HAVING COUNT(*) > 1""",
    "a task's contact is not there": """
        SELECT task_id FROM tasks t WHERE contact_id IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM contacts c WHERE c.contact_id = t.contact_id)""",
    "a place was lost": """
        SELECT t.task_id FROM tasks t JOIN tasks r ON r.task_id = t.root_task_id WHERE t.queued_at > r.queued_at""",
    "a callback was promised and nobody will call": f"""
        SELECT callback_id, contact_id, queue, state FROM callbacks k WHERE state IN ('booked', 'calling')
        AND NOT EXISTS
        (SELECT 1 FROM tasks t WHERE t.contact_id = k.contact_id AND t.kind IN ('callback', 'outbound')
        AND t.state IN {OPEN_TASK})""",
    "a callback waits that was not promised, or has its end already": """
        SELECT t.task_id, t.state FROM tasks t WHERE t.kind = 'callback' AND t.state IN ('waiting', 'offered')
        AND t.contact_id IS NOT NULL AND EXISTS (SELECT 1 FROM callbacks k WHERE k.contact_id = t.contact_id)
        AND NOT EXISTS
        (SELECT 1 FROM callbacks k WHERE k.contact_id = t.contact_id AND k.state IN ('booked', 'calling'))""",
    "the inbox was not drained": "SELECT id, kind FROM inbox WHERE applied_at IS NULL",
    "a request of the outbox has no end": """
        SELECT id, kind, state, error FROM outbox WHERE state IN ('pending', 'sending', 'unknown')
        AND NOT (kind = 'sms.ensure' AND attempts = 0)""",
    "one act made two orders": """
        SELECT contact_id, type, subtype, account_no, COUNT(*) FROM work_orders WHERE contact_id IS NOT NULL
        AND opened_by IS NULL GROUP BY contact_id, type, subtype, account_no HAVING COUNT(*) > 1""",
    "an order's clock is missing": """
        SELECT order_no, type FROM work_orders w WHERE type IN ('fault', 'complaint') AND sub_of IS NULL
        AND NOT EXISTS (SELECT 1 FROM order_clocks k WHERE k.order_no = w.order_no)""",
    "a contact was surveyed twice": """
        SELECT contact_id, COUNT(*) FROM surveys GROUP BY contact_id HAVING COUNT(*) > 1""",
    "a journal row was not sealed": "SELECT id FROM journal WHERE seq IS NULL",
    "a text message has no request": """
        SELECT message_id FROM messages m WHERE channel = 'sms' AND direction = 'outbound' AND status = 'pending'
        AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.id = m.message_id)""",
}


async def broken(system: System) -> dict[str, list[dict[str, Any]]]:
    """The rules that do not hold, with the rows that break them."""
    found = {rule: await system.rows(query) for rule, query in RULES.items()}
    return {rule: rows for rule, rows in found.items() if rows}


async def hold(system: System) -> None:
    """All of them, as soon as what is under way has come to its end."""

    async def quiet() -> bool:
        return not await broken(system)

    try:
        await until(quiet, "invariants", 25)
    except AssertionError:
        raise AssertionError(json.dumps(await broken(system), default=str, ensure_ascii=False, indent=1)) from None
    said = system.hotline("journal", "verify")
    assert said.returncode == 0, said.stdout + said.stderr


async def texts_agree(system: System, phones: Phones) -> list[str]:
    """Differences between the texts in the rows and those in the carrier's ledger, as `lost: …` or `doubled: …`."""
    lines = await phones.ledger(kind="message")
    sent = Counter((line["to"], line["body"]) for line in lines if line["direction"] != "inbound")
    query = """SELECT peer, text FROM messages WHERE channel = 'sms' AND direction = 'outbound'
        AND status <> 'failed'"""
    meant = Counter((row["peer"], row["text"]) for row in await system.rows(query))
    return [f"lost: {text} ×{n}" for text, n in (meant - sent).items()] + [
        f"doubled: {text} ×{n}" for text, n in (sent - meant).items()
    ]
