"""Fetch what the pages need from npm, at the versions pinned in `src/bedside/web/vendored.toml`.

Run by hand after changing a version or the list of icons: `python tools/vendor.py`. It packs each package with
the ordinary npm client, refuses a package whose SHA-512 is not the pinned one (after a change of version:
`--trust`, once), writes the files and the icon sprite under `static/`, and records their SHA-256. Tests check
the recorded hashes, so a file changed by hand is noticed.
"""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

WEB = Path(__file__).resolve().parent.parent / "src/bedside/web"
LIST = WEB / "vendored.toml"
TARGET = WEB / "static/web/vendor"


def fetch(package: dict[str, Any], folder: Path, trust: bool) -> Path:
    """Pack `package` into `folder`, compare its hash, unpack it; returns the unpacked package's folder."""
    spec = f"{package['package']}@{package['version']}"
    packed = subprocess.run(  # noqa: S603  the name comes from our own list
        ["npm", "pack", "--silent", spec],  # noqa: S607
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    tarball = folder / packed.stdout.split()[-1]
    found = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != package["integrity"]:
        if not trust:
            sys.exit(f"{spec}: the package is {found}, the list says {package['integrity']}.")
        package["integrity"] = found
    unpacked: Path = folder / package["package"].replace("/", "+")
    with tarfile.open(tarball) as archive:
        archive.extractall(unpacked, filter="data")
    return unpacked / "package"


def sprite(icons: Path, names: list[str]) -> str:
    """One SVG with a `<symbol>` for each name, holding only its shapes: size, stroke and colour come from CSS."""
    symbols = []
    for name in sorted(names):
        svg = (icons / f"{name}.svg").read_text()
        match = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
        if not match:
            sys.exit(f"The icon {name} has no shapes.")
        shapes = re.sub(r"\s*\n\s*", "", match[1]).replace(" />", "/>")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    head = "<!-- Lucide, ISC licence: see licences/lucide-static.txt -->\n"
    return head + '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def written(packages: list[dict[str, Any]]) -> str:
    """The list as TOML, with comments."""
    lines = [
        "# What the pages carry that others made. Rebuilt and re-hashed by `python tools/vendor.py`;",
        "# src/bedside/web/tests/test_vendored.py compares every hash.",
    ]
    for package in packages:
        lines += ["", "[[package]]"]
        lines += [f'{key} = "{package[key]}"' for key in ("package", "version", "licence", "integrity")]
        if "icons" in package:
            icons = sorted(set(package["icons"]))
            rows = [", ".join(f'"{icon}"' for icon in icons[at : at + 6]) for at in range(0, len(icons), 6)]
            lines += ["icons = [", *(f"    {row}," for row in rows), "]"]
        for file in package["file"]:
            lines += ["[[package.file]]"]
            lines += [f'{key} = "{file[key]}"' for key in ("source", "path", "sha256")]
    return "\n".join(lines) + "\n"


def main() -> None:
    packages = tomllib.loads(LIST.read_text())["package"]
    with tempfile.TemporaryDirectory() as temporary:
        for package in packages:
            unpacked = fetch(package, Path(temporary), "--trust" in sys.argv)
            for file in package["file"]:
                if file["source"] == "icons/":
                    content = sprite(unpacked / "icons", package["icons"]).encode()
                else:
                    content = (unpacked / file["source"]).read_bytes()
                    if file["path"].endswith(".js"):
                        # The source map is not carried, so nothing should ask for it.
                        content = re.sub(rb"\n//# sourceMappingURL=\S+\s*$", b"\n", content)
                target = TARGET / file["path"]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                file["sha256"] = hashlib.sha256(content).hexdigest()
    LIST.write_text(written(packages))


if __name__ == "__main__":
    main()
