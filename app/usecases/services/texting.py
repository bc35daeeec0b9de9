"""Texts that a caller asks for, and notices on or off."""

from __future__ import annotations

from app.db.tables import Account, TextStop
from app.db.write_set import WriteSet
from app.domain.billing.reads import bills
from app.domain.billing.rules import figures
from app.domain.orders.written import Text
from app.usecases.put_texts import put_texts
from app.usecases.run_turn import Answer
from app.usecases.services.asking import Ask
from ivr_flows import formats

BILL = {
    "zh-CN": "【供电服务热线】户号尾号{tail}，{month}电费{amount}，未缴{unpaid}。",
    "en": "Electricity hotline: account ending {tail}, bill for {month}: {amount}, unpaid: {unpaid}.",
}
PAY = {"zh-CN": "缴费：{url}", "en": " Pay at {url}"}


async def send_bill(ask: Ask) -> Answer:
    """`sms.send_bill`: to an identified caller; with a link where the installation has a page for payments."""
    account_no, phone = ask.text("account_no"), ask.text("phone")
    account = await ask.session.get(Account, account_no)
    found = await bills(ask.session, account_no, limit=1)
    if account is None or not found or not phone or not ask.is_identified(account_no):
        return Answer("error", entry={"reason": "no bill of an identified account, or no number"})
    lang = "zh-CN" if ask.talk.lang.startswith("zh") else "en"
    voice = formats.Voice(lang, ask.now, 0, {}, written=True)
    bill = figures(found[0], account.user_class, ask.today)
    text = BILL[lang].format(
        tail=account_no[-4:],
        month=bill.month,
        amount=formats.yuan(bill.amount_fen, voice),
        unpaid=formats.yuan(bill.outstanding_fen, voice),
    )
    if ask.tools.payment_url:
        text += PAY[lang].format(url=ask.tools.payment_url)
    write = WriteSet()
    answer, contact_id = Text(phone, lang, "answer", text), ask.talk.contact_id
    sent = await put_texts(ask.session, write, [answer], ask.now, contact_id, journaled=False)
    if not sent:
        return Answer("error", entry={"reason": "this number gets no more texts today"})
    return Answer("sent", write_set=write, entry={"message_id": sent[0]}, private={"to": phone, "text": text})


async def subscribe(ask: Ask) -> Answer:
    """`sms.subscribe`."""
    phone, write = ask.text("phone"), WriteSet()
    if ask.flag("on"):
        write.remove(TextStop, phone=phone)
    else:
        write.put(TextStop, phone=phone, at=ask.now)
    return Answer("done", write_set=write, entry={"on": ask.flag("on")}, private={"phone": phone})
