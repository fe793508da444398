"""What mocks lack of a remote component: transforms of its children, resources among its arguments."""

from typing import Any

import pulumi
from pulumi.runtime.proto import callback_pb2

from offline.aws.wire import RESOURCE, SIGNATURE


class Callbacks:
    """Takes transforms, which mocks have no server for, and applies them to the children below."""

    def __init__(self) -> None:
        self.known: dict[str, pulumi.ResourceTransform] = {}
        self.hooks: dict[str, pulumi.ResourceHook] = {}

    def register_transform(self, transform: pulumi.ResourceTransform) -> callback_pb2.Callback:
        """Keep a transform, as the engine's callback server does."""
        token = f"transform-{len(self.known)}"
        self.known[token] = transform
        return callback_pb2.Callback(token=token, target="mocks")

    def register_resource_hook(self, hook: pulumi.ResourceHook) -> None:
        """Keep a hook; mocks run none, a test calls it."""
        self.hooks[hook.name] = hook

    def apply(
        self, tokens: list[str], type_: str, name: str, props: dict[str, Any]
    ) -> tuple[dict[str, Any], list[str]]:
        """Inputs and ignored properties of a child after its component's transforms."""
        opts = pulumi.ResourceOptions()
        for token in tokens:
            given = pulumi.ResourceTransformArgs(custom=True, type_=type_, name=name, props=props, opts=opts)
            done: Any = self.known[token](given)
            if done is not None:
                props, opts = dict(done.props), done.opts
        return props, list(opts.ignore_changes or []) if isinstance(opts.ignore_changes, list) else []


def without_references(value: Any) -> Any:
    """A copy of a gRPC value in which a resource that was passed in is its id, as a monitor without references has it.

    The SDK would make a resource object of each, registered on an event loop of this thread that nobody runs.
    """
    copy = type(value)()
    copy.CopyFrom(value)
    _flatten(copy.fields if hasattr(copy, "fields") else {"": copy})
    return copy


def _flatten(fields: Any) -> None:
    for key in fields:
        value = fields[key]
        match value.WhichOneof("kind"):
            case "list_value":
                _flatten(dict(enumerate(value.list_value.values)))
            case "struct_value":
                inner = value.struct_value.fields
                if SIGNATURE in inner and inner[SIGNATURE].string_value == RESOURCE:
                    value.string_value = inner["id"].string_value if "id" in inner else inner["urn"].string_value
                else:
                    _flatten(inner)
            case _:
                pass
