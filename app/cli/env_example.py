"""`.env.example` from the settings: `python -m app.cli.env_example > .env.example`."""

from __future__ import annotations

from enum import StrEnum

from app.settings import Settings

HEAD = """# Settings of the hotline, with their defaults. Copy to .env and take away the # where a value differs.
# Production refuses to start on the demo's defaults; `hotline doctor` says what is wrong.
"""


def env_example() -> str:
    """All settings as comments, in the order of the code."""
    lines = [HEAD]
    for name, field in Settings.model_fields.items():
        default = field.default.value if isinstance(field.default, StrEnum) else field.default
        lines.append(f"# {field.description}\n#HOTLINE_{name.upper()}={default}\n")
    return "\n".join(lines)


if __name__ == "__main__":
    print(env_example(), end="")
