"""ACM."""

from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, refuses


@refuses("aws:acm/certificate:Certificate")
def certificate_is_legal(case: Case) -> Iterator[Problem]:
    """ACM RequestCertificate: the first name to 64 characters; validation by DNS or EMAIL."""
    first = case.text("domainName")
    if first is not None and len(first) > 64:
        yield (
            "domainName",
            f"InvalidDomainValidationOptionsException: the first domain name has {len(first)} characters, at most 64",
        )
    if not any(case.given(n) for n in ("privateKey", "validationMethod", "certificateAuthorityArn")):
        yield "validationMethod", "validationMethod must be given for a requested certificate"
