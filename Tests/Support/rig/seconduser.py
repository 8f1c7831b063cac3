"""Another user of the machine: in the same login session, and in the same /tmp."""

import os
import subprocess

from rig.world import ROOT

#: Set by own-kernel-keyring where its namespace has a second ID.
UID = os.environ.get("SECOND_UID")

AS_SECOND = ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups"]


def in_our_session(script, *arguments):
    """What the other user's shell makes of a script, come here by `su` from our login session.

    As pam_keyinit leaves it, our user keyring is linked in the session keyring, which `su` keeps.
    """
    return subprocess.run(
        ["keyctl", "session", "-", "sh", "-c", 'keyctl link @u @s && exec "$@"', "sh",
         *AS_SECOND, "sh", "-c", script, "sh", *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=30)


def first_in_tmp(world):
    """A launcher: /tmp is new but for the world, and the other user has made credtool's there."""
    folder = world.scratch / "tmp"
    folder.mkdir()
    # The build may stand below it, too.
    build = ROOT.relative_to(world.root.parent) if ROOT.is_relative_to(world.root.parent) else None
    keep = f"mkdir -p {folder}/{build} && mount --bind {ROOT} {folder}/{build}" if build else ":"
    script = f"""set -e
    mount -t tmpfs -o mode=1777 none {folder}
    {keep}
    mkdir {folder}/{world.root.name} {folder}/credtool-{os.getuid()}
    mount --bind {world.root} {folder}/{world.root.name}
    chown {UID} {folder}/credtool-{os.getuid()}
    mount --rbind {folder} {world.root.parent}
    cd {world.home}
    exec "$@"
    """
    return ["unshare", "--mount", "sh", "-c", script, "sh"]
