"""Write links_bad.txt from the CSV file of CRED-1 (github.com/aloth/cred-1, CC BY 4.0); see README.md beside this.

    python -m bedside.guard.data.build_links CRED1_CSV DATE

Takes what it calls fake, conspiracy or unreliable, with a score below 0.25; the same input gives the same bytes.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

HERE = Path(__file__).parent
BAD = ("fake", "conspiracy", "unreliable")


def build(source: Path, date: str) -> None:
    """The list of sites known for false reports, one host a line."""
    with source.open(encoding="utf-8", newline="") as rows:
        hosts = {
            row["domain"].strip("/").lower()
            for row in csv.DictReader(rows)
            if row["category"] in BAD and float(row["credibility_score"]) < 0.25
        }
    head = [
        "# Web sites known for false reports on health and else; one a line, edit freely.",
        f"# CRED-1 (github.com/aloth/cred-1, Alexander Loth), CC BY 4.0, as of {date}: what it calls",
        "# fake, conspiracy or unreliable, with a score below 0.25.",
    ]
    named = sorted(host for host in hosts if host.isascii() and "/" not in host and not host[-1].isdigit())
    (HERE / "links_bad.txt").write_text("\n".join(head + named) + "\n", "ascii")


if __name__ == "__main__":
    build(Path(sys.argv[1]), sys.argv[2])
