# ruff: noqa: E501 (a table: one fault per line)
"""Seeded faults: each is made in a copy of the tree, and the tests that should notice it are run; fails if one passes.

python -m tests.seeded_faults               all of them, as a table
python -m tests.seeded_faults wiring NAT    those of a kind, or with this text
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

TREE = Path(__file__).resolve().parents[1]
TIERS, UNIT, FUNCTIONS = "components/tiers", "tests/unit", "components/functions"
WORKERS = 2  # copies of the tree in which tests run at the same time
LONG_SECONDS = 1800  # no run of tests may take longer, however busy the machine is


@dataclass(frozen=True)
class Fault:
    """kind: as the table groups them. file: where it is made. right: text that is there once. wrong: what replaces it.
    tests: what should notice it, as arguments of pytest.
    """

    kind: str
    what: str
    file: str
    right: str
    wrong: str
    tests: str


FAULTS = (
    Fault("wiring", "every private route uses the first zone's NAT gateway", f"{TIERS}/network/vpc.py", "nat_gateway_id=nats[zone].id", "nat_gateway_id=next(iter(nats.values())).id", f"{UNIT}/tiers/network"),
    Fault("wiring", "the NAT gateway does not wait for the internet gateway", f"{TIERS}/network/nat.py", "title, subnet_id=subnet_id, allocation_id=address.id, tags=named(tags, title), opts=after", "title, subnet_id=subnet_id, allocation_id=address.id, tags=named(tags, title), opts=child", f"{UNIT}/tiers/network"),
    Fault("wiring", "both rules of a call are on the caller's security group", f"{TIERS}/network/security_groups.py", "security_group_id=called,\n                referenced_security_group_id=caller", "security_group_id=caller,\n                referenced_security_group_id=called", f"{UNIT}/tiers/network/test_security_groups.py"),
    Fault("wiring", "the queue's dead letters go back to the queue", f"{TIERS}/messaging/sqs.py", '"sourceQueueArns": [queue.arn]', '"sourceQueueArns": [dead.arn]', f"{UNIT}/tiers/messaging/test_sqs.py"),
    Fault("wiring", "the queue's ARN is known before its policy exists", f"{TIERS}/messaging/sqs.py", "self.arn = pulumi.Output.all(queue.arn, policy.id).apply(lambda both: str(both[0]))", "self.arn = queue.arn", f"{UNIT}/tiers/messaging/test_sqs.py"),
    Fault("wiring", "the file system is used before its mount targets exist", f"{TIERS}/data/efs.py", "ready = [policy.id, *(target.id for target in self.mount_targets.values())]", "ready = [policy.id]", f"{UNIT}/tiers/data/test_efs.py"),
    Fault("wiring", "the second failover record is a primary too", f"{TIERS}/edge/route53.py", 'type="SECONDARY" if place else "PRIMARY"', 'type="PRIMARY"', f"{UNIT}/tiers/edge/test_route53.py"),
    Fault("wiring", "Route 53 ignores the health of the alias's target", f"{TIERS}/edge/route53.py", "evaluate_target_health=target.follow_target", "evaluate_target_health=False", f"{UNIT}/tiers/edge/test_route53.py"),
    Fault("wiring", "the cache is in the default subnet group", f"{TIERS}/data/elasticache.py", "            subnet_group_name=subnets.name,\n", "", f"{UNIT}/tiers/data/test_elasticache.py"),
    Fault("wiring", "the web ACL is associated with nothing", f"{TIERS}/edge/waf.py", "for label, arn in args.protects.items():", "for label, arn in list[tuple[str, str]]():", f"{UNIT}/tiers/edge/test_waf.py"),
    Fault("argument", "the ALB takes no single healthy server for a reason to leave a zone", f"{TIERS}/load_balancing/public.py", 'minimum_healthy_targets_count="1", minimum_healthy_targets_percentage="off"', 'minimum_healthy_targets_count="off", minimum_healthy_targets_percentage="off"', f"{UNIT}/tiers/load_balancing/test_public.py"),
    Fault("argument", "the cache is not encrypted at rest", f"{TIERS}/data/elasticache.py", "            at_rest_encryption_enabled=True,\n", "", f"{UNIT}/tiers/data/test_elasticache.py"),
    Fault("argument", "automatic failover of the cache is dropped", f"{TIERS}/data/elasticache.py", "            automatic_failover_enabled=True,\n", "", f"{UNIT}/tiers/data/test_elasticache.py"),
    Fault("argument", "a table's replica has no point-in-time recovery", f"{TIERS}/data/dynamodb.py", "            point_in_time_recovery=True,\n", "", f"{UNIT}/tiers/data/test_dynamodb.py"),
    Fault("argument", "the file system is not protected", f"{TIERS}/data/efs.py", "opts=pulumi.ResourceOptions(parent=self, protect=args.retain_data),", "opts=pulumi.ResourceOptions(parent=self),", f"{UNIT}/tiers/data/test_efs.py"),
    Fault("argument", "Aurora takes no final snapshot", f"{TIERS}/data/aurora.py", '"skip_final_snapshot": not shape.retain_data,', '"skip_final_snapshot": True,', f"{UNIT}/tiers/data/test_aurora.py"),
    Fault("argument", "the database is reachable from the internet", f"{TIERS}/data/rds.py", '"publicly_accessible": False,', '"publicly_accessible": True,', f"{UNIT}/tiers/data/test_rds.py"),
    Fault("argument", "a subnet is not tagged with its kind", f"{TIERS}/network/vpc.py", '"Subnet": kind}', "}", f"{UNIT}/tiers/network/test_vpc.py"),
    Fault("zone", "every subnet is in the first zone", f"{TIERS}/network/vpc.py", "            availability_zone=zone,\n", "            availability_zone=self.zones[0],\n", f"{UNIT}/tiers/network/test_vpc.py"),
    Fault("zone", "every NAT gateway is in the first zone's subnet", f"{TIERS}/network/nat.py", "title, subnet_id=subnet_id, allocation_id", "title, subnet_id=next(iter(public_subnet_ids.values())), allocation_id", f"{UNIT}/tiers/network"),
    Fault("zone", "every mount target is in the first zone's subnet", f"{TIERS}/data/efs.py", "subnet_id=args.subnet_ids[zone]", "subnet_id=args.subnet_ids[min(args.subnet_ids)]", f"{UNIT}/tiers/data/test_efs.py"),
    Fault("zone", "the cache's subnet group lacks a zone", f"{TIERS}/data/elasticache.py", "subnet_ids=[args.subnet_ids[zone] for zone in zones],", "subnet_ids=[args.subnet_ids[zone] for zone in zones[1:]],", f"{UNIT}/tiers/data/test_elasticache.py"),
    Fault("zone", "all Aurora instances are in the first zone", f"{TIERS}/data/aurora.py", "(f\"-{i // len(zones) + 1}\" if i >= len(zones) else \"\"): zones[i % len(zones)]", "(f\"-{i // len(zones) + 1}\" if i >= len(zones) else \"\"): zones[0]", f"{UNIT}/tiers/data/test_aurora.py"),
    Fault("zone", "the primary may use a replica's zone", f"{TIERS}/data/rds.py", "free = sorted(set(self.subnet_ids) - set(self.replica_zones))", "free = sorted(self.subnet_ids)", f"{UNIT}/tiers/data/test_rds.py"),
    Fault("zone", "two zones share a range of the address plan", f"{TIERS}/network/address_plan.py", "slot = SLOTS.find(zone[-1:]) if zone else -1", "slot = SLOTS.find(zone[-1:]) // 2 if zone else -1", f"{UNIT}/tiers/network/test_address_plan.py"),
    Fault("permission", "the policy of a table leaves out its indexes", f"{TIERS}/data/dynamodb.py", "        if args.indexes:\n", "        if not args.indexes:\n", f"{UNIT}/tiers/data/test_dynamodb.py"),
    Fault("permission", "any rule of any account may send to the queue", f"{TIERS}/messaging/sqs.py", '                conditions={"ArnEquals": {"aws:SourceArn": list(sources)}},\n', "", f"{UNIT}/tiers/messaging/test_sqs.py"),
    Fault("permission", "requests without TLS are allowed", "components/iam.py", '"Effect": "Deny",\n        "Principal": "*",\n        "Action": "*"', '"Effect": "Deny",\n        "Principal": "*",\n        "Action": "s3:GetObject"', f"{UNIT}/tiers/data/test_efs.py"),
    Fault("permission", "the canary may not read its script", f"{TIERS}/observability/canary.py", '["s3:GetObject", "s3:GetObjectVersion"]', '["s3:GetObjectVersion"]', f"{UNIT}/tiers/observability/test_canary.py"),
    Fault("permission", "AWS Config may not use the bucket's key", f"{TIERS}/governance/config.py", '["kms:Decrypt", "kms:GenerateDataKey"]', '["kms:Decrypt"]', f"{UNIT}/tiers/governance/test_config.py"),
    Fault("permission", "replication may not encrypt with the other Region's key", f"{TIERS}/data/s3_replication.py", 'iam.allow("kms:Encrypt", to.kms_key_arn', 'iam.allow("kms:Decrypt", to.kms_key_arn', f"{UNIT}/tiers/data/test_s3_replication.py"),
    Fault("limit", "one server too few per zone", f"{TIERS}/servers/sizing.py", "return -(-load // (zones - 1))", "return -(-load // zones)", f"{UNIT}/tiers/servers/test_sizing.py"),
    Fault("limit", "36 days of DynamoDB recovery are accepted", "offline/aws/refusals/dynamodb.py", '"pointInTimeRecovery.recoveryPeriodInDays", 1, 35', '"pointInTimeRecovery.recoveryPeriodInDays", 1, 36', "tests/offline/test_tier_limits.py"),
    Fault("limit", "port 0 is a port", f"{TIERS}/network/security_groups.py", "if port < 1:", "if port < 0:", f"{UNIT}/tiers/network/test_security_groups.py"),
    Fault("limit", "six days of database backups are accepted", f"{TIERS}/data/rds_shared.py", "MIN_BACKUP_DAYS = 7", "MIN_BACKUP_DAYS = 6", f"{UNIT}/tiers/data/test_rds.py"),
    Fault("limit", "a database name with a hyphen is accepted", "offline/aws/refusals/rds.py", "A-Za-z0-9_]{{0,{most - 1}}}", "A-Za-z0-9_-]{{0,{most - 1}}}", "tests/offline/test_tier_limits.py"),
    Fault("limit", "one child may be unhealthy in a calculated health check", f"{TIERS}/edge/route53.py", "child_health_threshold=len(checks) + kept_out,", "child_health_threshold=max(1, len(checks) - 1) + kept_out,", f"{UNIT}/tiers/edge/test_route53.py"),
    Fault("function", "an order is taken twice", f"{FUNCTIONS}/order_worker/handler.py", 'ConditionExpression="attribute_not_exists(order_id)"', 'ConditionExpression="attribute_not_exists(nothing)"', "tests/functions/test_order_worker.py"),
    Fault("function", "a payment is taken twice", f"{FUNCTIONS}/transactions/store.py", '"ConditionExpression": "attribute_not_exists(transaction_id)"', '"ConditionExpression": "attribute_not_exists(nothing)"', "tests/functions/test_transactions.py"),
    Fault("claim", "the loss of a Region is stated better than it is", "components/architectures/shared/availability.py", "served = primary + standby if self.active_active else primary", "served = primary", f"{UNIT}/architectures/test_availability.py"),
)  # fmt: skip


def copied(folder: Path) -> Path:
    """A copy of the tree's files, which uses its virtual environment."""
    copy = folder / "tree"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=TREE, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (TREE / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TREE / name, copy / name)
    (copy / ".venv").symlink_to(TREE / ".venv")
    return copy


