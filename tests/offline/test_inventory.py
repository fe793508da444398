"""The inventory of a run, which requests in other threads fill while rules go through it."""

from offline.aws.inventory import Inventory

QUEUE = "aws:sqs/queue:Queue"


def _filled() -> Inventory:
    inventory = Inventory()
    for name in ("a", "b"):
        inventory.checked(QUEUE, f"urn:{name}", {"name": name})
        inventory.created(QUEUE, f"urn:{name}", name, {"arn": name})
    return inventory


def test_resources_that_come_meanwhile_stop_nobody_who_goes_through_it() -> None:
    inventory = _filled()
    seen = [urn for urn, _ in inventory.of_type(QUEUE) if inventory.checked(QUEUE, f"{urn}-later", {}) is None]
    assert seen == ["urn:a", "urn:b"]
    ids = [
        key for key, _ in inventory.created_of(QUEUE) if inventory.created(QUEUE, "urn:c", f"{key}-later", {}) is None
    ]
    assert ids == ["a", "b"]
    urns = inventory.created_urns()
    inventory.created(QUEUE, "urn:d", "d", {})
    assert urns == {"urn:a", "urn:b", "urn:c"}


def test_a_deleted_resource_is_not_found_any_more_unless_another_has_its_id() -> None:
    inventory = _filled()
    assert inventory.find(QUEUE, "arn", "a") == inventory.get(QUEUE, "a") == {"arn": "a"}
    inventory.created(QUEUE, "urn:successor", "b", {"arn": "b"})
    for name in ("a", "b"):
        inventory.deleted(QUEUE, f"urn:{name}", name)
    assert inventory.get(QUEUE, "a") is None
    assert inventory.find(QUEUE, "arn", "b") == {"arn": "b"}
