"""Staff of the demo. They share one password, which only a demo gets."""

from __future__ import annotations

from collections.abc import Iterator

from app.db.tables import Staff
from app.domain.seed.rows import SeedRow
from app.domain.seed.stories import mobile

DEMO_PASSWORD = "demo-hotline-95598"

PEOPLE: tuple[tuple[str, str, str, list[str], dict[str, int], str], ...] = (
    # number, name, role, modes, skills, team
    ("1001", "陈安", "agent", ["phone"], {"fault": 3, "bill": 2, "zh": 5}, "A"),
    ("1002", "林静", "agent", ["phone"], {"fault": 2, "complaint": 3, "zh": 5, "en": 4}, "A"),
    ("1003", "周明", "agent", ["phone", "web"], {"bill": 3, "zh": 5}, "A"),
    ("1004", "吴朗", "agent", ["phone"], {"fault": 2, "zh": 5, "yue": 4}, "A"),
    ("2001", "许宁", "agent", ["web"], {"bill": 2, "zh": 5, "en": 3}, "B"),
    ("2002", "沈远", "agent", ["web"], {"fault": 2, "zh": 5}, "B"),
    ("3001", "抢修一班 韩平", "field", ["field"], {"lv": 3}, "F1"),
    ("3002", "抢修二班 杨志", "field", ["field"], {"lv": 3, "hv": 2}, "F2"),
    ("4001", "秦和", "supervisor", ["phone", "web"], {"fault": 3, "zh": 5}, "A"),
    ("5001", "朱景", "manager", [], {}, "M"),
    ("6001", "郑清", "auditor", [], {}, "M"),
    ("9001", "赵承", "admin", [], {}, "M"),
)


def people(password_hash: str | None) -> Iterator[SeedRow]:
    """All of them, with this hash; None = they cannot log in."""
    for position, (agent_no, name, role, modes, skills, team) in enumerate(PEOPLE):
        values = {"agent_no": agent_no, "name": name, "role": role, "modes": modes, "skills": skills, "team": team}
        yield SeedRow(
            Staff,
            {**values, "phone": mobile(9_001 + position), "password_hash": password_hash, "active": True},
        )
