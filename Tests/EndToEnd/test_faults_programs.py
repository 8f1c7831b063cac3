"""Programs that cannot be run, names that are bytes, and a child that is told as it was started."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

from rig import fakes
from rig.sts import ACCOUNT

BOX = f"arn:aws:sts::{ACCOUNT}:assumed-role/box/i-0123456789abcdef0"


class TestPrograms:
    """What stands in the way of a program has its own words; chmod is for what it can help."""

    def test_variables_too_long(self, world):
        """The kernel takes 128 kB a string: this token is too long for any program."""
        box = world.sts.stranger(BOX, token="t" * 140_000)
        path, _ = fakes.credential_process(world.scratch, fakes.process_json(box))
        world.config(f"[profile work]\ncredential_process = {path}\n")
        result = world.credtool("exec", "work", "--", "true")
        result.fails(("too long", "too large", "too big"), code=result.code, hint=False)
        assert "chmod" not in result.stderr and len(result.stderr) < 2000

    def test_a_program_that_is_being_written(self, world):
        world.add("work")
        program = world.home / "busy"
        shutil.copy("/bin/true", program)
        with open(program, "ab"):
            result = world.credtool("exec", "work", "--", str(program))
            result.fails(str(program), ("writ", "busy"), code=126)
            assert "chmod" not in result.stderr

    def test_a_missing_interpreter(self, world):
        world.add("work")
        program = fakes.script(world.home / "script", "true", "/no/such/interpreter")
        result = world.credtool("exec", "work", "--", str(program))
        result.fails(str(program), "/no/such/interpreter", code=result.code)
        assert result.code in (126, 127) and "chmod" not in result.stderr

    def test_without_the_right_to_execute_it_is_chmod(self, world):
        world.add("work")
        program = world.home / "plain"
        program.write_text("#!/bin/sh\n")
        world.credtool("exec", "work", "--", str(program)).fails("chmod", code=126)

    @pytest.mark.parametrize("mode", [0o644, 0o755])
    @pytest.mark.parametrize("start, words", [
        (b"\x7fELF\x02\x01\x01" + bytes(9) + b"\2\0\xb7\0" + bytes(44), "aarch64"),
        (b"\xcf\xfa\xed\xfe" + bytes(28), "macOS"), (b"MZ" + bytes(62), "Windows"),
    ], ids=["aarch64", "macOS", "Windows"])
    def test_a_program_of_another_machine(self, world, start, words, mode):
        world.add("work")
        program = world.home / "foreign"
        program.write_bytes(start)
        program.chmod(mode)
        result = world.credtool("exec", "work", "--", str(program))
        result.fails(str(program), f"made for {words}", code=126)
        assert "chmod" not in result.stderr

    def test_a_text_is_no_program(self, world):
        """One that has the right to be run is, by the shell, as execvp(3) does it."""
        world.add("work")
        program = world.home / "text"
        program.write_text('echo "$0 $1 $CREDTOOL_PROFILE"\n')
        result = world.credtool("exec", "work", "--", str(program)).fails(
            str(program), "no program", f"sh {program}", code=126)
        assert "chmod" not in result.stderr
        program.chmod(0o755)
        for name in (str(program), "text"):
            result = world.credtool("exec", "work", "--", name, "a b", env={
                "PATH": f"{world.home}:{world.environment['PATH']}"})
            assert result.works().stdout == f"{program} a b work\n"

    def test_the_missing_interpreter_of_a_credential_process(self, world):
        program = fakes.script(world.scratch / "script", "true", "/no/such/interpreter")
        world.config(f"[profile work]\ncredential_process = {program}\n")
        result = world.credtool("exec", "work", "--", "true").fails(
            str(program), "/no/such/interpreter", code=125)
        assert "chmod" not in result.stderr


class TestNamesOfAnyBytes:
    """A file name is bytes: all but NUL and the slash."""

    ODD = b"pr\xf6gram\xff"

    def run(self, world, *arguments, env=None):
        outer = {os.fsencode(name): os.fsencode(value)
                 for name, value in world.environment.items()} | (env or {})
        process = subprocess.Popen(
            [*map(os.fsencode, world.command()), *arguments], env=outer,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True, cwd=world.home)
        return world.finish(process)

    def program(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        return os.fsencode(fakes.script(folder / os.fsdecode(self.ODD), "echo ran"))

    def test_a_program_by_its_path(self, world):
        world.add("work")
        path = self.program(world.home)
        assert self.run(world, b"exec", b"work", b"--", path).works().stdout == "ran\n"

    def test_a_program_by_its_name(self, world):
        world.add("work")
        self.program(world.home / "bin")
        path = {b"PATH": os.fsencode(world.home / "bin") + b":" + os.fsencode(os.environ["PATH"])}
        assert self.run(world, b"exec", b"work", b"--", self.ODD, env=path).works(
        ).stdout == "ran\n"

    def test_a_folder_of_path(self, world):
        world.add("work")
        folder = world.home / os.fsdecode(b"b\xefn\xff")
        folder.mkdir()
        fakes.script(folder / "tool", "echo ran")
        path = {b"PATH": os.fsencode(folder) + b":" + os.fsencode(os.environ["PATH"])}
        assert self.run(world, b"exec", b"work", b"--", b"tool", env=path).works(
        ).stdout == "ran\n"

    def test_a_home(self, world):
        world.add("work")
        home = world.home / os.fsdecode(b"h\xf6me\xff")
        (home / ".aws").mkdir(parents=True)
        (home / ".aws/config").write_text("[profile mine]\nregion = eu-west-1\n")
        result = self.run(world, b"list", env={b"HOME": os.fsencode(home)}).works()
        assert "mine" in result.stdout

    def test_a_data_folder(self, world):
        data = os.fsencode(world.home) + b"/d\xe4ta\xff"
        key = world.sts.new_key()
        env = {b"XDG_DATA_HOME": data} | {
            name.encode(): value.encode() for name, value in key.variables().items()}
        self.run(world, b"add", b"work", b"--env", env=env).works()
        assert os.path.exists(data + b"/credtool/index.tsv")

    @pytest.mark.parametrize("home", ["home", "./home", "~"])
    def test_a_relative_home_is_an_error(self, world, home):
        key = world.sts.new_key()
        env = {"HOME": home, "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None}
        before = sorted(world.home.rglob("*"))
        for more in (["--region", "eu-west-1"], ["--vault", "file"], []):
            world.credtool("add", "work", "--env", *more,
                           env=env | key.variables()).fails("HOME", home)
        for command in (["remove", "work", "--force"], ["clear"], ["list"]):
            world.credtool(*command, env=env).fails("HOME", home)
        assert sorted(world.home.rglob("*")) == before, "something was made in the folder at hand"
        world.credtool("exec", "work", "--", "true", env=env).fails("HOME", code=125)


class TestSIGCHLD:
    PRELUDE = ("import os, signal, sys\n"
               "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
               "os.execvp(sys.argv[1], sys.argv[1:])\n")

    def ignored(self, world, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-c", self.PRELUDE, *world.command(*arguments)],
            env=world.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True, cwd=world.home)
        status = world.finish(process).works().stdout
        [mask] = [line.split()[1] for line in status.splitlines() if line.startswith("SigIgn")]
        return bool(int(mask, 16) >> signal.SIGCHLD - 1 & 1)

    @pytest.mark.parametrize("vault", ["secret-service", "file"])
    def test_ignored_by_the_parent_is_ignored_in_the_child(self, world, vault):
        world.environment["CREDTOOL_FILE_PASSPHRASE"] = "made-up passphrase"
        world.more_secrets.add("made-up passphrase")
        world.add("work", "--vault", vault)
        for _ in ("cold", "warm"):
            assert self.ignored(world, "exec", "work", "--", "cat", "/proc/self/status")

    def test_also_after_a_process(self, world):
        path, _ = fakes.credential_process(
            world.scratch, fakes.process_json(world.sts.stranger(BOX, True)))
        world.config(f"[profile work]\ncredential_process = {path}\n")
        for _ in ("cold", "warm"):
            assert self.ignored(world, "exec", "work", "--", "cat", "/proc/self/status")

    def test_how_a_process_ended_is_known_all_the_same(self, world):
        path, _ = fakes.credential_process(world.scratch, "", code=7)
        world.config(f"[profile work]\ncredential_process = {path}\n")
        process = subprocess.Popen(
            [sys.executable, "-c", self.PRELUDE, *world.command("exec", "work", "--", "true")],
            env=world.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True, cwd=world.home)
        world.finish(process).fails("7", code=125)
