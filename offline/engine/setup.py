"""Set everything up. It is idempotent, quick if nothing is missing, and an interrupted run can be repeated."""

from dataclasses import dataclass

from offline.engine import engines, environment, home
from offline.engine.engines import Engine
from offline.engine.places import Places, places
from offline.engine.run import exclusive
from offline.engine.say import say


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A tree that is set up."""

    at: Places
    engine: Engine

    def environ(self) -> dict[str, str]:
        """The environment in which `pulumi` runs offline."""
        return home.environ(self.at, self.engine)


def _quick(at: Places) -> Ready | None:
    engine = engines.remembered(at)
    if engine and environment.ready(at) and home.ready(at, engine):
        return Ready(at=at, engine=engine)
    return None


def setup(at: Places | None = None) -> Ready:
    """Set the tree up. Raises SetupError with a one-sentence message."""
    at = at or places()
    done = _quick(at)
    if done:
        return done
    with exclusive(at.cache):
        done = _quick(at)  # another run may have finished it meanwhile
        if done:
            return done
        say(f"setting up {at.tree} (cache: {at.cache})")
        environment.install(at)
        engine = engines.choose(at)
        home.install(at, engine)
        engines.remember(at, engine)
    say(f"ready: Pulumi {engine.version} at {engine.pulumi}")
    return Ready(at=at, engine=engine)
