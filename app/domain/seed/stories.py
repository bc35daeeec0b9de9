"""The customers of the demo whom somebody would want to call as; everyone after them is drawn at random."""

from __future__ import annotations

from dataclasses import dataclass

OUTAGE_NOW = "800102011"
OUTAGE_EXPIRED = "800201021"
QUIET = "80010102201"


@dataclass(frozen=True, slots=True)
class Story:
    """Who calls, from which number, and what there is to hear. `phone` None = the account has none."""

    number: int
    title_zh: str
    title_en: str
    area: str = QUIET
    phone: int | None = 0
    lang: str = "zh-CN"
    sensitive: tuple[str, ...] = ()
    status: str = "active"
    unpaid_months: int = 1

    @property
    def account_no(self) -> str:
        """The account number."""
        return account_no(self.number)

    @property
    def caller(self) -> str | None:
        """The number to call from."""
        return None if self.phone is None else mobile(self.phone or self.number)


def account_no(number: int) -> str:
    """Account numbers of the demo have ten digits."""
    return f"80{number:08}"


def customer_no(number: int) -> str:
    """Customer numbers of the demo."""
    return f"K{number:06}"


def mobile(number: int) -> str:
    """A mobile number of a block that is given to nobody."""
    return f"+861380000{number:04}"


STORIES = (
    Story(1, "本月电费待缴", "a bill to pay"),
    Story(2, "一号两户(之一)", "a caller with two accounts"),
    Story(3, "一号两户(之二)", "the second account of the same caller", phone=2, unpaid_months=0),
    Story(4, "欠费停电", "cut off for arrears", status="suspended_arrears", unpaid_months=3),
    Story(5, "家有医疗设备", "life support at home", sensitive=("medical",), unpaid_months=0),
    Story(6, "独居老人", "elderly, living alone", sensitive=("elderly",)),
    Story(7, "正在停电", "an outage with an estimate", area=OUTAGE_NOW + "01", unpaid_months=0),
    Story(8, "停电已过预计时间", "an outage past its estimate", area=OUTAGE_EXPIRED + "01", unpaid_months=0),
    Story(9, "英语来电", "hears English", lang="en"),
    Story(10, "未留电话", "an account without a phone", phone=None),
    Story(11, "偏远地区", "a remote address: two hours to arrive", area="80020201101", unpaid_months=0),
    Story(12, "欠费未停电", "two bills overdue, still supplied", unpaid_months=3),
)
