"""The stack: read the settings, create their architecture, export its outputs."""

import atexit
import gc

# The garbage collector walks the 400,000 objects of pulumi_aws again and again and frees nothing: without it a preview
# takes half the time. Objects are frozen at exit, since the interpreter would collect once more then.
gc.disable()
atexit.register(gc.freeze)

import pulumi  # noqa: E402 (after the collector is off)

from components import supported  # noqa: E402
from components.architectures import build  # noqa: E402
from components.settings import SettingsError, load_settings  # noqa: E402

supported.require()
try:
    architecture = build(load_settings())
except SettingsError as mistakes:  # print the mistakes, not a traceback
    raise pulumi.RunError(str(mistakes)) from None
for name, value in architecture.outputs.items():
    pulumi.export(name, value)
