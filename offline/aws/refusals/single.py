# ruff: noqa: E501 (what AWS says is as long as it is)
"""Of what there can be one: per Region, per name, per bucket."""

from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, others, refuses
from offline.aws.refusals.dns import POLICIES

RECORDER, CHANNEL = "aws:cfg/recorder:Recorder", "aws:cfg/deliveryChannel:DeliveryChannel"
STATUS, DETECTOR = "aws:cfg/recorderStatus:RecorderStatus", "aws:guardduty/detector:Detector"
RECORD, REPLICA = "aws:route53/record:Record", "aws:kms/replicaKey:ReplicaKey"
DISTRIBUTION, API_NAME = "aws:cloudfront/distribution:Distribution", "aws:apigateway/domainName:DomainName"
NAMES = frozenset({RECORD, DISTRIBUTION, API_NAME})
"""What has a domain's name, and so is in the way of whatever is to have the name after it."""
_REASONS = {
    RECORDER: ("roleArn", "MaxNumberOfConfigurationRecordersExceededException: Failed to put configuration recorder because the maximum number of configuration recorders: 1 is reached"),
    CHANNEL: ("s3BucketName", "MaxNumberOfDeliveryChannelsExceededException: Failed to put delivery channel because the maximum number of delivery channels: 1 is reached"),
    DETECTOR: ("enable", "BadRequestException: The request is rejected because a detector already exists for the current account"),
}  # fmt: skip
_BUCKETS = tuple(
    f"aws:s3/{name}:{name[0].upper()}{name[1:]}"
    for name in (
        "bucketLifecycleConfiguration", "bucketNotification", "bucketOwnershipControls", "bucketPolicy", "bucketPublicAccessBlock",
        "bucketReplicationConfig", "bucketServerSideEncryptionConfiguration", "bucketVersioning",
    )
)  # fmt: skip


@refuses(*_REASONS)
def one_in_a_region(case: Case) -> Iterator[Problem]:
    """AWS Config PutConfigurationRecorder, PutDeliveryChannel; GuardDuty CreateDetector: one per Region of an account."""
    prop, reason = _REASONS[case.token]
    if case.unknown("region"):
        return
    for name, other in others(case, case.token):
        if other.region == case.region:
            yield prop, f"{reason} ({name} is there)"


@refuses(STATUS)
def recorder_delivers_somewhere(case: Case) -> Iterator[Problem]:
    """AWS Config StartConfigurationRecorder: NoAvailableDeliveryChannelException, for a recorder of this run (order by dependsOn)."""
    mine = [r for _, r in others(case, RECORDER) if r.region == case.region and r.new]
    channels = [c for _, c in others(case, CHANNEL) if c.region == case.region]
    if case.new and case.get("isEnabled") is True and mine and not channels:
        yield (
            "isEnabled",
            "NoAvailableDeliveryChannelException: Delivery channel is not available to start configuration recorder: depend on it",
        )


@refuses(RECORD)
def record_is_made_once(case: Case) -> Iterator[Problem]:
    """Route 53 ChangeResourceRecordSets: InvalidChangeBatch "Tried to create resource record set … but it already exists"."""
    if case.get("allowOverwrite") is True or case.unknown("allowOverwrite"):
        return
    mine = _key(case)
    for name, other in others(case, RECORD):
        if None not in mine[:3] and _key(other) == mine and not other.unknown("setIdentifier"):
            yield (
                "name",
                f"InvalidChangeBatch: [Tried to create resource record set [name='{mine[1]}', type='{mine[2]}'] but it already exists] ({name})",
            )


@refuses(RECORD)
def records_of_a_name_have_one_policy(case: Case) -> Iterator[Problem]:
    """Route 53 ChangeResourceRecordSets: InvalidChangeBatch "RRSet … cannot be created because a … RRSet with the same name and type exists"."""
    mine = _policy(case)
    for name, other in others(case, RECORD):
        theirs = _policy(other)
        same = None not in _key(case)[:3] and _key(other)[:3] == _key(case)[:3]
        if same and None not in (mine, theirs) and mine != theirs:
            yield (
                "setIdentifier",
                f"InvalidChangeBatch: [RRSet with DNS name {case.text('name')}, type {case.text('type')} cannot be created because {name} has the same name and type and another routing policy ({theirs})]",
            )


