"""Kills and errors at single system calls of a run, by strace."""

import collections
import os
import random
import re
import shutil
from dataclasses import dataclass

#: What changes something that outlives the process: files, the kernel's keys, the bus.
CHANGES = ("openat,write,pwrite64,fsync,fdatasync,chmod,fchmod,fchmodat,ftruncate,flock,sendmsg,add_key,"
           "keyctl,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,link,linkat")
#: What a fault is called in the table, and what strace injects; a short write is the rig's own.
FAULTS = {"kill -9": "signal=KILL", "disk full": "error=ENOSPC", "EIO": "error=EIO",
          "EINTR": "error=EINTR", "short write": None}
#: What a signal may interrupt.
_INTERRUPTED = {"openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "flock"}
#: How many points are tried with each fault: 0 for all, which take a while: `make faults`.
MOST = int(os.environ.get("CREDTOOL_FAULT_POINTS", "4"))
SEED = 20260717
_LINE = re.compile(r"(\d+)\s+(\w+)\((.*)")
_TEMPORARY = re.compile(r"\.credtool-\w+$")


@dataclass(frozen=True)
class Point:
    """The so-manieth use of a call in a thread of a run, and what it was used on."""

    call: str
    number: int
    on: str

    def __str__(self):
        return f"{self.call}#{self.number} ({self.on})"

    @property
    def is_of_a_file(self):
        return self.on.startswith("/")

    def can_have(self, fault):
        """Whether the call can fail so, as far as that is injected."""
        match fault:
            case "kill -9":
                return True
            case "EINTR":
                return self.is_of_a_file and self.call in _INTERRUPTED
            case "short write":
                return self.is_of_a_file and self.call in ("write", "pwrite64")
            case _:
                return self.is_of_a_file

    def through(self, fault, on="", log="/dev/null"):
        """A launcher; the fault is `signal=KILL` or `error=ENOSPC`, as strace's inject= has it.
        With `on="+"` it meets all later uses of the call, too."""
        # What is not traced goes on at full speed; but no signal is sent then (strace 6.1).
        fast = ["--seccomp-bpf"] if fault.startswith("error") else []
        return ["strace", "-f", *fast, "-y", "-qq", "-o", str(log), "-s", "0",
                "-e", f"trace={self.call}", "-e", "signal=none",
                "-e", f"inject={self.call}:{fault}:when={self.number}{on}"]


def points(world, *arguments, env=None, behind=()):
    """Where a run of credtool changes something: its calls in their order. `behind` is a launcher
    that strace is started by."""
    assert shutil.which("strace"), "strace is needed to inject faults: make setup installs it"
    log = world.scratch / "calls"
    world.credtool(*arguments, env=env, through=[
        *behind, "strace", "-f", "--seccomp-bpf", "-y", "-qq", "-s", "0", "-o", str(log),
        "-e", "signal=none", "-e", f"trace={CHANGES}"]).works()
    seen = collections.Counter()
    found = []
    for line in log.read_text(errors="replace").splitlines():
        match = _LINE.match(line)
        if not match:  # the second half of an interrupted line
            continue
        thread, call, rest = match.groups()
        seen[thread, call] += 1
        on = _changed(world, call, rest)
        if on:
            found.append(Point(call, seen[thread, call], on))
    assert found, f"strace saw no change; it may not be allowed to trace here: {log.read_text()}"
    return found


def _changed(world, call, rest):
    """The file, or what else a call changes; None where it only reads, or talks to a thread."""
    if call == "openat" and "O_CREAT" not in rest:
        return None
    if call == "keyctl":
        operation = rest.split(",")[0].split(")")[0]
        return operation if "READ" not in operation and "SEARCH" not in operation else None
    if call == "add_key":
        return "kernel key"
    if call == "sendmsg":
        return "bus" if "socket:" in rest or "UNIX" in rest else None
    paths = re.findall(r'[<"](/[^>"]*)[>"]', rest)
    if call == "openat":
        paths = paths[-2:]
    inside = [path for path in paths if path.startswith(str(world.root))]
    return _TEMPORARY.sub(".TEMPORARY", inside[-1][len(str(world.root)):]) if inside else None


def sample(found, seed=SEED):
    """At most so many of the points, the first and the last among them, evenly spread; all of them
    where all are asked for."""
    if len(found) <= MOST or MOST == 0:
        return list(found)
    step = (len(found) - 1) / (MOST - 1)
    jitter = random.Random(seed)
    middle = (round(step * number + jitter.uniform(-step, step) / 2)
              for number in range(1, MOST - 1))
    chosen = sorted({0, len(found) - 1, *(min(max(1, index), len(found) - 2) for index in middle)})
    return [found[index] for index in chosen]
