"""Enumerations of customers and accounts."""

from enum import StrEnum


class CustomerKind(StrEnum):
    """Who a customer is."""

    PERSON = "person"
    ORGANIZATION = "organization"


class TradeMode(StrEnum):
    """How they buy."""

    INDIVIDUAL = "individual"
    INTERMEDIARY = "intermediary"
    LARGE = "large"


class Relation(StrEnum):
    """Where they stand."""

    POTENTIAL = "potential"
    CURRENT = "current"
    FORMER = "former"


class Sensitivity(StrEnum):
    """Why somebody is treated with special care."""

    MEDICAL = "medical"
    ELDERLY = "elderly"
    MEDIA = "media"
    LAWSUIT = "lawsuit"
    IMPORTANT = "important"
    FREQUENT = "frequent"


class UserClass(StrEnum):
    """What the supply is used for."""

    RESIDENTIAL = "residential"
    COMMERCIAL = "commercial"
    INDUSTRIAL = "industrial"
    AGRICULTURAL = "agricultural"


class Prepay(StrEnum):
    """How it is paid for."""

    POST = "post"
    PREPAID = "prepaid"
    LOCAL_CARD = "local_card"


class AccountStatus(StrEnum):
    """Whether the account is supplied."""

    ACTIVE = "active"
    SUSPENDED_ARREARS = "suspended_arrears"
    SUSPENDED_OTHER = "suspended_other"
    CLOSED = "closed"


class Relay(StrEnum):
    """What the meter's relay was last known to be."""

    CLOSED = "closed"
    OPEN = "open"
    UNKNOWN = "unknown"


class Lang(StrEnum):
    """Languages of prompts and texts."""

    ZH_CN = "zh-CN"
    EN = "en"
