"""The generator of `offline/aws/data`: what AWS's own models allow for each property of `pulumi_aws` (``make limits``).

Sources, all pinned in requirements/: botocore's service models (enumerations, ranges, lengths, patterns), cfn-lint's
data by Region (instance classes, node types, engine versions, runtimes) and the installed `pulumi_aws` (names, kinds,
documentation). Nothing here is imported by the offline AWS, which reads the data only.
"""

import hashlib
from pathlib import Path


def digest() -> str:
    """What this generator is: a change of it, or of its exceptions, is a reason to write the data anew."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()[:16]
