"""Start-up is the cost of these tests: the garbage collector would walk 400,000 class objects again and again."""

import atexit
import gc
import signal

gc.disable()
atexit.register(gc.freeze)

# A shell's background job ignores Ctrl-C and so does what it starts: tests that interrupt would wait in vain.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
