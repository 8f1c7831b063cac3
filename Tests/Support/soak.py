"""Tens of thousands of `credtool exec` over mixed profiles, while the keyring's daemon is killed and
started again: `soak.py [RUNS]`.

Each child says whose credentials it got and which descriptors it has. No answer may be wrong; where
the daemon was away during a run that needs it, credtool may say so. At the end nothing may be held,
left over or more than it was: locks, keys and their quota, descriptors, processes, files.
"""

import concurrent.futures
import fcntl
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from rig import fakes, kernelkeys
from rig.sso import IdentityCenter
from rig.sts import ACCOUNT, LocalSTS
from rig.world import BINARY, WITHOUT_KERNEL_KEYS, World

RUNS = 100_000
#: Runs between two restarts of the daemon, for a whole soak; a short one has ten restarts.
BETWEEN_RESTARTS = 500
WORKERS = 4
#: Seconds; from then on any run may have to make a new one.
SESSIONS_LAST = 45 * 60
SEED = 20260717
PASSPHRASE = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
#: What the child prints: its three variables, and its descriptors. The last of these may be the one
#: by which the shell looks.
CHILD = ["sh", "-c", 'printf "%s\\n" "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" '
         '"$AWS_SESSION_TOKEN" "$(echo /proc/self/fd/*)"']


@dataclass(frozen=True)
class Kind:
    """A way to call `exec`, how often of a thousand times, and whose credentials it has to give."""

    name: str
    share: int
    arguments: tuple
    is_right: object
    needs_daemon: bool = False
    through: tuple = ()


class Restarts:
    """When the daemon was away."""

    def __init__(self, keyring):
        self.keyring, self.spans = keyring, []
        self._lock = threading.Lock()

    def one(self):
        with self._lock:
            self.spans.append([time.monotonic(), float("inf")])
        how = signal.SIGKILL if len(self.spans) % 2 else signal.SIGTERM
        self.keyring.stop_daemon(how)
        self.keyring.start_daemon()
        with self._lock:
            self.spans[-1][1] = time.monotonic()

    def touched(self, start, end):
        with self._lock:
            return any(begin <= end and start <= over for begin, over in self.spans)


