"""Writes Sources/link-order: the functions that short runs of credtool call, as first called.

`link_order.py BINARY` takes an unstripped binary for x86-64, sets a breakpoint on each of its
functions, runs what users wait for most (sessions from the cache, help, lists), and notes which
breakpoints are met up to the end, or up to the program that `exec` becomes. The linker puts these
functions side by side, so that a run maps little of the program's text.
"""

import ctypes
import os
import platform
import signal
import struct
import subprocess
import sys

from rig.sso import IdentityCenter
from rig.sts import LocalSTS
from rig.world import ROOT, World

ORDER = ROOT / "Sources/link-order"
HEADING = "# Functions for the linker to put side by side. Made by `make order`; changes here are lost."

TRACEME, CONT, GETREGS, SETREGS, DETACH, SETOPTIONS = 0, 7, 12, 13, 17, 0x4200
OPTIONS = 0x10 | 0x100000  # a stop at execve; the end of the tracer is the end of the traced
EVENT_EXEC = 4
BREAKPOINT = b"\xcc"
#: struct user_regs_struct: 27 registers, the seventeenth is the instruction pointer.
REGISTERS = struct.Struct("27Q")
POINTER = 16

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long


def ptrace(request, pid, data=None):
    if _libc.ptrace(request, pid, None, data) == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"ptrace: {os.strerror(number)}")


def functions(binary):
    """The names of the functions of a binary by their address in it."""
    shown = subprocess.run(["readelf", "--symbols", "--wide", binary], check=True,
                           capture_output=True, text=True).stdout
    found = {}
    for line in shown.splitlines():
        match line.split():
            case [_, address, _, "FUNC", _, _, section, name, *_] if section.isdigit():
                found.setdefault(int(address, 16), name)
    assert len(found) > 1000, f"{binary} is stripped"
    return found


class Traced:
    """A run with a breakpoint on every function. It has one thread and starts no process."""

    def __init__(self, binary, addresses, arguments, world):
        self.pid = os.fork()
        if self.pid == 0:
            try:
                quiet = os.open(os.devnull, os.O_RDWR)
                for descriptor in range(3):
                    os.dup2(quiet, descriptor)
                os.chdir(world.home)
                ptrace(TRACEME, 0)
                os.execve(binary, [binary, *arguments], world.variables())
            finally:
                os._exit(127)
        _, status = os.waitpid(self.pid, 0)
        assert os.WIFSTOPPED(status), f"{binary} cannot be traced here"
        ptrace(SETOPTIONS, self.pid, OPTIONS)
        with open(f"/proc/{self.pid}/maps", encoding="utf-8") as maps:
            self.base = next(int(line.split("-")[0], 16) for line in maps
                             if line.rstrip().endswith(binary))
        self.memory = os.open(f"/proc/{self.pid}/mem", os.O_RDWR)
        self.bytes = {address: os.pread(self.memory, 1, self.base + address)
                      for address in addresses}
        for address in addresses:
            os.pwrite(self.memory, BREAKPOINT, self.base + address)

    def run(self):
        """The addresses of the functions in the order in which they were first called."""
        passed_on = 0
        while True:
            ptrace(CONT, self.pid, passed_on)
            _, status = os.waitpid(self.pid, 0)
            if not os.WIFSTOPPED(status):
                break
            passed_on = 0
            if status >> 16 == EVENT_EXEC:
                ptrace(DETACH, self.pid)
                _, status = os.waitpid(self.pid, 0)
                break
            if os.WSTOPSIG(status) != signal.SIGTRAP:
                passed_on = os.WSTOPSIG(status)
                continue
            raw = ctypes.create_string_buffer(REGISTERS.size)
            ptrace(GETREGS, self.pid, raw)
            registers = list(REGISTERS.unpack(raw.raw))
            registers[POINTER] -= 1
            address = registers[POINTER] - self.base
            os.pwrite(self.memory, self.bytes[address], self.base + address)
            ptrace(SETREGS, self.pid, REGISTERS.pack(*registers))
            yield address
        os.close(self.memory)
        assert status == 0, f"a run ended with {status:#x}"


def runs(world):
    """Sets up the world for short runs; their arguments."""
    world.add("work")
    world.add("bare")  # a key of no profile
    role = world.sts.new_role("deploy")
    center = world.keep_open(IdentityCenter(world.sts))
    center.assign()
    center.person = "allow"
    world.environment |= center.variables()
    world.config(f"[profile work]\nregion = eu-west-1\n[profile deploy]\nrole_arn = {role}\n"
                 f"source_profile = work\n{center.config()}")
    world.credtool("login", "dev", "--device").works()
    execs = [["exec", *session, "--", "true"]
             for session in (["deploy"], ["work"], ["bare"], ["work", "--role", "deploy"], ["dev"])]
    for arguments in execs:
        world.credtool(*arguments).works()  # so that the cache has it
    return [*execs, ["export", "deploy"], ["export", "dev"], ["--help"], ["exec", "--help"],
            ["version"], ["__complete", "profiles"]]


def main(binary):
    if platform.machine() != "x86_64":
        raise SystemExit("link_order: the breakpoints are those of x86-64")
    binary = os.path.realpath(binary)
    names = functions(binary)
    called = {}
    sts = LocalSTS()
    world = World(sts)
    try:
        for arguments in runs(world):
            before = len(called)
            for address in Traced(binary, names, arguments, world).run():
                called[names[address]] = True
            print(f"{len(called) - before:6} more functions: {' '.join(arguments)}")
    finally:
        world.close()
        sts.stop()
    ORDER.write_text("\n".join([HEADING, *called, ""]), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
