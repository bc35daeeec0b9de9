"""How serious each of the carrier's numbers is that can occur here (docs/api/errors, its error dictionary).

Numbers of refused REST requests are errors all of them and stand where they are raised; every number has a row in
docs/local-carrier.md. 0 stands for what has no number of the carrier's.
"""

from __future__ import annotations

WARNINGS = frozenset(
    {
        *(12200, 13000, 13210, 13212, 13213, 13214, 13215, 13216, 13217, 13218, 13219, 13220, 13221, 13222, 13223),
        *(13230, 13232, 13233, 13234, 13235, 13237, 13241, 13243, 13256, 13310, 13311, 13312, 13313, 13314, 13320),
        *(13321, 13322, 13326, 13327, 13328, 13329, 13330, 13331, 13332, 13333, 13334, 13410, 13430, 13510, 13511),
        *(13520, 13521, 13610, 13611, 13612, 13613, 13614, 13616, 13699, 13710, 13810),
        *(14101, 14102, 14103, 14104, 14105, 14106, 14109, 14110, 14207),
    }
)


def level_of(code: int) -> str:
    """`warning` or `error`, as the ledger writes it."""
    return "warning" if code in WARNINGS else "error"
