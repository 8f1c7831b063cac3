"""The systemd of a user, with the home of a test."""

import os
import subprocess
from contextlib import contextmanager

from .keyring import eventually


@contextmanager
def systemd(world):
    """The user's systemd, in a mount namespace that looks as if the machine was booted with it."""
    manager = subprocess.Popen(
        [*world.marked(), "unshare", "--mount",
         *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c",
         "mkdir -p /run/systemd && mount -t tmpfs none /run/systemd && mkdir /run/systemd/system"
         " && exec /usr/lib/systemd/systemd --user"],
        env=world.variables(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    try:
        eventually((world.runtime / "bus").exists, "the bus of systemd", 30)
        yield manager
    finally:
        manager.terminate()
        manager.wait()
