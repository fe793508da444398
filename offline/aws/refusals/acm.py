"""ACM."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, refuses


@refuses("aws:acm/certificate:Certificate")
def certificate_is_legal(case: Case) -> Iterator[Problem]:
    """ACM RequestCertificate: a domain to 253 characters, first name to 64; validation by DNS or EMAIL."""
    names = [case.text("domainName"), *case.list("subjectAlternativeNames")]
    for name in names:
        if isinstance(name, str) and not re.fullmatch(r"(\*\.)?(?!-)([a-zA-Z0-9-]{1,63}\.)+[a-zA-Z]{2,63}", name):
            yield "domainName", f"ValidationException: domain name {name!r} is not valid"
    first = case.text("domainName")
    if first is not None and len(first) > 64:
        yield (
            "domainName",
            f"InvalidDomainValidationOptionsException: the first domain name has {len(first)} characters, at most 64",
        )
    if not any(case.given(n) for n in ("privateKey", "validationMethod", "certificateAuthorityArn")):
        yield "validationMethod", "validationMethod must be given for a requested certificate"
