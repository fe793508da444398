"""Prints the table of a stack of this tree, or of a recorded one; fails when a break is not caught.

python -m tests.policy.mutation ecommerce
python -m tests.policy.mutation preview.json
"""

import json
import sys
from pathlib import Path

from tests.policy.mutation.table import rows, text
from tests.policy.mutation.world import World
from tests.support.delivered import planned

wanted = Path(sys.argv[1])
recorded = json.loads(wanted.read_text()) if wanted.suffix == ".json" else planned(str(wanted))
table = rows(World.recorded(recorded))
missed = [r for r in table if not r.rules]
print(text(table))
print(f"\n{len(table)} breaks, {len(table) - len(missed)} caught")
sys.exit(bool(missed))
