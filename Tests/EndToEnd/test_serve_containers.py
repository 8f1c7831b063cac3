"""`serve --container`: a container of podman's reaches the server by the arguments it prints."""

import shlex
import shutil

import pytest

from rig.serving import Server

#: The rig is in a user namespace of its own, where nobody may mount /proc and /sys anew: podman is
#: told that it is, and takes those that are mounted. Limits stay below the machine's.
VARIABLES = {"_CONTAINERS_USERNS_CONFIGURED": "done", "_CONTAINERS_ROOTLESS_UID": "0",
             "_CONTAINERS_ROOTLESS_GID": "0"}
OPTIONS = ["--rm", "--cgroups=no-conmon", "--security-opt", "seccomp=unconfined",
           "--ulimit", "nofile=1000:1000", "--ulimit", "nproc=1000:1000",
           "--pid", "host", "--ipc", "none", "--uts", "host"]
SCRIPT = ('/bin/busybox wget -q -O - --header '
          '"Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" '
          '"$AWS_CONTAINER_CREDENTIALS_FULL_URI"')


@pytest.fixture
def podman(world):
    """Runs a command in a container; skips aloud where podman can run none."""
    busybox = shutil.which("busybox")
    assert busybox and shutil.which("podman"), "podman or busybox is not installed: make setup"
    root = world.scratch / "root"
    (root / "bin").mkdir(parents=True)
    shutil.copy(busybox, root / "bin")
    folders = [f"--{name}={world.scratch}/podman/{name}" for name in ("root", "runroot", "tmpdir")]

    def run(arguments, *command, env=None):
        return world.outside(
            "unshare", "--mount", "podman", *folders, "--storage-driver", "vfs", "--runtime",
            "runc", "--cgroup-manager", "cgroupfs", "run", *OPTIONS, *arguments, "--rootfs",
            str(root), "/bin/busybox", *command, env=VARIABLES | (env or {}))

    probe = run(["--network", "host"], "echo", "runs")
    if probe.code != 0:
        pytest.skip(f"podman runs no container here: {probe.stderr.strip()}")
    assert probe.stdout == "runs\n"
    return run


def test_a_container_asks_it(world, podman):
    world.add()
    server = Server(world, "--container", "work")
    words = shlex.split(server.comments[0].removeprefix("# "))
    assert words[:2] == ["podman", "run"] and words[-1] == "IMAGE"
    result = podman(words[2:-1], "sh", "-c", SCRIPT + " | /bin/busybox grep -o ASIA[A-Z0-9]*",
                    env=server.variables)
    assert result.code == 0, result
    assert result.stdout.strip() in world.sts.identities, result
    server.stop().is_silent()
