import re

import pytest

from components.names import physical_name, region_code


@pytest.mark.parametrize(
    ("region", "code"),
    [("us-west-2", "usw2"), ("us-east-1", "use1"), ("ap-southeast-2", "apse2"), ("us-gov-west-1", "usgw1")],
)
def test_region_code_is_short_and_tells_regions_apart(region: str, code: str) -> None:
    assert region_code(region) == code


def test_region_code_refuses_what_is_no_region() -> None:
    with pytest.raises(ValueError, match="region=oregon: not an AWS Region name"):
        region_code("oregon")


def test_a_name_within_the_limit_is_left_alone() -> None:
    assert physical_name("shop", "", "web", limit=32) == "shop-web"


def test_a_long_name_is_cut_to_the_limit_and_stays_distinct() -> None:
    one, two = (physical_name("a" * 40, tail, limit=32) for tail in ("x", "y"))
    assert len(one) == len(two) == 32
    assert one != two


def test_periods_of_a_stacks_name_go_and_such_names_stay_distinct() -> None:
    with_period, without = (physical_name("ha-aws", stack, "vault", limit=50) for stack in ("shop.eu", "shop-eu"))
    assert without == "ha-aws-shop-eu-vault"
    assert re.fullmatch(r"ha-aws-shop-eu-vault-[0-9a-f]{7}", with_period)


def test_a_limit_without_room_for_the_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="limit=8"):
        physical_name("shop", limit=8)
