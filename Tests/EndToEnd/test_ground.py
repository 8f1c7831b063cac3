"""What lies below credtool and may be in a bad way: files, paths, limits, programs, terminals."""

import os
import re
import signal
import stat
import subprocess
import sys

import pytest

from rig.world import without_memory

#: Memory that no run needs, so that a file without an end is told from one that fits.
LIMITED = ["sh", "-c", 'ulimit -v 400000; exec "$@"', "sh"]

PROCESS = '#!/bin/sh\necho \'{"Version":1,"AccessKeyId":"%s","SecretAccessKey":"%s"}\'\n'
TEMPORARY = """#!/bin/sh
echo '{"Version":1,"AccessKeyId":"ASIAPROCESSEXAMPLE01","SecretAccessKey":"made-up",
       "SessionToken":"made-up","Expiration":"2099-01-01T00:00:00Z"}'
"""


def limit(option, value):
    """A launcher that sets a limit of the shell's."""
    return ["sh", "-c", f'ulimit {option} {value}; exec "$@"', "sh"]


class TestFiles:
    """Only regular files are read: nothing hangs, nothing grows."""

    @pytest.fixture
    def endless(self, world):
        pipe = world.scratch / "pipe"
        os.mkfifo(pipe)
        return {"device": "/dev/zero", "pipe": str(pipe)}

    @pytest.mark.parametrize("kind", ["device", "pipe"])
    @pytest.mark.parametrize("variable", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
    def test_config(self, world, endless, kind, variable):
        world.credtool("exec", "work", "--", "true", env={variable: endless[kind]},
                       through=LIMITED, timeout=10).fails("is no regular file", code=125)

    @pytest.mark.parametrize("kind", ["device", "pipe"])
    def test_policy(self, world, endless, kind):
        world.add()
        world.credtool("exec", "work", "--role", "arn:aws:iam::111122223333:role/x", "--policy",
                       endless[kind], "--", "true", through=LIMITED, timeout=10).fails(
            endless[kind], code=125)

    def test_the_null_device_is_an_empty_file(self, world):
        world.add()
        world.credtool("exec", "work", "--", "true", env={
            "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}).works()

    def test_a_shells_pipe_can_be_read(self, world):
        script = 'AWS_CONFIG_FILE=<(sleep 0.1; printf "[profile piped]\\n") "$@"'
        run = subprocess.run(["bash", "-c", script, "bash", *world.command("list")],
                             env=world.environment, capture_output=True, text=True, timeout=20,
                             check=True)
        assert "piped" in run.stdout

    def test_what_killed_writers_left_is_swept(self, world):
        world.config("[profile other]\n")
        old, new, foreign = (world.config_file.parent / name for name in (
            ".config.credtool-abc123", ".config.credtool-def456", "config.abc123"))
        for path in (old, new, foreign):
            path.write_text("half")
        for path in (old, foreign):
            os.utime(path, (1, 1))
        world.add("work", "--region", "eu-west-1")
        assert not old.exists() and new.exists() and foreign.exists()
        assert "region = eu-west-1" in world.config_file.read_text()

    def test_a_config_is_never_open_to_more_people_than_it_was(self, world):
        """At no system call has the file that will be the config a wider mode than that."""
        world.config("[profile other]\n")
        world.config_file.chmod(0o640)
        trace = world.scratch / "trace"
        world.add("work", "--region", "eu-west-1", through=[
            "strace", "-f", "-e", "trace=openat,fchmod,rename", "-o", str(trace)])
        opened = re.search(r'"\S*/\.config\.credtool-\w+", \S*O_EXCL\S*, (0\d+)',
                           trace.read_text())
        assert opened[1] == "0600"
        assert stat.S_IMODE(world.config_file.stat().st_mode) == 0o640


class TestDirectories:
    def test_no_lock_stands_where_others_could_be_first(self, bare_world):
        world = bare_world
        process = world.scratch / "process"
        process.write_text(PROCESS % ("AKIAPROCESSEXAMPLE01", "x" * 40))
        process.chmod(0o755)
        world.config(f"[profile work]\ncredential_process = {process}\n")
        shared = f"/tmp/credtool-{os.getuid()}"
        existed = os.path.exists(shared)
        world.credtool("exec", "work", "--", "true", env={"XDG_RUNTIME_DIR": None}).works()
        assert os.path.exists(shared) == existed
        own = world.data.with_name("credtool-run")
        if not os.path.exists(f"/run/user/{os.getuid()}"):
            assert stat.S_IMODE(own.stat().st_mode) == 0o700

    @pytest.mark.usefixtures("kernel_keyring")
    def test_what_all_may_write_is_mentioned_once_and_not_on_a_hit(self, world):
        world.add()
        world.config("[profile work]\n")
        for path, mode in [(world.config_file, 0o646), (world.config_file.parent, 0o777),
                           (world.data, 0o707), (world.home, 0o777)]:
            before = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode)
            cold = world.credtool("exec", "work", "--fresh", "--", "true").works()
            assert len(cold.stderr.splitlines()) == 1
            cold.says("every user", str(path), "chmod o-w")
            world.credtool("exec", "work", "--", "true").works().is_silent()
            path.chmod(before)
        world.credtool("exec", "work", "--fresh", "--", "true").works().is_silent()


@pytest.mark.usefixtures("kernel_keyring")
def test_what_the_kernel_does_not_forget_is_not_said_to_be_forgotten(bare_world):
    """In a user keyring of its own, which is then made read-only."""
    world = bare_world
    process = world.scratch / "process"
    process.write_text(TEMPORARY)
    process.chmod(0o755)
    world.config(f"[profile work]\ncredential_process = {process}\n")
    script = ('"$1" exec work -- true && keyctl setperm @u 0x1b3b0000 && "$1" clear; code=$?\n'
              'keyctl rlist @u >&2; keyctl setperm @u 0x1f3f0000; "$1" clear; exit $code')
    run = subprocess.run(
        ["unshare", "--user", "--map-current-user", "sh", "-c", script, "sh",
         world.command()[-1]], env=world.environment, capture_output=True, text=True,
        timeout=40, check=False, stdin=subprocess.DEVNULL)
    assert run.returncode == 1, run
    failed, forgot = run.stderr.split("hint: ", 1)
    assert "the kernel keyring: Permission denied" in failed and "forgot" not in failed
    assert "forgot" in forgot + run.stdout


class TestPathsAreBytes:
    ODD = b"odd\xff\xc3("

    def run(self, world, *arguments, env):
        outer = {os.fsencode(name): os.fsencode(value)
                 for name, value in world.environment.items()} | env
        return subprocess.run(world.command(*arguments), env=outer, cwd=world.home,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=40,
                              check=False)

    def test_programs_and_path(self, world):
        world.add()
        folder = os.path.join(os.fsencode(world.scratch), self.ODD)
        os.mkdir(folder)
        program = os.path.join(folder, b"tool" + self.ODD)
        with open(program, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\necho mine\n")
        os.chmod(program, 0o755)
        path = folder + b":" + os.fsencode(world.environment["PATH"])
        for name, env in [(program, {}), (b"tool" + self.ODD, {b"PATH": path}),
                          (b"./tool" + self.ODD, {b"PATH": path})]:
            done = self.run(world, "exec", "work", "--", name, env=env)
            expected = (127, b"") if name.startswith(b".") else (0, b"mine\n")
            assert (done.returncode, done.stdout) == expected, done.stderr

    def test_home_data_and_config(self, world):
        """Two homes that differ in such bytes alone are two homes."""
        homes = [os.path.join(os.fsencode(world.scratch), b"home" + tail)
                 for tail in (b"\xfe", b"\xff", "\ufffd".encode())]
        for index, home in enumerate(homes):
            os.makedirs(os.path.join(home, b".aws"))
            with open(os.path.join(home, b".aws/config"), "w", encoding="utf-8") as file:
                file.write(f"[profile number{index}]\n")
        for index, home in enumerate(homes):
            done = self.run(world, "list", env={
                b"HOME": home, b"XDG_DATA_HOME": home + b"/data"})
            assert f"number{index}".encode() in done.stdout, done
            config = self.run(world, "list", env={b"AWS_CONFIG_FILE": home + b"/.aws/config"})
            assert f"number{index}".encode() in config.stdout, config
        key = world.sts.new_key()
        added = self.run(world, "add", "work", "--env", "--region", "eu-west-1", env={
            os.fsencode(name): os.fsencode(value) for name, value in key.variables().items()
        } | {b"HOME": homes[0], b"XDG_DATA_HOME": homes[0] + b"/data"})
        assert added.returncode == 0, added.stderr
        assert os.path.isfile(homes[0] + b"/data/credtool/index.tsv")
        with open(homes[0] + b"/.aws/config", encoding="utf-8") as file:
            assert "eu-west-1" in file.read()


class TestWhatCannotBeRun:
    def program(self, world, text, mode=0o755):
        path = world.scratch / "program"
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    def test_a_missing_interpreter(self, world):
        world.add()
        path = self.program(world, "#!/no/interpreter\n")
        result = world.credtool("exec", "work", "--", path).fails(
            "interpreter", "/no/interpreter", code=127)
        assert "chmod" not in result.stderr
        world.config(f"[profile process]\ncredential_process = {path}\n")
        result = world.credtool("exec", "process", "--", "true").fails(
            "interpreter", "/no/interpreter", code=125)
        assert "chmod" not in result.stderr

    def test_a_directory(self, world):
        world.add()
        result = world.credtool("exec", "work", "--", str(world.home)).fails(
            "is a directory", code=126)
        assert "chmod" not in result.stderr

    def test_a_file_that_is_being_written(self, world):
        world.add()
        path = self.program(world, "#!/bin/sh\n")
        with open(path, "a", encoding="utf-8"):
            world.credtool("exec", "work", "--", path).fails("open for writing", code=126)

    def test_without_the_right_no_code_is_spent(self, world):
        key = world.add()
        world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\n")
        world.sts.calls.clear()
        path = self.program(world, "#!/bin/sh\n", 0o644)
        world.credtool("exec", "work", "--mfa-token", "123456", "--", path).fails(
            f"chmod +x {path}", code=126)
        assert world.sts.calls == []


class TestInherited:
    def test_a_parents_ignored_sigchld(self, bare_world):
        """A program that is run on the way needs the signal; the child gets it back ignored."""
        world = bare_world
        process = world.scratch / "process"
        process.write_text(PROCESS % ("AKIAPROCESSEXAMPLE01", "x" * 40))
        process.chmod(0o755)
        world.config(f"[profile work]\ncredential_process = {process}\n")
        prelude = ("import os, signal, sys\n"
                   "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
                   "os.execvp(sys.argv[1], sys.argv[1:])\n")
        look = ["cat", "/proc/self/status"]
        states = []
        for argv in (look, world.command("exec", "work", "--", *look)):
            done = world.finish(subprocess.Popen(
                [sys.executable, "-c", prelude, *argv], env=world.environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                cwd=world.home)).works()
            states.append(re.search(r"^SigIgn:\s*(\w+)$", done.stdout, re.M)[1])
        assert int(states[0], 16) >> signal.SIGCHLD - 1 & 1
        assert states[1] == states[0]


class TestLimits:
    """Whatever runs out, credtool ends by itself and says so."""

    def speaks(self, result):
        assert result.code >= 0, f"ended by a signal: {result}"
        if result.code != 0:
            assert "credtool: " in result.stderr or "shared libraries" in result.stderr, result
            assert "hint: " in result.stderr or "shared libraries" in result.stderr, result

    @pytest.mark.parametrize("number", range(3, 11))
    def test_descriptors(self, world, number):
        world.add()
        world.config("[profile process]\ncredential_process = true\n")
        for arguments in (["exec", "work", "--no-session"], ["exec", "work"],
                          ["exec", "process"]):
            self.speaks(world.credtool(*arguments, "--", "true", through=limit("-n", number)))

    @pytest.mark.parametrize("megabytes", [24, 32, 40, 48, 56, 64, 80, 96, 112, 128])
    def test_memory(self, world, megabytes):
        world.add()
        for arguments in (["exec", "work", "--no-session"], ["exec", "work"]):
            self.speaks(world.credtool(
                *arguments, "--", "true", through=limit("-v", megabytes * 1024)))

    def test_a_thread_that_a_library_starts_uses_its_stack_up(self, world):
        """GLib, which gets no memory for a text, says so in a text, without end."""
        world.add()
        world.credtool("exec", "work", "--no-session", "--", "true",
                       env=without_memory("gdbus")).fails(
            "memory", "ulimit -a", code=125)

    def test_too_few_descriptors_are_told(self, world):
        world.config("[profile process]\ncredential_process = true\n")
        world.credtool("exec", "process", "--", "true", through=limit("-n", 5)).fails(
            "open more files", "ulimit -n", code=125)
