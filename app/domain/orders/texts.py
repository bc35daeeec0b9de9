"""What people are texted about their orders. A tip-off's text says nothing of what it is about."""

from __future__ import annotations

from app.db.tables import WorkOrder
from app.domain.orders.kinds import OrderType
from app.domain.orders.written import Notice, Text, Written

_TEXTS = {
    "fault": (
        "【供电服务热线】报修已受理，工单号{no}，抢修人员将在{minutes}分钟内到达现场，请保持电话畅通。",
        "Electricity hotline: your fault report is registered under order {no}. A crew will arrive "
        "within {minutes} minutes.",
    ),
    "attached": (
        "【供电服务热线】您的停电报告已登记，工单号{no}，该区域正在抢修，恢复供电后将短信通知您。",
        "Electricity hotline: your report is registered under order {no}. The outage is being repaired; "
        "we will text you when power is back.",
    ),
    "emergency": (
        "【供电服务热线】紧急报修已登记，工单号{no}。请远离危险处，不要触碰，有人受伤请拨120。",
        "Electricity hotline: your emergency is registered under order {no}. Keep well away, touch nothing; "
        "if anyone is hurt, call 120.",
    ),
    "emergency_here": (
        "紧急报修已登记，工单号{no}。请远离危险处，不要触碰，有人受伤请拨120。如还没有写明具体地点，请写明。",
        "Your emergency is registered under order {no}. Keep well away, touch nothing; if anyone is hurt, call 120. "
        "Please write where it is, unless you have.",
    ),
    "place_noted": (
        "地点已记入工单{no}。请远离危险处，坐席会在这里答复您。",
        "The place is noted in order {no}. Keep well away; an agent will answer you here.",
    ),
    "passed_on": (
        "您写的情况已补充到工单{no}，抢修人员看得到。请远离危险处，有人受伤请拨120。",
        "What you wrote was passed on to the crew in order {no}. Keep well away; if anyone is hurt, call 120.",
    ),
    "complaint": (
        "【供电服务热线】投诉已受理，编号{no}，我们将在{hours}小时内联系您，{workdays}个工作日内答复。",
        "Electricity hotline: complaint {no} is registered. We will contact you within {hours} hours and answer within "
        "{workdays} working days.",
    ),
    "reconnection": (
        "【供电服务热线】复电申请已登记，工单号{no}，核实缴费后{hours}小时内恢复供电。",
        "Electricity hotline: reconnection {no} is registered. Power is restored within {hours} hours "
        "once the payment is confirmed.",
    ),
    "answered": (
        "【供电服务热线】您的来电已登记，编号{no}，我们将在{workdays}个工作日内答复。",
        "Electricity hotline: registered under number {no}. We will answer within {workdays} working days.",
    ),
    "neutral": (
        "【供电服务热线】您的来电已登记，编号{no}。",
        "Electricity hotline: registered under number {no}.",
    ),
    "restored": (
        "【供电服务热线】工单{no}：供电已恢复。如仍无电请来电或回复BX。",
        "Electricity hotline, order {no}: power is restored. If yours is still off, call us or reply FAULT.",
    ),
    "crew_assigned": (
        "【供电服务热线】工单{no}：抢修人员已接单。",
        "Electricity hotline, order {no}: a crew has taken it on.",
    ),
    "arrived": (
        "【供电服务热线】工单{no}：抢修人员已到达现场。",
        "Electricity hotline, order {no}: the crew has arrived.",
    ),
    "not_ours": (
        "【供电服务热线】工单{no}：经现场检查，故障设备不属于供电企业产权，请联系物业或持证电工处理。如有疑问请来电。",
        "Electricity hotline, order {no}: the crew found the fault in equipment that is not ours. Please ask your "
        "property manager or a licensed electrician. Questions? Call us.",
    ),
    "estimate": (
        "【供电服务热线】工单{no}：预计{time}恢复供电。",
        "Electricity hotline, order {no}: power is expected back at {time}.",
    ),
    "arrival": (
        "【供电服务热线】工单{no}：抢修人员预计{time}到达现场。",
        "Electricity hotline, order {no}: the crew expects to be with you at {time}.",
    ),
    "no_estimate": (
        "【供电服务热线】工单{no}：恢复时间正在核实，抢修仍在进行。",
        "Electricity hotline, order {no}: the time of restoration is being checked; work goes on.",
    ),
}


def text(key: str, to: str, lang: str, kind: str, order_no: str, **values: object) -> Text:
    """One text in the reader's language; any language but Chinese reads English."""
    chinese, english = _TEXTS[key]
    template = chinese if lang.startswith("zh") else english
    return Text(to, lang, kind, template.format(no=order_no, **values), order_no)


def tell(written: Written, order: WorkOrder, key: str, kind: str, **values: object) -> None:
    """Text it to who reported the order, and write it into their chat. Of an outage its own use cases tell."""
    if order.outage_no is None and order.contact_phone:
        written.texts.append(text(key, order.contact_phone, order.lang, kind, order.order_no, **values))
    show(written, order, key, kind, **values)


def show(written: Written, order: WorkOrder, key: str, kind: str, **values: object) -> None:
    """Write it into the chat in which a fault was reported, if it was in one."""
    if order.type == OrderType.FAULT and order.outage_no is None and order.contact_id:
        words = text(key, "", order.lang, kind, order.order_no, **values).text
        written.notices.append(Notice(order.contact_id, kind, words, order.order_no))


def confirmation(order_type: str, subtype: str | None) -> str:
    """Which text confirms an order of this type."""
    if order_type == OrderType.SERVICE_REQUEST and subtype == "reconnection":
        return "reconnection"
    if order_type in (OrderType.FAULT, OrderType.COMPLAINT):
        return order_type
    return "neutral" if order_type in (OrderType.TIPOFF, OrderType.PRAISE) else "answered"
