# ruff: noqa: E501 (what AWS says is as long as it is)
"""Conditions of load balancers' rules, and what they answer by themselves."""

import re
from collections import Counter
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, one_of, refuses

RULE, LISTENER = "aws:lb/listenerRule:ListenerRule", "aws:lb/listener:Listener"
KINDS = ("hostHeader", "httpHeader", "httpRequestMethod", "pathPattern", "queryStrings", "sourceIp")
ONCE = ("hostHeader", "httpRequestMethod", "pathPattern", "sourceIp")
MAX_VALUES, MAX_LENGTH, MAX_NAME = 5, 128, 40
CONTENT_TYPES = ("text/plain", "text/css", "text/html", "application/javascript", "application/json")


@refuses(RULE)
def rule_conditions_are_legal(case: Case) -> Iterator[Problem]:
    """ELBv2 RuleCondition and quotas: 5 condition values a rule, some kinds once, header names 40 and values 128 long."""
    given: Counter[str] = Counter()
    values = 0
    for path, condition in case.objects("conditions"):
        kinds = [kind for kind in KINDS if condition.given(kind)]
        given.update(kinds)
        if len(kinds) > 1:
            yield path, f"{path}: only one of {', '.join(KINDS)} can be set; {' and '.join(kinds)} are"
        for kind in kinds:
            wanted = condition.list(kind) if kind == "queryStrings" else condition.list(f"{kind}.values")
            values += len(wanted)
            longest = max((len(value) for value in wanted if isinstance(value, str)), default=0)
            if longest > MAX_LENGTH:
                yield f"{path}.{kind}", f"ValidationError: condition values have at most {MAX_LENGTH} characters"
        name = condition.text("httpHeader.httpHeaderName")
        if name is not None and (len(name) > MAX_NAME or not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.A)):
            yield (
                f"{path}.httpHeader",
                f"ValidationError: header name {name!r}: 1 to {MAX_NAME} letters and !#$%&'*+-.^_`|~",
            )
        if name is not None and name.lower() == "host":
            yield f"{path}.httpHeader", "ValidationError: use a host-header condition for the host header"
    if values > MAX_VALUES:
        yield (
            "conditions",
            f"ValidationError: A rule can only have '{MAX_VALUES}' condition values ({values} are given)",
        )
    for kind in ONCE:
        if given[kind] > 1:
            yield "conditions", f"ValidationError: A rule can only have one {kind} condition"


@refuses(RULE, LISTENER)
def fixed_responses_are_legal(case: Case) -> Iterator[Problem]:
    """ELBv2 FixedResponseActionConfig: content types; status codes 2XX, 4XX and 5XX."""
    for name in ("actions", "defaultActions"):
        for path, action in case.objects(name):
            for inner, fixed in action.objects("fixedResponse"):
                where = f"{path}.{inner}"
                yield from ((f"{where}.{p}", r) for p, r in one_of(fixed, "contentType", *CONTENT_TYPES))
                code = fixed.text("statusCode")
                if code is not None and not re.fullmatch(r"[245]\d\d", code):
                    yield f"{where}.statusCode", f"ValidationError: statusCode={code!r}: must be 2XX, 4XX or 5XX"
