"""Print the first fenced block of a README section, so that what CI runs is what the README says.

python scripts/readme_block.py Tests
"""

from __future__ import annotations

import re
import sys
from pathlib import Path


def block(title: str) -> str:
    """The commands of the section `title`."""
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^#+\s*{re.escape(title)}\b.*?```[a-z]*\n(.*?)```", readme, re.DOTALL | re.MULTILINE)
    if found is None:
        sys.exit(f'README.md has no section "{title}" with a fenced block')
    return found.group(1).strip()


if __name__ == "__main__":
    print(block(sys.argv[1]))
