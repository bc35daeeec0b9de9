"""Write the tables of settings and permissions in the documents anew: `python -m tools.doc_tables`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from app.domain.staff.kinds import Role
from app.domain.staff.permissions import PERMISSIONS, Verb
from app.settings import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, DEMO_SECRET_KEY, Settings

DOCS = Path(__file__).parent.parent / "docs"
DEMO = (DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, DEMO_SECRET_KEY)


def settings() -> list[str]:
    """The rows of docs/operations.md."""
    rows = ["| setting | what | default |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        value = field.default.value if isinstance(field.default, StrEnum) else field.default
        shown = "the demo's" if value in DEMO else f"`{value}`" if value else "empty"
        rows.append(f"| `HOTLINE_{name.upper()}` | {field.description} | {shown} |")
    return rows


def permissions() -> list[str]:
    """The rows of docs/security.md."""
    rows = [f"| permission | {' | '.join(Role)} |", "|---|" + "---|" * len(Role)]
    for verb in Verb:
        scopes = [PERMISSIONS[role].get(verb) for role in Role]
        rows.append(f"| `{verb}` | {' | '.join(scope.name.lower() if scope else '' for scope in scopes)} |")
    return rows


TABLES = {"operations.md": settings, "security.md": permissions}


def renewed(text: str, rows: list[str]) -> str:
    """`text` with the table replaced whose first column has the same head."""
    lines = text.split("\n")
    head = f"|{rows[0].split('|')[1]}|"
    begin = next(at for at, line in enumerate(lines) if line.startswith(head))
    end = next(at for at in range(begin, len(lines)) if not lines[at].startswith("|"))
    return "\n".join([*lines[:begin], *rows, *lines[end:]])


if __name__ == "__main__":
    for document, rows in TABLES.items():
        file = DOCS / document
        file.write_text(renewed(file.read_text("utf-8"), rows()), "utf-8")
