"""Has the service's program loaded; each line on standard input, a JSON object of its environment, forks a life of it.

The point named by `FAILPOINT_LATER` is armed by SIGUSR1, so that a life can be let serve for a while before it ends.
Says `loaded`, then the process id of each life, on standard output. A life writes where standard error goes.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

from app.cli import main
from app.observe.failpoints import arm

LATER = "FAILPOINT_LATER"
LOADED = (
    *("app.cli.serving", "app.carrier.twilio", "app.db.committer_postgres", "app.db.hot_postgres", "app.db.doorbell"),
    *("aiosqlite", "sqlalchemy.dialects.postgresql.asyncpg", "uvloop", "uvicorn.loops.uvloop", "uvicorn.lifespan.on"),
    *("uvicorn.protocols.http.httptools_impl", "uvicorn.protocols.websockets.websockets_sansio_impl"),
)
"""All that a life would load by and by."""


def serve_forks(words: Sequence[str]) -> int:
    """Until standard input ends; lives go on after that."""
    for name in LOADED:
        import_module(name)
    _say("loaded")
    for line in sys.stdin:
        life = os.fork()
        if life == 0:
            _live(words, json.loads(line))
        _say(str(life))
        _bury()
    return 0


def _say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def _live(words: Sequence[str], environ: Mapping[str, str]) -> None:
    """Be the service, and end as it ends."""
    os.environ.update(environ)
    arm(environ.get("HOTLINE_FAILPOINT", ""))
    signal.signal(signal.SIGUSR1, lambda *_: arm(environ.get(LATER, "")))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    code = 1
    try:
        code = main(words)
    finally:
        os._exit(code)


def _bury() -> None:
    """Lives that have ended keep their id until here, so that nobody is mistaken for them."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


if __name__ == "__main__":
    sys.exit(serve_forks(sys.argv[1:]))