@contextmanager
def made(fault: Fault, tree: Path) -> Generator[None]:
    """The fault, for as long as it is asked for. ValueError if its place is not there once."""
    file = tree / fault.file
    right = file.read_text()
    if right.count(fault.right) != 1:
        raise ValueError(f"{fault.file}: {fault.right!r} is there {right.count(fault.right)} times, not once")
    file.write_text(right.replace(fault.right, fault.wrong))
    try:
        yield
    finally:
        file.write_text(right)


def noticed(fault: Fault, tree: Path) -> str:
    """The first test that fails with the fault; empty if all pass. RuntimeError if no test ran."""
    files, _, chosen = fault.tests.partition(" -k ")
    command = [sys.executable, "-B", "-m", "pytest", "-p", "no:xdist", "-p", "no:cacheprovider", "-x", "-q"]
    command += ["-m", "not engine and not static and not whole and not exhaustive", "--tb=no", "-rfE"]
    command += [*files.split(), *(["-k", chosen] if chosen else [])]
    with made(fault, tree):
        done = subprocess.run(
            command, cwd=tree, capture_output=True, text=True, timeout=LONG_SECONDS, check=False,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
    failed = [line.split()[1] for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    if done.returncode not in (0, 1) or bool(failed) != bool(done.returncode):
        raise RuntimeError(f"{fault.what}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
    return failed[0] if failed else ""


def main(words: Sequence[str]) -> int:
    """Exit code: 1 if a fault is not noticed."""
    wanted = [f for f in FAULTS if not words or any(word == f.kind or word in f.what for word in words)]
    with TemporaryDirectory() as folder, ThreadPoolExecutor(WORKERS) as pool:
        trees = [copied(Path(folder) / str(number)) for number in range(WORKERS)]

        def tried(fault: Fault) -> str:
            tree = trees.pop()  # there are as many as there are threads
            try:
                begun = time.monotonic()
                found = noticed(fault, tree)
                seconds = time.monotonic() - begun
            finally:
                trees.append(tree)
            row = f"| {fault.kind} | {fault.what} | {found.rpartition('/')[2] or '**nothing**'} | {seconds:.0f} |"
            print(row, flush=True)
            return found

        print("| kind | fault | caught by | seconds |\n|---|---|---|---|", flush=True)
        caught = sum(bool(found) for found in pool.map(tried, wanted))
    print(f"\n{len(wanted)} faults, {caught} caught")
    return int(caught < len(wanted))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
