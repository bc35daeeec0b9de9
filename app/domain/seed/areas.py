"""A fictional province: two cities, their counties, towns, lines and transformers."""

from __future__ import annotations

from collections.abc import Iterator

from app.db.tables import Area
from app.domain.seed.rows import SeedRow

PROVINCE = ("80", "云岚省", "North")
CITIES = (("8001", "青禾市"), ("8002", "北屿市"))
COUNTIES = (
    ("800101", "东桥区", "city"),
    ("800102", "临溪县", "rural"),
    ("800201", "海棠区", "city"),
    ("800202", "雁回县", "remote"),
)
TOWNS = (("01", "槐荫"), ("02", "柳泉"))
LINES = ("1", "2")
TRANSFORMERS = ("01", "02")

UNITS = {"8001": "qinghe", "8002": "beiyu"}


def areas() -> Iterator[SeedRow]:
    """The tree from the top down."""
    code, name, _ = PROVINCE
    yield SeedRow(Area, {"code": code, "name": name, "kind": "province", "parent_code": None, "area_type": "city"})
    for city, name in CITIES:
        values = {"code": city, "name": name, "kind": "city", "parent_code": code, "unit": UNITS[city]}
        yield SeedRow(Area, values)
    for county, name, area_type in COUNTIES:
        values = {"code": county, "name": name, "kind": "county", "parent_code": county[:4], "area_type": area_type}
        yield SeedRow(Area, values)
        for town, town_name in TOWNS:
            yield from _town(county + town, town_name, county, name)


def _town(code: str, name: str, county: str, county_name: str) -> Iterator[SeedRow]:
    yield SeedRow(Area, {"code": code, "name": f"{county_name}{name}镇", "kind": "town", "parent_code": county})
    for line in LINES:
        line_code = code + line
        values = {"code": line_code, "name": f"{name}{line}号线", "kind": "line", "parent_code": code}
        yield SeedRow(Area, values)
        for number in TRANSFORMERS:
            values = {"code": line_code + number, "name": f"{name}{line}号线{number}台区", "kind": "transformer"}
            yield SeedRow(Area, {**values, "parent_code": line_code})


def transformers() -> list[str]:
    """Codes of all transformers, in order."""
    return [
        county + town + line + number
        for county, _, _ in COUNTIES
        for town, _ in TOWNS
        for line in LINES
        for number in TRANSFORMERS
    ]
