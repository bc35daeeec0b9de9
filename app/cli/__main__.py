"""`python -m app.cli` is `hotline`."""

import sys

from app.cli.root import main

sys.exit(main())
