"""What a resource needs at run time, from the graph: target groups, security groups, roles, references, mappings.

A *need* is a hard dependency: the caller does not serve without it. Security group rules show the direction of
connections; an IAM role's policy and the environment variables of the code show which services it uses. Dead-letter
queues, logs, keys, secrets, images and tracing are not needs: running code works without them for a while (soft
dependencies).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from typing import Final, NamedTuple

from ha_policy.graph import CannotTell, Node
from ha_policy.graph.edges import REFERENCES
from ha_policy.graph.exposure import is_service, rules_of
from ha_policy.graph.placement import PLACEMENTS, SUBNETS
from ha_policy.graph.references import Refs
from ha_policy.graph.relations import VPCS, classic_members, members, redrive_sources, target_groups_of
from ha_policy.proof.request_paths import compute, data_stores
from ha_policy.proof.request_paths.context import Context, known_to_be

COMPUTE: Final = frozenset(compute.MODELS) - {"lb/loadBalancer", "elb/loadBalancer", "rds/proxy"}
NEEDS: Final = frozenset(data_stores.MODELS) - {"wafv2/webAcl", "cloudwatch/eventBus"} | {"rds/proxy"}
SERVERS: Final = ("ec2/instance", "autoscaling/group")
"""Compute that is called directly, without a load balancer."""
SECURITY_GROUPS: Final = (
    *REFERENCES["guarded-by"],
    ("rds/cluster", "vpcSecurityGroupIds", ("ec2/securityGroup",)),
    *(
        (kind, path, ("ec2/securityGroup",))
        for kind, path in (
            ("memorydb/cluster", "securityGroupIds"),
            ("dax/cluster", "securityGroupIds"),
            ("docdb/cluster", "vpcSecurityGroupIds"),
            ("neptune/cluster", "vpcSecurityGroupIds"),
            ("elasticache/serverlessCache", "securityGroupIds"),
            ("elasticache/cluster", "securityGroupIds"),
            ("eks/cluster", "vpcConfig.securityGroupIds"),
            ("ec2/launchTemplate", "networkInterfaces.securityGroups"),
            ("mq/broker", "securityGroups"),
            ("msk/cluster", "brokerNodeGroupInfo.securityGroups"),
            ("msk/serverlessCluster", "vpcConfigs.securityGroupIds"),
            ("redshift/cluster", "vpcSecurityGroupIds"),
            ("redshiftserverless/workgroup", "securityGroupIds"),
            ("timestreaminfluxdb/dbInstance", "vpcSecurityGroupIds"),
            ("fsx/windowsFileSystem", "securityGroupIds"),
            ("fsx/ontapFileSystem", "securityGroupIds"),
            ("fsx/openZfsFileSystem", "securityGroupIds"),
            ("fsx/lustreFileSystem", "securityGroupIds"),
        )
    ),
)
LOG_DESTINATIONS: Final = (
    ("lb/loadBalancer", "accessLogs.bucket"),
    ("s3/bucketLogging", "targetBucket"),
    ("cloudtrail/trail", "s3BucketName"),
    ("ec2/flowLog", "logDestination"),
    ("cfg/deliveryChannel", "s3BucketName"),
    ("cloudfront/distribution", "loggingConfig.bucket"),
)
"""Resources that write logs to a bucket; such a bucket is on no request path."""
FAILURE_DESTINATIONS: Final = (
    ("lambda/function", "deadLetterConfig.targetArn"),
    ("lambda/functionEventInvokeConfig", "destinationConfig.onFailure.destination"),
    ("lambda/eventSourceMapping", "destinationConfig.onFailure.destinationArn"),
    ("cloudwatch/eventTarget", "deadLetterConfig.arn"),
    ("scheduler/schedule", "target.deadLetterConfig.arn"),
)
"""Resources that send failed work somewhere; such a queue is used only after something has failed."""
SECURITY_GROUP_RULES: Final = (
    # kind, called, caller, property that must say ingress
    ("vpc/securityGroupIngressRule", "securityGroupId", "referencedSecurityGroupId", ""),
    ("ec2/securityGroupRule", "securityGroupId", "sourceSecurityGroupId", "type"),
)
HOLDERS: Final = (
    ("taskDefinition", "ecs/taskDefinition"),
    ("launchTemplate.id", "ec2/launchTemplate"),
    ("launchTemplate.name", "ec2/launchTemplate"),
    ("mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.launchTemplateId", "ec2/launchTemplate"),
)
"""What contains the environment variables and security groups of compute."""


class _OpenRule(NamedTuple):
    """An ingress rule of which one end could not be traced. sources, targets: URNs of groups; None if not known."""

    sources: frozenset[str] | None
    targets: frozenset[str] | None
    why: str


ADDRESSES: Final = ("environment", "containerDefinitions", "userData")
"""Properties that give code the addresses of what it calls."""


def _known_groups(refs: Refs) -> frozenset[str] | None:
    return None if refs.unresolved_here else frozenset(n.urn for n in refs.nodes)


def _serves(group: Node) -> bool:
    """Whether the rules inside a security group may let clients in, and not only administrators."""
    try:
        rules = group.blocks("ingress")
    except CannotTell:
        return True
    return not rules or any(map(is_service, rules))


def _overlap(one: str, other: object) -> bool:
    """Whether two ranges of addresses have some in common."""
    try:
        return isinstance(other, str) and ip_network(one, strict=False).overlaps(ip_network(other, strict=False))
    except (TypeError, ValueError):
        return False


class Dependencies:
    """The needs of every resource; indexes are built once."""

    def __init__(self, ctx: Context) -> None:
        self.ctx, self.graph = ctx, ctx.graph
        self._groups: dict[str, set[str]] = {}  # resource -> its security groups
        self._in_group: dict[str, list[Node]] = {}  # security group -> resources behind it
        self._may_call: dict[str, list[str]] = {}  # security group -> groups it may call
        self._policies: dict[str, list[Node]] = {}  # role -> its policies
        self._needs: dict[str, list[Node]] = {}
        self._members: dict[str, tuple[list[Node], list[str]]] = {}
        self._untraced: dict[str, str] = {}  # resource -> why its security groups are not all known
        self._open_rules: list[_OpenRule] = []
        self._all_guarded: list[Node] | None = None
        self._open_stores: list[tuple[Node, str, str]] | None = None
        holders = (
            (holder, path)
            for kind, path in (*LOG_DESTINATIONS, *FAILURE_DESTINATIONS)
            for holder in self.graph.of(kind)
        )
        kinds = ("s3/bucket", "sqs/queue", "sns/topic")
        self._off_path = {n.urn for holder, path in holders for n in self.graph.refs(holder, path, *kinds).nodes}
        self._index_security_groups()
        self._index_rules()
        self._index_roles()

    def of(self, node: Node) -> list[Node]:
        """What a resource needs, nearest first, each once, never itself."""
        if node.urn not in self._needs:
            self._needs[node.urn] = []
            found = {n.urn: n for n in self._find(node) if n is not node}
            self._needs[node.urn] = list(found.values())
        return self._needs[node.urn]

    def unclear(self, node: Node) -> list[str]:
        """Why a resource may need more than `of` says: security groups, or ends of rules, that could not be traced.

        Only what may lead to something that it is not known to need anyway.
        """
        if node.kind not in COMPUTE or not (self._untraced or self._open_rules):
            return []
        known, own = {n.urn for n in self.of(node)}, self._groups.get(node.urn, set())
        others = [n for n in self._guarded() if n.urn not in known and n is not node and self._is_need(node, n)]
        if not others:
            return []
        found = [self._untraced[node.urn]] if node.urn in self._untraced else []
        calls = [*own] if any(self._may_call.get(g) for g in own) or node.urn in self._untraced else []
        found += [self._untraced[n.urn] for n in others if calls and n.urn in self._untraced]
        for sources, targets, why in self._open_rules:
            reached = others if targets is None else [n for n in others if self._groups.get(n.urn, set()) & targets]
            if reached and (sources is None or own & sources):
                found.append(why)
        return list(dict.fromkeys(found))

    def may_need(self, node: Node) -> list[tuple[Node, str]]:
        """Stores that nothing is known to call, and that let in the addresses of this resource's subnets: it may need
        them or not. With the reason.
        """
        if node.kind not in COMPUTE or not self._stores_open_to_addresses():
            return []
        paths = [path for path, *kinds in PLACEMENTS.get(node.kind, ()) if SUBNETS[0] in kinds]
        subnets = [s for path in paths for s in self.graph.refs(node, path, *SUBNETS).nodes]
        vpcs = {v.urn for s in subnets for v in self.graph.refs(s, "vpcId", *VPCS).nodes}
        return [
            (store, f"whether {node.name} calls it is not known: a security group lets in {let_in}")
            for store, vpc, let_in in self._stores_open_to_addresses()
            if (not vpc or vpc in vpcs) and any(_overlap(let_in, subnet.raw("cidrBlock")) for subnet in subnets)
        ]

    def _stores_open_to_addresses(self) -> list[tuple[Node, str, str]]:
        """Stores that nothing is known to call: with the VPC (URN; empty if the security group names none) and the
        addresses that the security group lets in.
        """
        if self._open_stores is None:
            self._open_stores = []
            rules = list(self._address_rules())
            needed = {n.urn for c in self.graph.of(*COMPUTE, "rds/proxy") for n in self.of(c)} if rules else set[str]()
            for group, let_in in rules:
                vpcs = [n.urn for n in self.graph.refs(group, "vpcId", *VPCS).nodes]
                self._open_stores += [
                    (store, vpc, let_in)
                    for vpc in (vpcs if group.has("vpcId") else [""])
                    for store in self._in_group.get(group.urn, ())
                    if store.kind in NEEDS and store.urn not in needed
                ]
        return self._open_stores

    def _address_rules(self) -> Iterator[tuple[Node, str]]:
        """Security groups, and the IPv4 addresses that they let in on a port that clients use."""
        for group in self.graph.of("ec2/securityGroup"):
            try:
                for rule in rules_of(self.graph, group):
                    if is_service(rule):
                        found = (v for path in ("cidrBlocks", "cidrIpv4") for v in rule.leaves(path))
                        yield from ((group, v) for v in found if isinstance(v, str))
            except CannotTell:
                continue

    def _guarded(self) -> list[Node]:
        """Everything that has security groups, known or not."""
        if self._all_guarded is None:
            nodes = (self.graph.get(urn) for urn in dict.fromkeys((*self._groups, *self._untraced)))
            self._all_guarded = [n for n in nodes if n is not None]
        return self._all_guarded

    def allowed(self, caller: Node, called: Node) -> bool | None:
        """Whether a rule lets the caller open connections to the called resource; None if one has no security group."""
        ours, theirs = self._groups.get(caller.urn), self._groups.get(called.urn)
        if not ours or not theirs:
            return None
        return any(t in self._may_call.get(g, ()) for g in ours for t in theirs)

    def has_policies(self, node: Node) -> bool:
        """Whether the resource runs with a role whose policies are in this stack."""
        return any(self._policies.get(role.urn) for role in self._roles_of(node))

    def _find(self, node: Node) -> Iterator[Node]:
        if node.kind in ("lb/loadBalancer", "elb/loadBalancer"):
            yield from self.members(node)[0]
            return
        if node.kind == "rds/proxy":
            yield from self._behind_proxy(node)
            return
        if node.kind not in COMPUTE:
            return
        own = self._groups.get(node.urn, set())
        for group in sorted(own):
            for called in self._may_call.get(group, ()):
                for target in self._in_group.get(called, ()):
                    if self._is_need(node, target) and not (target.kind in SERVERS and called in own):
                        yield target
        for holder in self._environment_holders(node):
            for prop in ("environment", "containerDefinitions", "userData", "settings", "fileSystemConfig", "volumes"):
                yield from self._referred(holder, prop)
                if prop in ADDRESSES:
                    yield from self._balancers(node, holder, prop)
        for role in self._roles_of(node):
            for policy in self._policies.get(role.urn, ()):
                yield from self._referred(policy, "policy")
            yield from self._inline(role)

    def tiers(self, needs: Iterable[Node]) -> list[list[Node]]:
        """What a resource needs, instances with the same security groups together: they are members of one tier."""
        found: dict[object, list[Node]] = {}
        for need in needs:
            alike = need.kind == "ec2/instance" and self._groups.get(need.urn)
            found.setdefault(frozenset(alike) if alike else need.urn, []).append(need)
        return list(found.values())

    def members(self, balancer: Node) -> tuple[list[Node], list[str]]:
        """What registers behind a load balancer, and what could not be traced."""
        if balancer.urn not in self._members:
            self._members[balancer.urn] = self._registered(balancer)
        return self._members[balancer.urn]

    def _registered(self, balancer: Node) -> tuple[list[Node], list[str]]:
        if balancer.kind == "elb/loadBalancer":
            nodes, unclear = classic_members(self.graph, balancer)
            return list(nodes), list(unclear)
        found: dict[str, Node] = {}
        groups = target_groups_of(self.graph, balancer)
        missing = list(groups.missing)
        for group in groups.nodes:
            self.ctx.on_path.add(group.urn)
            nodes, unclear = members(self.graph, group)
            found |= {n.urn: self.function_of(n) for n in nodes}
            missing += unclear
        return list(found.values()), missing

    def function_of(self, node: Node) -> Node:
        """The function behind an alias, otherwise the node itself."""
        if node.kind == "lambda/alias":
            return next(iter(self.graph.refs(node, "functionName", "lambda/function").nodes), node)
        return node

    def _is_need(self, caller: Node, target: Node) -> bool:
        if target.kind in ("lb/loadBalancer", "elb/loadBalancer"):
            return caller not in self.members(target)[0]
        if target.kind == "rds/instance" and self._reader_only(target):
            return False
        return target.kind in NEEDS or target.kind in ("ecs/service", *SERVERS)

    def _reader_only(self, database: Node) -> bool:
        """Whether it is a read replica beside its source, without which the source still answers."""
        region = self.ctx.region(database)[0]
        sources = self.graph.refs(database, "replicateSourceDb", "rds/instance").nodes
        return any(self.ctx.region(s)[0] == region for s in sources)

    def _behind_proxy(self, proxy: Node) -> Iterator[Node]:
        for target in self.graph.referrers(proxy, "rds/proxyTarget", "dbProxyName", "rds/proxy").nodes:
            yield from self.graph.refs(target, "dbClusterIdentifier", "rds/cluster").nodes
            yield from self.graph.refs(target, "dbInstanceIdentifier", "rds/instance").nodes

    def _environment_holders(self, node: Node) -> Iterator[Node]:
        """The resources that contain a compute resource's environment variables: itself, its task definition, its
        launch template.
        """
        yield node
        for path, kind in HOLDERS:
            if node.has(path.split(".")[0]):
                yield from self.graph.refs(node, path, kind).nodes

    def _balancers(self, caller: Node, holder: Node, prop: str) -> Iterator[Node]:
        """The load balancers whose name code is given, except the one in front of it."""
        for urn in holder.property_dependencies.get(prop, ()):
            target = self.graph.get(urn)
            balancer = target is not None and target.kind in ("lb/loadBalancer", "elb/loadBalancer")
            if target is not None and balancer and self._is_need(caller, target):
                yield target

    def _referred(self, holder: Node, prop: str) -> Iterator[Node]:
        for urn in holder.property_dependencies.get(prop, ()):
            target = self.graph.get(urn)
            if target is not None:
                target = self._store_behind_access(target)
                if (
                    (target.kind in NEEDS or target.kind in SERVERS)
                    and target.urn not in self._off_path
                    and not redrive_sources(self.graph, target)
                ):
                    yield target

    def _store_behind_access(self, target: Node) -> Node:
        """The store behind an EFS access point or a cache user."""
        if target.kind == "efs/accessPoint":
            return next(iter(self.graph.refs(target, "fileSystemId", "efs/fileSystem").nodes), target)
        return target

    def _inline(self, role: Node) -> Iterator[Node]:
        yield from self._referred(role, "inlinePolicies")

    def _roles_of(self, node: Node) -> Iterator[Node]:
        for holder in self._environment_holders(node):
            for path in ("role", "taskRoleArn"):
                if holder.has(path) and holder.kind != "ecs/service":
                    yield from self.graph.refs(holder, path, "iam/role").nodes
            if holder.has("iamInstanceProfile"):
                for path in ("iamInstanceProfile.arn", "iamInstanceProfile.name", "iamInstanceProfile"):
                    for profile in self.graph.refs(holder, path, "iam/instanceProfile").nodes:
                        yield from self.graph.refs(profile, "role", "iam/role").nodes

    def _index_security_groups(self) -> None:
        stands: dict[str, list[Node]] = {}
        for group in self.graph.of("autoscaling/group"):
            for template in self._environment_holders(group):
                stands.setdefault(template.urn, []).append(group)
            for path, kind in HOLDERS:
                if kind == "ec2/launchTemplate" and group.has(path.split(".")[0]):
                    for why in self.graph.refs(group, path, kind).unresolved_here:
                        self._untraced.setdefault(group.urn, why)
        for kind, path, targets in SECURITY_GROUPS:
            for node in self.graph.of(kind):
                owners = stands.get(node.urn, []) if kind == "ec2/launchTemplate" else [node]
                if kind == "efs/mountTarget":
                    owners = list(self.graph.refs(node, "fileSystemId", "efs/fileSystem").nodes)
                refs = self.graph.refs(node, path, *targets)
                if refs.unresolved_here:
                    self._untraced |= {o.urn: refs.unresolved_here[0] for o in owners}
                for target in refs.nodes:
                    for owner in owners:
                        if target.urn not in self._groups.setdefault(owner.urn, set()):
                            self._groups[owner.urn].add(target.urn)
                            self._in_group.setdefault(target.urn, []).append(owner)

    def _index_rules(self) -> None:
        for kind, called, caller, direction in SECURITY_GROUP_RULES:
            for rule in self.graph.of(kind):
                if (direction and not known_to_be(rule, direction, "ingress")) or not is_service(rule):
                    continue
                targets = self.graph.refs(rule, called, "ec2/securityGroup")
                sources = self.graph.refs(rule, caller, "ec2/securityGroup")
                for target in targets.nodes:
                    for source in sources.nodes:
                        self._may_call.setdefault(source.urn, []).append(target.urn)
                if why := (*targets.unresolved_here, *sources.unresolved_here):
                    self._open_rules.append(_OpenRule(_known_groups(sources), _known_groups(targets), why[0]))
        for group in self.graph.of("ec2/securityGroup"):
            if not _serves(group):
                continue
            for source in self.graph.refs(group, "ingress.securityGroups", "ec2/securityGroup").nodes:
                self._may_call.setdefault(source.urn, []).append(group.urn)

    def _index_roles(self) -> None:
        for policy in self.graph.of("iam/rolePolicy"):
            for role in self.graph.refs(policy, "role", "iam/role").nodes:
                self._policies.setdefault(role.urn, []).append(policy)
        for link in self.graph.of("iam/rolePolicyAttachment"):
            try:
                policies = self.graph.refs(link, "policyArn", "iam/policy").nodes
                for role in self.graph.refs(link, "role", "iam/role").nodes:
                    self._policies.setdefault(role.urn, []).extend(policies)
            except CannotTell:  # an AWS managed policy, which names no resource of the stack
                continue
