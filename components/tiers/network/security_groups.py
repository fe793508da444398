"""Who may call whom: one egress rule and one ingress rule per connection, from security group to security group."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws


def allow_traffic(
    name: str,
    *,
    caller: pulumi.Input[str],
    called: pulumi.Input[str],
    ports: Sequence[int],
    tags: dict[str, str],
    opts: pulumi.ResourceOptions,
) -> list[aws.vpc.SecurityGroupEgressRule | aws.vpc.SecurityGroupIngressRule]:
    """Allow the security group ``caller`` to open TCP connections to the security group ``called`` on ``ports``
    (1-65535).

    Resources: ``{name}-{port}-out`` on the caller and ``{name}-{port}-in`` on the called. From these rules the policy
    pack learns which tier calls which.

    Raises ValueError if a port is below 1.
    """
    rules: list[aws.vpc.SecurityGroupEgressRule | aws.vpc.SecurityGroupIngressRule] = []
    for port in ports:
        if port < 1:
            raise ValueError(f"ports={list(ports)}: nothing listens on TCP port {port}; give 1-65535")
        rules.append(
            aws.vpc.SecurityGroupEgressRule(
                f"{name}-{port}-out",
                security_group_id=caller,
                referenced_security_group_id=called,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                tags=tags,
                opts=opts,
            )
        )
        rules.append(
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-{port}-in",
                security_group_id=called,
                referenced_security_group_id=caller,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                tags=tags,
                opts=opts,
            )
        )
    return rules
