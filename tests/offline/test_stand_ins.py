# ruff: noqa: E501 (tables: one case per line)
"""Stand-ins of other providers: what they make, and that it is the same for the same program."""

import base64
import re
import shlex
from pathlib import Path
from typing import Any

import grpc
import pytest

from offline.aws.wire import UNKNOWN, decode, encode
from offline.language import launchers
from offline.language.programs import Plugin
from offline.plugin import pb
from offline.stand_ins.server import StandIn

NONE = Path("none")


class Stopped(Exception):  # noqa: N818 (what the provider answers)
    """A call that was aborted."""


class _Context:
    def abort(self, code: grpc.StatusCode, details: str) -> None:
        raise Stopped(details)


CONTEXT = _Context()


def urn(token: str, name: str = "it") -> str:
    return f"urn:pulumi:dev::shop::{token}::{name}"


def create(token: str, inputs: dict[str, Any], name: str = "it", preview: bool = False) -> tuple[str, dict[str, Any]]:
    provider = StandIn(token.split(":", 1)[0], "1.0.0", NONE)
    checked = provider.Check(pb.CheckRequest(urn=urn(token, name), news=encode(inputs)), CONTEXT).inputs
    made = provider.Create(pb.CreateRequest(urn=urn(token, name), properties=checked, preview=preview), CONTEXT)
    return made.id, decode(made.properties)[0]


@pytest.mark.parametrize(
    ("token", "inputs", "output", "shape"),
    [
        ("random:index/randomString:RandomString", {"length": 12, "special": False, "upper": False}, "result", r"[a-z0-9]{12}"),
        ("random:index/randomString:RandomString", {"length": 6, "lower": False, "upper": False, "numeric": False, "overrideSpecial": "_%"}, "result", r"[_%]{6}"),
        ("random:index/randomPassword:RandomPassword", {"length": 20}, "bcryptHash", r"\$2a\$10\$[A-Za-z0-9./]{53}"),
        ("random:index/randomId:RandomId", {"byteLength": 4, "prefix": "b-"}, "hex", r"b-[0-9a-f]{8}"),
        ("random:index/randomUuid:RandomUuid", {}, "result", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("tls:index/privateKey:PrivateKey", {"algorithm": "ED25519"}, "publicKeyOpenssh", r"ssh-ed25519 [A-Za-z0-9+/]+=*\n"),
        ("tls:index/privateKey:PrivateKey", {"algorithm": "RSA"}, "privateKeyPem", r"-----BEGIN RSA PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+\n-----END RSA PRIVATE KEY-----\n"),
        ("tls:index/selfSignedCert:SelfSignedCert", {}, "certPem", r"-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----\n"),
        ("command:local:Command", {"create": "rm -rf /"}, "stdout", ""),
        ("docker:index/image:Image", {"imageName": "123.dkr.ecr.us-west-2.amazonaws.com/web:v1"}, "repoDigest", r"123\.dkr\.ecr\.us-west-2\.amazonaws\.com/web@sha256:[0-9a-f]{64}"),
        ("docker-build:index:Image", {"tags": ["web:v1"]}, "ref", r"web:v1@sha256:[0-9a-f]{64}"),
        ("time:index/static:Static", {}, "rfc3339", r"2025-01-01T00:00:00Z"),
    ],
)  # fmt: skip
def test_outputs_have_the_real_providers_shape_and_are_the_same_again(
    token: str, inputs: Any, output: str, shape: str
) -> None:
    value = create(token, inputs)[1][output]
    assert re.fullmatch(shape, value), value
    assert create(token, inputs) == create(token, inputs)


def test_random_values_differ_by_resource_and_keep_what_was_asked_for() -> None:
    token = "random:index/randomPassword:RandomPassword"
    inputs = {"length": 16, "minUpper": 3, "minNumeric": 3, "minSpecial": 3}
    one, two = create(token, inputs)[1]["result"], create(token, inputs, "other")[1]["result"]
    assert one != two
    assert len(one) == 16
    assert [sum(map(kind, one)) >= 3 for kind in (str.isupper, str.isdigit, lambda c: not c.isalnum())] == [True] * 3
    assert 3 <= create("random:index/randomInteger:RandomInteger", {"min": 3, "max": 5})[1]["result"] <= 5
    shuffled = create("random:index/randomShuffle:RandomShuffle", {"inputs": ["a", "b", "c"], "resultCount": 2})[1][
        "results"
    ]
    assert len(set(shuffled) & {"a", "b", "c"}) == 2
    assert re.fullmatch(r"[a-z]+-[a-z]+-[a-z]+", create("random:index/randomPet:RandomPet", {"length": 3})[0])


def test_a_public_key_is_of_openssh_s_form() -> None:
    key = create("tls:index/privateKey:PrivateKey", {"algorithm": "RSA", "rsaBits": 4096})[1]["publicKeyOpenssh"]
    wire = base64.b64decode(key.split()[1])
    assert wire[:11] == b"\x00\x00\x00\x07ssh-rsa"
    assert len(wire) > 4096 // 8


def test_a_preview_knows_only_the_inputs(tmp_path: Path) -> None:
    (tmp_path / "pulumi-plugin.json").write_text('{"resource": true, "name": "random", "version": "4.0.0"}')
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "random_uuid.py").write_text(CLASS)
    provider = StandIn("random", "4.0.0", tmp_path)
    token = "random:index/randomUuid:RandomUuid"
    request = pb.CreateRequest(urn=urn(token), properties=encode({"keepers": {"a": "b"}}), preview=True)
    answer = provider.Create(request, CONTEXT)
    assert (answer.id, decode(answer.properties)[0]) == ("", {"result": UNKNOWN, "keepers": {"a": "b"}})
    request = pb.CreateRequest(urn=urn(token), properties=encode({"keepers": {"a": "b"}}))
    values, secrets = decode(provider.Create(request, CONTEXT).properties)
    assert (set(values), secrets) == ({"result", "keepers"}, {("result",)})


