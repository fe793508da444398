"""The stack: settings, the architecture they ask for, its outputs."""

import atexit
import gc

# Collections walk the 400,000 objects of pulumi_aws again and again and free nothing: without them a preview takes
# half the time. Frozen at exit, where the interpreter would collect once more.
gc.disable()
atexit.register(gc.freeze)

import pulumi  # noqa: E402 (after the collector is off)

from components.pace import quicken, settle  # noqa: E402

if __name__ == "__main__":  # run by the engine, not by a test
    quicken()  # before the AWS classes are imported

from components.architectures import build  # noqa: E402
from components.settings import SettingsError, load_settings  # noqa: E402


def main() -> None:
    """Register the stack's resources; mistakes in the configuration are sentences, not a traceback."""
    try:
        architecture = build(load_settings())
    except SettingsError as mistakes:
        raise pulumi.RunError(str(mistakes)) from None
    for name, value in architecture.outputs.items():
        pulumi.export(name, value)


if __name__ == "__main__":
    pulumi.run(settle)
main()
