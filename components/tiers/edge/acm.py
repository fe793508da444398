"""An ACM certificate for a domain and its subdomains, validated by a DNS record and renewed by AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.alarms import MINUTE, Alarm, Metric, metric_alarm, widget
from components.tags import named
from components.tiers.arguments import TierArgs

LATE_DAYS = 30
"""Days before its end when an unrenewed certificate raises the alarm. ACM renews 45 days before, as long as the DNS
record exists (since 18 February 2026, when it began to issue certificates for 198 days)."""

RECORD_TTL = 300
"""Seconds."""


@dataclass(frozen=True, kw_only=True)
class CertificateArgs(TierArgs):
    """Inputs of `Certificate`.

    domain: the domain name; ``*.domain`` is included. zone_id: its public hosted zone. region: Region of the
    certificate. record: the validation record of another certificate of this account for the same domain: ACM wants the
    same record for all of them, and it can be created only once.
    """

    domain: str
    zone_id: str
    region: str
    record: aws.route53.Record | None = None


class Certificate(pulumi.ComponentResource):
    """Children: {name}-certificate, {name}-record (unless one is given), {name}-validation.

    certificate_arn: known once the certificate is issued. record: for the domain's next certificate.
    """

    certificate_arn: pulumi.Output[str]
    record: aws.route53.Record
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: CertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Certificate", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        certificate = aws.acm.Certificate(
            f"{name}-certificate",
            domain_name=args.domain,
            subject_alternative_names=[f"*.{args.domain}"],
            validation_method="DNS",
            region=args.region,
            tags=named(args.tags, name),
            opts=child,
        )
        # The domain and its wildcard have the same validation record, so the first of the two options is enough.
        proof = certificate.domain_validation_options[0]
        self.record = args.record or aws.route53.Record(
            f"{name}-record",
            zone_id=args.zone_id,
            name=proof.resource_record_name,
            type=proof.resource_record_type,
            records=[proof.resource_record_value],
            ttl=RECORD_TTL,
            allow_overwrite=True,  # ACM wants the same record for all certificates of this domain in the account
            opts=child,
        )
        validation = aws.acm.CertificateValidation(
            f"{name}-validation",
            certificate_arn=certificate.arn,
            validation_record_fqdns=[self.record.fqdn],
            region=args.region,
            opts=child,
        )
        self.certificate_arn = validation.certificate_arn
        left = Metric(
            namespace="AWS/CertificateManager",
            name="DaysToExpiry",
            dimensions={"CertificateArn": certificate.arn},
            statistic="Minimum",
            period=24 * 60 * MINUTE,
        )
        late = Alarm(
            metric=left,
            threshold=LATE_DAYS,
            comparison="LessThanThreshold",
            missing="ignore",  # reported only twice a day
            description=f"{name}: not renewed although it ends in {LATE_DAYS} days; is its DNS record still there?",
            periods=1,
        )
        self.alarms = {f"{name}-late": metric_alarm(f"{name}-late", late, args.alarms, child, region=args.region)}
        self.widgets = [widget(f"{name} certificate", args.region, [left])]
        self.register_outputs({"certificateArn": self.certificate_arn})
