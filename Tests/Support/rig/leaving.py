"""What leaves a run and its helpers: each program's arguments and environment, each write."""

import os
import re

from . import memory
from .world import BINARY

#: What hands bytes to somebody else. What goes over TCP belongs to the protocol, and in the rig has
#: no TLS; what goes through pipes was asked for, and is looked at as output.
CALLS = "execve,execveat,write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,sendmmsg"
_CALL = re.compile(r"\d+ +(\w+)\((.*)")


def log_of(world):
    return world.scratch / "leaving"


def launcher(world):
    return ["strace", "-f", "--seccomp-bpf", "-qq", "-v", "-yy", "-s", "1000000", "-e",
            "signal=none", "-e", f"trace={CALLS}", "-o", str(log_of(world))]


def run(world, *arguments, **more):
    """A run of credtool, of which everything is noted."""
    return world.credtool(*arguments, through=launcher(world), secret_output=True, **more)


def leaks(world, handed_over=(), given=()):
    """What of the noted calls has a secret in it. The environment of `handed_over`, which are
    programs, may have them; so may what was in the environment of the run itself, and what goes
    into files that are no business of credtool's (world.open_folders) or of it (`given`)."""
    needles = set(memory.forms(*world.secrets()))
    allowed = [*map(str, world.open_folders), *map(str, given)]
    found, calls = [], 0
    for number, line in enumerate(log_of(world).read_bytes().splitlines()):
        match = _CALL.match(line.decode(errors="replace"))
        if not match:
            continue
        calls += 1
        call, rest = match.groups()
        if call.startswith("exec"):
            program, words, variables = _parts(rest)
            suspects = words
            if program not in map(str, handed_over) and not (number == 0 and _is_credtool(program)):
                suspects += variables
        else:
            place = rest.split(">", 1)[0].partition("<")[2]
            if place.startswith("/"):
                suspects = "" if any(place.startswith(folder) for folder in allowed) else rest
            else:
                suspects = rest if place.startswith("UNIX") else ""
        for needle in needles:
            if needle.decode() in suspects:
                found.append(f"{needle.decode()[:6]}… in {call}({rest[:150]}")
    assert calls, "strace noted nothing"
    return found


def programs(world):
    """What was executed, in its order. Where other threads end by it, strace tells so later."""
    text = log_of(world).read_text(errors="replace")
    return re.findall(r'^\d+ +execve\("([^"]*)".* (?:= 0|<unfinished \.\.\.>)$', text, re.M)


def _parts(rest):
    """The program, its arguments and its environment, of an execve as strace shows it."""
    program = re.match(r'(?:\d+(?:<[^>]*>)?, )?"([^"]*)", ', rest)
    words, _, variables = rest[program.end():].partition('"], [')
    return program[1], words, variables


def _is_credtool(program):
    return os.path.realpath(program) == os.path.realpath(BINARY)
