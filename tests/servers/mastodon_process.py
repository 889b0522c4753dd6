"""The process in which the Mastodon API runs: `python -m tests.servers.mastodon_process --config … --port …`.

As it comes, the server waits for one of 15 database connections inside its event loop, which then cannot give
any back: from 16 requests at once on, all stand still for half a minute. Here there are enough for everyone.
"""

from __future__ import annotations

import os
import sys
import threading
from functools import partial

from mastodon_mock.cli import main
from mastodon_mock.db import base


def _end_with_parent() -> None:
    """Standard input closes when whoever started this has gone, however it went."""
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    base.create_engine = partial(base.create_engine, pool_size=500)
    main(["serve", *sys.argv[1:]])
