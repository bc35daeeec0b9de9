"""`python -m app.cli.tethered FD MODULE …`: a module run as a program that ends in order once its parent is gone.

FD is the reading end of a pipe whose other end only the parent holds: it reads end-of-file when the parent ends,
however it was ended. The program is then told to stop as anybody would tell it, by SIGTERM. A closed terminal is the
parent's matter: SIGHUP would end the program in the middle of its work.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading


def _await_end(fd: int) -> None:
    while os.read(fd, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Become the module that the command line names."""
    fd, module, *rest = sys.argv[1:]
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    threading.Thread(target=_await_end, args=(int(fd),), name="tether", daemon=True).start()
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
