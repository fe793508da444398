"""`python -m ha_policy.proof`: the `resilience` command."""

import sys

from ha_policy.proof.cli import main

sys.exit(main())