class Soak:
    def __init__(self, world, runs):
        self.world, self.runs = world, runs
        self.wrong, self.away, self.counts = [], 0, {}
        self.restarts = Restarts(world.keyring)
        self.between = min(BETWEEN_RESTARTS, max(1, runs // 10))
        self._lock = threading.Lock()
        self.started = time.monotonic()
        self.kinds = self._set_up()

    # The profiles.

    def _set_up(self):
        world, sts = self.world, self.world.sts
        world.environment |= PASSPHRASE
        world.more_secrets.update(PASSPHRASE.values())
        work = world.add("work", key=sts.new_key("worker"))
        filed = world.add("filed", "--vault", "file", key=sts.new_key("filer"))
        coded = world.add("coded", key=sts.new_key("coder"))
        box = sts.stranger(f"arn:aws:sts::{ACCOUNT}:assumed-role/box/i", True)
        answer = world.scratch / "answer"
        answer.write_text(json.dumps(fakes.process_json(box)))
        center = world.keep_open(IdentityCenter(sts))
        center.assign()
        center.person = "allow"
        world.environment |= center.variables()
        text = center.config() + (
            f"[profile coded]\nmfa_serial = {coded.mfa_serial}\nmfa_process = echo 123456\n"
            f"[profile program]\ncredential_process = /bin/cat {answer}\n")
        for number in range(20):
            text += (f"[profile p{number}]\nrole_arn = {sts.new_role(f'r{number}')}\n"
                     f"source_profile = {'filed' if number % 2 else 'work'}\n")
        world.config(text)
        world.credtool("login", "dev", "--device").works()
        world.more_secrets |= center.secrets()

        def of_user(key):
            return lambda found: found.token and found.user == key.user

        def of_role(name):
            return lambda found: f":assumed-role/{name}/" in found.arn

        roles = [Kind(f"role {number}", 25, (f"p{number}",), of_role(f"r{number}"))
                 for number in range(20)]
        return roles + [
            Kind("session", 150, ("work",), of_user(work)),
            Kind("session, file vault", 80, ("filed",), of_user(filed)),
            Kind("MFA session", 80, ("coded",), of_user(coded)),
            Kind("process", 50, ("program",), lambda found: found is box),
            Kind("Identity Center", 80, ("dev",), of_role("AWSReservedSSO_Admin_0123456789abcdef")),
            Kind("key, keyring", 20, ("work", "--no-session"), lambda found: found is work, True),
            Kind("key, file vault", 10, ("filed", "--no-session"), lambda found: found is filed),
            Kind("fresh session", 10, ("work", "--fresh"), of_user(work), True),
            Kind("fresh role", 10, ("p0", "--fresh"), of_role("r0"), True),
            Kind("session in the keyring", 10, ("work",), of_user(work), True,
                 tuple(WITHOUT_KERNEL_KEYS)),
        ]

    # The runs.

    def one(self, kind):
        start = time.monotonic()
        done = subprocess.run(
            self.world.command("exec", *kind.arguments, "--", *CHILD, through=kind.through),
            env=self.world.variables(), cwd=self.world.home, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=False)
        fault = self._fault(kind, done, start)
        with self._lock:
            self.counts[kind.name] = self.counts.get(kind.name, 0) + 1
            if fault:
                self.wrong.append(f"{kind.name}: {fault}")

    def _fault(self, kind, done, start):
        """What is wrong with a run; None where it is right, or says that the daemon is away."""
        said = done.stderr.decode(errors="replace")
        may_need_daemon = kind.needs_daemon or start - self.started > SESSIONS_LAST
        if done.returncode == 125 and not done.stdout and said.startswith("credtool: ") \
                and may_need_daemon and self.restarts.touched(start, time.monotonic()):
            with self._lock:
                self.away += 1
            return None
        if done.returncode:
            return f"it ended with {done.returncode}: {said}"
        key_id, secret, token, descriptors = done.stdout.decode().splitlines()
        found = self.world.sts.identities.get(key_id)
        if not found or found.secret != secret or (found.token or "") != token:
            return f"{key_id} is no identity, or its parts are those of two"
        if not kind.is_right(found):
            return f"it got the credentials of {found.arn}"
        if not set(descriptors.split()) <= {f"/proc/self/fd/{number}" for number in range(4)}:
            return f"the child has more descriptors: {descriptors}"
        return None

    def run(self):
        """All of them; gives the lines of a report, or raises what was wrong."""
        self.warm_up()
        before = self.state()
        kinds = random.Random(SEED).choices(
            self.kinds, [kind.share for kind in self.kinds], k=self.runs)
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            running = set()
            for number, kind in enumerate(kinds, 1):
                running.add(pool.submit(self.one, kind))
                if number % self.between == 0:
                    self.restarts.one()
                if len(running) > 4 * WORKERS:
                    done, running = concurrent.futures.wait(
                        running, return_when=concurrent.futures.FIRST_COMPLETED)
                    for future in done:
                        future.result()
                if sys.stderr.isatty() and number % 100 == 0:
                    print(f"\r{number:,} of {self.runs:,}", end="", file=sys.stderr, flush=True)
            for future in running:
                future.result()
        if sys.stderr.isatty():
            print("\r", end="", file=sys.stderr)
        self.warm_up()  # the daemon has answered everybody
        return self.report(before, self.state())

    def warm_up(self):
        """Each kind once, one after the other, with the daemon there."""
        before = len(self.wrong)
        for kind in self.kinds:
            self.one(kind)
        assert len(self.wrong) == before, self.wrong[before:]

    # What is left.

    def state(self):
        """What must not grow."""
        keys, size = self._quota()
        pids = {"gnome-keyring-daemon": self.world.keyring.pid(),
                "dbus-daemon": self.world.keyring.bus_pid}
        return {
            "kernel keys": len(kernelkeys.present()),
            "kernel keys in the quota": keys,
            "bytes in the quota": size,
            "items in the keyring": len(self.world.keyring.items()),
            # A long log is put aside, once.
            "files": len([path for path in self._files() if path.name != "log.jsonl.1"]),
        } | {f"descriptors of {name}": len(os.listdir(f"/proc/{pid}/fd"))
             for name, pid in pids.items()}

    @staticmethod
    def _quota():
        """Keys and bytes that count against this user's quota."""
        for line in Path("/proc/key-users").read_text(encoding="ascii").splitlines():
            user, _, _, keys, size = line.replace(":", " ").split()
            if int(user) == os.getuid():
                return int(keys.split("/")[0]), int(size.split("/")[0])
        return 0, 0

    def _files(self):
        return [path for path in self.world.root.rglob("*")
                if path.is_file() and self.world.scratch not in path.parents]

    def held_locks(self):
        """Files that somebody has locked."""
        held = []
        for path in self._files():
            with open(path, "rb") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    held.append(str(path))
        return held

    def report(self, before, after):
        lines = [f"{sum(self.counts.values()):,} runs, {len(self.restarts.spans)} restarts, "
                 f"{self.away} refused while the daemon was away"]
        lines += [f"  {count:7,}  {name}" for name, count in self.counts.items()
                  if not name.startswith("role ")]
        roles = sum(count for name, count in self.counts.items() if name.startswith("role "))
        lines.append(f"  {roles:7,}  roles, twenty of them")
        lines += [f"  {name}: {before[name]} before, {after[name]} after" for name in before]
        faults = self.wrong[:20]
        for name, most in LARGEST_GROWTH.items():
            if after[name] - before[name] > most:
                faults.append(f"{name}: {before[name]} before, {after[name]} after")
        faults += [f"a lock is held: {path}" for path in self.held_locks()]
        faults += [f"process {pid} still runs" for pid in self.world.processes(BINARY)]
        faults += [f"{path} is left" for path in self._files() if ".credtool-" in path.name]
        assert not faults, "\n".join([*lines, "", *faults])
        return lines


#: The daemon is another process after a restart, and its connections end a little later than the
#: runs; a renewed session may be longer by some bytes. The quota is that of the user, whose other
#: processes have keys of their own: what leaks at each run, or at a restart, is more than that.
LARGEST_GROWTH = {
    "kernel keys": 0, "kernel keys in the quota": 100, "bytes in the quota": 32768,
    "items in the keyring": 0, "files": 0, "descriptors of gnome-keyring-daemon": 4,
    "descriptors of dbus-daemon": 4,
}


def main():
    sts = LocalSTS()
    world = World(sts)
    try:
        print("\n".join(Soak(world, int(sys.argv[1]) if len(sys.argv) > 1 else RUNS).run()))
        world.assert_nothing_leaked()
        print("nothing wrong, nothing left")
    except AssertionError as error:
        raise SystemExit(f"soak: {error}") from None
    finally:
        world.close()
        sts.stop()


if __name__ == "__main__":
    main()
