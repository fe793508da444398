"""Start-up is the cost of these tests: the garbage collector would walk 400,000 class objects again and again."""

import atexit
import gc

gc.disable()
atexit.register(gc.freeze)