CLASS = """
class RandomUuidArgs:
    def __init__(__self__, *,
                 keepers: Optional[pulumi.Input[Mapping[str, pulumi.Input[str]]]] = None):
        pass

class RandomUuid(pulumi.CustomResource):
    def _internal_init(__self__):
        secret_opts = pulumi.ResourceOptions(additional_secret_outputs=["result"])
        super(RandomUuid, __self__).__init__(
            'random:index/randomUuid:RandomUuid',
            resource_name)

    @property
    @pulumi.getter
    def keepers(self) -> pulumi.Output[Optional[Mapping[str, str]]]:
        return pulumi.get(self, "keepers")

    @property
    @pulumi.getter
    def result(self) -> pulumi.Output[str]:
        return pulumi.get(self, "result")
"""


def test_a_random_value_changes_only_with_what_it_was_made_of() -> None:
    token, provider = "random:index/randomPet:RandomPet", StandIn("random", "1.0.0", NONE)

    def diff(old: dict[str, Any], new: dict[str, Any]) -> Any:
        return provider.Diff(
            pb.DiffRequest(
                urn=urn(token), id="x", old_inputs=encode(old), olds=encode({"length": 2}), news=encode(new)
            ),
            CONTEXT,
        )

    assert diff({}, {}).changes == pb.DiffResponse.DIFF_NONE
    assert list(diff({"keepers": {"a": "1"}}, {"keepers": {"a": "2"}}).replaces) == ["keepers"]


def test_kubernetes_objects_are_named_and_balancers_have_a_host() -> None:
    service = "kubernetes:core/v1:Service"
    identifier, out = create(service, {"spec": {"type": "LoadBalancer"}}, "web")
    assert re.fullmatch(r"default/web-[0-9a-f]{8}", identifier)
    assert out["status"]["loadBalancer"]["ingress"][0]["hostname"].endswith(".elb.amazonaws.com")
    identifier, out = create("kubernetes:apps/v1:Deployment", {"metadata": {"name": "api", "namespace": "shop"}})
    assert (identifier, out["metadata"]["uid"][14]) == ("shop/api", "4")


def test_lookups_and_components_of_missing_plugins_fail_with_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    provider = StandIn("eks", "4.2.0", NONE)
    with pytest.raises(Stopped, match="only the real eks provider can tell eks:index:getThing"):
        provider.Invoke(pb.InvokeRequest(tok="eks:index:getThing"), CONTEXT)
    with pytest.raises(Stopped, match=r"pulumi plugin install resource eks 4\.2\.0"):
        provider.Construct(pb.ConstructRequest(type="eks:index:Cluster"), CONTEXT)
    tls = StandIn("tls", "5.0.0", NONE)
    answer = tls.Invoke(
        pb.InvokeRequest(tok="tls:index/getCertificate:getCertificate", args=encode({"url": "https://oidc"})), CONTEXT
    )
    thumbprint = decode(getattr(answer, "return"))[0]["certificates"][0]["sha1Fingerprint"]
    assert re.fullmatch(r"[0-9a-f]{40}", thumbprint)


def test_what_is_installed_is_left_and_what_is_missing_gets_a_launcher(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, user = tmp_path / "home", tmp_path / "user"
    monkeypatch.setenv("PULUMI_HOME", str(home))
    monkeypatch.setenv("HOME", str(user))
    real = user / ".pulumi" / "plugins" / "resource-tls-v5.0.0" / "pulumi-resource-tls"
    installed = home / "plugins" / "resource-github-v6.0.0" / "pulumi-resource-github"
    for file in (real, installed):
        file.parent.mkdir(parents=True)
        file.write_text("binary")
    package = tmp_path / "site-packages" / "pulumi_it"
    names = (("random", "4.0.0"), ("tls", "5.0.0"), ("github", "6.0.0"), ("aws", "6.83.0"), ("torn", ""))
    launchers.install(Plugin(name, version, "", package) for name, version in names)

    def words(name: str, version: str) -> list[str]:
        text = (home / "plugins" / f"resource-{name}-v{version}" / f"pulumi-resource-{name}").read_text()
        return shlex.split(text.splitlines()[-1])

    assert words("random", "4.0.0")[-5:] == [
        str(launchers.BIN / "pulumi-stand-in"),
        "random",
        "4.0.0",
        str(package),
        "$@",
    ]
    assert words("tls", "5.0.0") == ["exec", str(real), "$@"], "the user's own plugin"
    assert installed.read_text() == "binary"
    assert words("aws", "6.83.0") == [
        "exec",
        "env",
        f"HA_AWS_PACKAGE={package}",
        "/bin/sh",
        str(launchers.BIN / "pulumi-resource-aws"),
        "$@",
    ]
    assert not (home / "plugins" / "resource-torn-v").exists()
