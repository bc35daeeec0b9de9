"""Articles that the trees read aloud and agents look up, and the phrases (category `phrase`) that agents write."""

from __future__ import annotations

from collections.abc import Iterator

from app.db.tables import Article
from app.domain.seed.rows import SeedRow

ARTICLES = (
    (
        "tariff", "billing", "居民阶梯电价",
        "居民用电按阶梯计价，用得多的部分单价较高。您所在地区的各档电量和单价见账单背面。",
        "Residential tariff",
        "Homes pay by tiers: what is used beyond a tier costs more. Tiers and rates are printed on your bill.",
    ),
    (
        "new_connection", "connection", "新装用电",
        "办理新装用电请准备身份证明和房屋产权证明，可在网上或营业厅申请，居民用户五个工作日内装表接电。",
        "New connection",
        "Bring proof of identity and of ownership, and apply online or at an office. Homes are connected within five "
        "working days.",
    ),
    (
        "rename", "service", "更名过户",
        "更名或过户请双方持身份证明办理，须先结清电费。",
        "Change of name",
        "Both parties bring proof of identity; open bills are settled first.",
    ),
    (
        "payment", "billing", "缴费方式",
        "您可以通过手机、网上、银行代扣或营业厅缴费，到账后欠费停电的用户二十四小时内恢复供电。",
        "Ways to pay",
        "Pay by phone, online, by direct debit or at an office. After payment, supply is restored within 24 hours.",
    ),
    (
        "late_fee", "billing", "违约金",
        "电费逾期的，从逾期之日起按日计收违约金，居民用户每日千分之一，总额不足一元按一元收取。",
        "Late fees",
        "From the day after the due date, homes pay 0.1 percent a day, at least one yuan in all.",
    ),
    (
        "safety", "safety", "用电安全",
        "发现电线落地，请保持八米以上距离，不要触碰，并立即来电按8。",
        "Safety",
        "Keep eight metres away from a fallen wire, touch nothing, call us and press 8.",
    ),
    (
        "no_power", "fault", "家里没电先看什么",
        "先看邻居是否有电。邻居也没电，多为线路停电，请来电按4查询或按1报修；只有一家没电，请看空气开关和漏电保护器是否跳闸，电费是否欠缴。",
        "No power at home",
        "See whether the neighbours have power. If not, it is likely an outage: call and press 4 to ask or 1 to "
        "report. If it is only your home, look at the breakers, and whether a bill is open.",
    ),
    (
        "tripped", "fault", "跳闸怎么办",
        "拔下所有电器，合上总开关，再逐个插回。漏电保护器再次跳开说明户内漏电，请不要反复合闸，请电工检查；合闸后仍没有电请报修。",
        "A breaker has tripped",
        "Unplug everything, switch the main breaker on, plug in one after the other. If the residual current device "
        "trips again there is a leak in the home: leave it off and call an electrician. If there is still no power, "
        "report a fault.",
    ),
    (
        "say_1_hello", "phrase", "问候", "您好，很高兴为您服务，请问有什么可以帮您？",
        "Greeting", "Hello, how can I help you?",
    ),
    (
        "say_2_account", "phrase", "请提供户号", "请您提供十位户号，或办理用电时留的电话，我马上为您查询。",
        "Ask for the account",
        "Please tell me your ten-digit account number, or the phone on file, and I will look it up.",
    ),
    (
        "say_3_wait", "phrase", "请稍候", "请稍候，正在为您查询。",
        "One moment", "One moment please, I am looking it up.",
    ),
    (
        "say_4_crew", "phrase", "已派抢修", "已为您登记报修，抢修人员会与您联系，请保持电话畅通。",
        "A crew is coming", "Your fault is registered. The crew will contact you; please keep your phone at hand.",
    ),
    (
        "say_5_safety", "phrase", "安全提示", "请远离断落的电线和冒火的设备，至少保持八米，不要触碰。",
        "Keep away", "Keep at least eight metres away from fallen wires and burning equipment, and touch nothing.",
    ),
    (
        "say_6_bye", "phrase", "结束语", "感谢您的来访，稍后请您为本次服务评价，再见。",
        "Goodbye", "Thank you for writing. Please rate this service in a moment. Goodbye.",
    ),
)  # fmt: skip


def articles() -> Iterator[SeedRow]:
    """All of them, published."""
    for code, category, title_zh, body_zh, title_en, body_en in ARTICLES:
        texts = {"title_zh": title_zh, "body_zh": body_zh, "title_en": title_en, "body_en": body_en}
        yield SeedRow(Article, {"code": code, "category": category, **texts, "state": "published"})
