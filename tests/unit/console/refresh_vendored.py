"""`make vendor`: fetches the console's JavaScript again, by npm, and says where it differs.

It asks the registry that npm is set up with for the versions in `vendor.yml`. A file whose content is another
than its SHA-256 there is written all the same, with the sum that it has now, so that the change is seen
before it is committed.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[3] / "orderhealth_pipeline" / "console" / "static" / "vendor"


def main() -> int:
    """Fetch every file; 1 where one has changed."""
    manifest = FOLDER / "vendor.yml"
    text = manifest.read_text(encoding="utf-8")
    changed = 0
    for name, source in yaml.safe_load(text).items():
        content = fetched(f"{source['package']}@{source['version']}", source["file"])
        digest = hashlib.sha256(content).hexdigest()
        (FOLDER / name).write_bytes(content)
        print(f"{'same   ' if digest == source['sha256'] else 'CHANGED'} {name}")  # noqa: T201 - its output
        changed += digest != source["sha256"]
        text = re.sub(rf"(?m)^({re.escape(name)}: .*sha256: )[0-9a-f]+", rf"\g<1>{digest}", text)
    manifest.write_text(text, encoding="utf-8")
    return 1 if changed else 0


def fetched(package: str, file: str) -> bytes:
    """Return one file of a package."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
        )
        with tarfile.open(Path(folder) / packed.stdout.split()[-1]) as archive:
            found = archive.extractfile(f"package/{file}")
            assert found is not None, f"{package} has no {file}"
            return found.read()


if __name__ == "__main__":
    sys.exit(main())
