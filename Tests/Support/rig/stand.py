"""A command that is run with each fault at each point where it changes something."""

from . import injection
from .world import short_writes


class Stand:
    """A command, what is before it, and what has to hold after whatever befell it."""

    #: Its row in the table of faults.
    name = ""
    arguments = ()
    #: Variables that it is run with.
    env = None
    #: A launcher that it is always run by.
    behind = ()
    #: The exit codes by which it may fail.
    failures = (1,)
    #: Whether what the system cut short is written to its end.
    finishes_writes = True
    #: How many seconds a run may take.
    timeout = 40

    def __init__(self, world):
        self.world = world

    def reset(self):
        """Puts the world back to what it was before."""

    def check(self):
        """What holds after any fault; it may run the command again."""

    def done(self):
        """What holds after a run that says it worked."""

    def run(self, *through):
        return self.world.credtool(
            *self.arguments, env=self.env, through=[*self.behind, *through], timeout=self.timeout)

    def points(self, *behind):
        """Where a run changes something."""
        self.reset()
        return injection.points(
            self.world, *self.arguments, env=self.env, behind=[*self.behind, *behind])

    def meets(self, fault, tried):
        """Runs it with the fault at some points, or at all, and looks each time at what is left.
        `tried` is told how many of how many there were."""
        found = [point for point in self.points() if point.can_have(fault)]
        assert found, f"nothing of {self.name} can have {fault}"
        if fault == "short write":
            self._meets_short_writes(found, tried)
            return
        chosen = injection.sample(found, f"{injection.SEED}{fault}")
        met = sum(self._meets(point, fault) for point in chosen)
        assert met > len(chosen) / 2, f"{met} of {len(chosen)} points were met"
        tried(self.name, fault, met, len(found))

    def _meets(self, point, fault):
        """Whether the run came to the point: what threads do differs from run to run."""
        log = self.world.scratch / "injected"
        for _ in range(3):
            self.reset()
            result = self.run(*point.through(injection.FAULTS[fault], log=log))
            is_kill = fault == "kill -9"
            hit = [line for line in log.read_text(errors="replace").splitlines()
                   if "(INJECTED)" in line]
            is_met = result.code in (-9, 137) if is_kill else bool(hit)
            # The same number of another thread's call, such as one that wakes a thread of GLib's.
            is_besides = not all(str(self.world.root) in line for line in hit)
            try:
                if not (is_kill and is_met):
                    failures = (1, 125) if is_besides else self.failures
                    assert result.code in (0, *failures), result
                    result.speaks_well()
                    if result.code == 0:
                        self.done()
                self.check()
            except AssertionError as error:
                raise AssertionError(f"after {fault} at {point}") from error
            if is_met:
                return True
        return False

    def _meets_short_writes(self, found, tried):
        """All of them in one run: what is written goes on where the system left off."""
        again = [point for point in self.points(*short_writes())
                 if point.can_have("short write")]
        assert len(again) > len(found) or not self.finishes_writes, "nothing was cut short"
        self.done()
        self.check()
        tried(self.name, "short write", len(found), len(found))
