"""The process in which the Mastodon API runs: `python -m tests.servers.mastodon_process --config … --port …`.

As it comes, the server waits for one of 15 database connections inside its event loop, which then cannot give
any back: from 16 requests at once on, all stand still for half a minute. Here there are enough for everyone.
"""

from __future__ import annotations

import sys
from functools import partial

from mastodon_mock.cli import main
from mastodon_mock.db import base

if __name__ == "__main__":
    base.create_engine = partial(base.create_engine, pool_size=500)
    main(["serve", *sys.argv[1:]])
