"""The stack: settings, the architecture they ask for, its outputs."""

import atexit
import gc

# Collections walk the 400,000 objects of pulumi_aws again and again and free nothing: without them a preview takes
# half the time. Frozen at exit, where the interpreter would collect once more.
gc.disable()
atexit.register(gc.freeze)

import pulumi  # noqa: E402 (after the collector is off)

from components.architectures import build  # noqa: E402
from components.settings import SettingsError, load_settings  # noqa: E402

try:
    architecture = build(load_settings())
except SettingsError as mistakes:  # sentences for the user, not a traceback
    raise pulumi.RunError(str(mistakes)) from None
for name, value in architecture.outputs.items():
    pulumi.export(name, value)
