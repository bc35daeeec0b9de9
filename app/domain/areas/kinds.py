"""Enumerations of areas."""

from enum import StrEnum


class AreaKind(StrEnum):
    """What an area is, from the province down to the transformer."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    LINE = "line"
    TRANSFORMER = "transformer"


class AreaType(StrEnum):
    """What limits of time depend on."""

    CITY = "city"
    RURAL = "rural"
    REMOTE = "remote"


DEFAULT_TYPE = AreaType.CITY
