"""Programs that run against the SDK's mocks, with what they register kept."""

from collections.abc import Callable
from typing import Any

import pulumi
from pulumi.runtime import mocks, settings


class Part(pulumi.ComponentResource):
    """A component with a child of a kind without a provider of ours."""

    def __init__(self, name: str, parent: pulumi.Resource | None = None) -> None:
        super().__init__("test:pace:Part", name, None, pulumi.ResourceOptions(parent=parent))
        self.kept = pulumi.Stash(f"{name}-kept", input=name, opts=pulumi.ResourceOptions(parent=self))


class Silent(mocks.Mocks):
    """Gives back what it is given; ``failing`` names resources that cannot be made."""

    def __init__(self, failing: frozenset[str] = frozenset()) -> None:
        self.failing = failing

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if args.name in self.failing:
            raise ValueError(f"{args.name} cannot be made")
        return f"{args.name}-id", {**args.inputs, "output": args.inputs.get("input")}

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise AssertionError(args.token)


class Recorder(mocks.MockMonitor):
    """The mocks' monitor; requests: what was registered, in order."""

    def __init__(self, answers: mocks.Mocks) -> None:
        super().__init__(answers)
        self.requests: list[Any] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 (gRPC method name)
        self.requests.append(request)
        return super().RegisterResource(request)


def run(
    program: Callable[[], Any], *, preview: bool = True, answers: mocks.Mocks | None = None
) -> dict[str, dict[str, Any]]:
    """What a program registers: name to the request's fields."""
    settings.set_root_resource(None)  # type: ignore[arg-type]
    monitor = Recorder(answers or Silent())
    mocks.set_mocks(monitor.mocks, project="pace", stack="dev", preview=preview, monitor=monitor)
    pulumi.runtime.test(program)()
    return {request.name: _fields(request) for request in monitor.requests}


def _fields(request: Any) -> dict[str, Any]:
    fields = {field.name: value for field, value in request.ListFields()}
    return {name: sorted(value) if name == "dependencies" else str(value) for name, value in fields.items()}
