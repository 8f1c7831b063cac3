"""What stands in a process's memory at its last moment: as it executes another program or exits."""

import base64
import contextlib
import os
import platform
import re
import signal
import struct
from pathlib import Path

from .keyring import eventually
from .world import BINARY

EXECVE, EXIT_GROUP = {"x86_64": (59, 231), "aarch64": (221, 94)}[platform.machine()]
#: To read the memory of a process that is not dumpable takes a right over its namespace.
READABLE = [] if os.geteuid() == 0 else ["unshare", "--user", "--map-current-user", "--keep-caps"]
#: Held at the execve (not the one by which strace starts the program) and at the exit.
HOLD = [*READABLE, "strace", "-qq", "-o", "/dev/null", "-e", "trace=execve,exit_group",
        "-e", "signal=none", "-e", "inject=execve:delay_enter=60s:when=1",
        "-e", "inject=exit_group:delay_enter=60s:when=1"]


class Memory:
    """The memory of a process."""

    def __init__(self, pid):
        self.pid = pid
        self._memory = open(f"/proc/{pid}/mem", "rb", buffering=0)
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        #: Where a secret may stand: the environment that it was started with is not its doing.
        self.spared = [(int(fields[47]), int(fields[48]))]

    def _read(self, address, size):
        return os.pread(self._memory.fileno(), size, address)

    def regions(self):
        """(first, last, name) of all writable memory but the locked pages of live secrets."""
        text = Path(f"/proc/{self.pid}/smaps").read_text()
        for region in re.split(r"\n(?=[0-9a-f]+-[0-9a-f]+ )", text):
            head = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw\S+ \S+ \S+ \d+ *(.*)", region)
            locked = re.search(r"^VmFlags:.* lo\b", region, re.M)
            if head and not locked:
                yield int(head[1], 16), int(head[2], 16), head[3] or "anonymous memory"

    def places(self, needles):
        """(region, what precedes it) of every needle outside of what is spared."""
        found = []
        for first, last, name in self.regions():
            try:
                content = self._read(first, last - first)
            except OSError:
                continue
            for needle in needles:
                at = content.find(needle)
                while at >= 0:
                    address = first + at
                    if not any(start <= address < end for start, end in self.spared):
                        before = content[max(0, at - 24):at]
                        found.append(f"{needle[:6]}… in {name} after {before!r}")
                    at = content.find(needle, at + 1)
        return found

    def close(self):
        self._memory.close()


class Held(Memory):
    """A run of credtool that has come to its last system call, which is held back."""

    def __init__(self, tracer):
        pid, call = eventually(lambda: self._find(tracer.pid), "the last moment", 40)
        super().__init__(pid)
        self._tracer = tracer
        number, *registers = call
        self.executes = int(number) == EXECVE
        self.handed_over = self._environment(int(registers[2], 16)) if self.executes else []
        self.spared += self.handed_over

    @staticmethod
    def _find(pid):
        """The traced descendant that stands before an execve or its exit, and that call. After the
        execve by which it began, the call is the same, and its registers are zero."""
        for child in _children(pid):
            with contextlib.suppress(OSError):
                state = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
                call = Path(f"/proc/{child}/syscall").read_text().split()
                arrived = call[0] == str(EXIT_GROUP) or (
                    call[0] == str(EXECVE) and int(call[3], 16) != 0)
                name = os.readlink(f"/proc/{child}/exe")
                if state == "t" and arrived and name == os.path.realpath(BINARY):
                    return child, call
            if found := Held._find(child):
                return found
        return None

    def environment(self):
        """The strings that are handed over."""
        return [self._read(start, end - start) for start, end in self.handed_over]

    def _environment(self, pointer):
        """The spans of the strings that the new program gets as its environment."""
        spans = []
        while True:
            [address] = struct.unpack("P", self._read(pointer, 8))
            if address == 0:
                return spans
            text = b""
            while b"\0" not in text:
                text += self._read(address + len(text), 4096 - (address + len(text)) % 4096)
            spans.append((address, address + text.index(b"\0")))
            pointer += 8

    def close(self):
        super().close()
        for pid in (self.pid, self._tracer.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _children(pid):
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []  # it has ended meanwhile
    return [int(child) for child in text.split()]


def forms(*secrets):
    """Each secret in plain and in base64, wherever it starts in a longer text."""
    for secret in filter(None, secrets):
        plain = secret.encode()
        yield plain[:20]  # half of a secret is one, too
        yield plain[-20:]
        for shift in range(3):
            yield base64.b64encode(b"\0" * shift + plain)[4 if shift else 0:-4]


def at_the_end(world, *arguments, env=None, input=None, **more):
    """credtool held at its last moment, and the process that holds it."""
    if input is not None:
        file = world.scratch / "input"
        file.write_bytes(input.encode())
        more["stdin"] = world.keep_open(file.open("rb"))
    process = world.start(*arguments, env=env, through=HOLD, **more)
    try:
        return Held(process), process
    except AssertionError:
        process.kill()
        _, said = process.communicate()
        raise AssertionError(f"{arguments} did not come to its end: {said!r}") from None


def scan(world, *arguments, secrets=None, **more):
    """Where a secret (any that the world has by then) stands in memory as credtool ends, other than
    in what it hands over; and whether it ends in another program."""
    held, process = at_the_end(world, *arguments, **more)
    try:
        return held.places(set(forms(*(secrets or world.secrets())))), held.executes
    finally:
        held.close()
        process.communicate()
