"""Prints the table of a stack of this tree, or of a recorded one; fails when a break is not caught.

python -m tests.policy.mutation ecommerce
python -m tests.policy.mutation preview.json
"""

import json
import sys
import tempfile
from pathlib import Path

from offline.engine.setup import setup
from tests.policy.mutation.record import preview
from tests.policy.mutation.table import rows, text
from tests.policy.mutation.world import World

wanted = Path(sys.argv[1])
if wanted.suffix == ".json":
    recorded = json.loads(wanted.read_text())
else:
    with tempfile.TemporaryDirectory() as folder:
        recorded = preview(setup(), str(wanted), Path(folder))
table = rows(World.recorded(recorded))
missed = [r for r in table if not r.rules]
print(text(table))
print(f"\n{len(table)} breaks, {len(table) - len(missed)} caught")
sys.exit(bool(missed))