@refuses(RECORD)
def failover_has_one_of_each(case: Case) -> Iterator[Problem]:
    """Route 53 ResourceRecordSet, Failover: one record is PRIMARY and the other SECONDARY (boto3 issue 1347: refused)."""
    mine = _part(case)
    for name, other in others(case, RECORD):
        same = None not in _key(case)[:3] and _key(other)[:3] == _key(case)[:3]
        if same and mine is not None and _part(other) == mine:
            yield (
                "failoverRoutingPolicies",
                f"InvalidChangeBatch: [RRSet with DNS name {case.text('name')}, type {case.text('type')} cannot be created because {name} has the same name and type and is {mine} already]",
            )


def _part(case: Case) -> str | None:
    return next((policy.text("type") for _, policy in case.objects("failoverRoutingPolicies")), None)


def _policy(case: Case) -> str | None:
    """The record's routing policy, None while that is not certain."""
    if case.unknown("setIdentifier") or any(case.unknown(p) for p in POLICIES):
        return None
    return next((p for p in POLICIES if case.given(p)), "multivalue" if case.given("setIdentifier") else "simple")


@refuses(REPLICA)
def key_has_one_replica_in_a_region(case: Case) -> Iterator[Problem]:
    """KMS ReplicateKey: AlreadyExistsException; a set of related multi-Region keys has one key in each Region."""
    primary = None if case.unknown("region") else case.text("primaryKeyArn")
    for name, other in others(case, REPLICA):
        if primary is not None and other.text("primaryKeyArn") == primary and other.region == case.region:
            yield (
                "primaryKeyArn",
                f"AlreadyExistsException: {name} is a replica of {primary} in {case.region} already: a Region can have one",
            )


@refuses(API_NAME)
def api_name_is_one_in_a_region(case: Case) -> Iterator[Problem]:
    """API Gateway Developer Guide, "Custom domain name for public REST APIs": a name is unique within a Region."""
    wanted = "" if case.unknown("region") else (case.text("domainName") or "").lower()
    for name, other in others(case, API_NAME):
        if wanted and (other.text("domainName") or "").lower() == wanted and other.region == case.region:
            yield (
                "domainName",
                f"BadRequestException: The domain name you provided already exists: {wanted} ({name}, {case.region})",
            )


@refuses(DISTRIBUTION)
def alternate_name_is_of_one_distribution(case: Case) -> Iterator[Problem]:
    """CloudFront CreateDistribution: CNAMEAlreadyExists."""
    mine = {alias.lower() for alias in case.list("aliases") if isinstance(alias, str)}
    for name, other in others(case, DISTRIBUTION):
        for alias in other.list("aliases"):
            if isinstance(alias, str) and alias.lower() in mine:
                yield (
                    "aliases",
                    f"CNAMEAlreadyExists: One or more of the CNAMEs you provided are already associated with a different resource: {alias} ({name})",
                )


def _key(case: Case) -> tuple[str | None, ...]:
    name = case.text("name")
    plain = None if name is None else name.lower().rstrip(".")
    if case.unknown("setIdentifier"):
        return (None, plain, case.text("type"), None)
    return (case.text("zoneId"), plain, case.text("type"), case.text("setIdentifier"))


@refuses(*_BUCKETS)
def bucket_setting_is_made_once(case: Case) -> Iterator[Problem]:
    """S3: the setting of a bucket is one; two resources of one kind overwrite each other for ever (documentation of each)."""
    bucket = case.text("bucket")
    for name, other in others(case, case.token):
        if bucket is not None and other.text("bucket") == bucket:
            yield "bucket", f"{name} sets this of bucket {bucket} already: each would undo the other"
