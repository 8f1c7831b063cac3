"""Drives the completion scripts in real shells, with a stub credtool that knows some names."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pexpect
import pytest

ROOT = Path(__file__).resolve().parents[2]
ARN = "arn:aws:iam::111122223333:role/ops"
PROFILES = ["default", "work", "my place", "prod-admin"]
ROLES = ["deploy", "ci/deploy", "prod-admin", ARN]
COMMANDS = [
    "add", "list", "remove", "login", "logout", "sso", "exec", "export", "plan", "whoami", "clear",
    "version", "help"]
TASKS = [
    "IAMAuditRootUserCredentials", "IAMCreateRootUserPassword", "IAMDeleteRootUserCredentials",
    "S3UnlockBucketPolicy", "SQSUnlockQueuePolicy"]
FORMATS = ["shell", "fish", "dotenv", "json", "process", "ini"]

# Asked for names, it prints them; run by the line that was completed, it shows its words.
STUB = f"""#!/bin/sh
if [ "$1" = __complete ]; then
    echo "$*" >> "$STUB_LOG"
    case $2 in
        profiles) printf '%s\\n' {" ".join(f"'{name}'" for name in PROFILES)} ;;
        roles) printf '%s\\n' {" ".join(f"'{name}'" for name in ROLES)} ;;
    esac
    exit
fi
for word; do printf '{{%s}}\\n' "$word"; done
echo 'end of'' words'
"""

# What the shells are told of the program that credtool runs.
CHILD = {
    "bash": ":",
    "bash with bash-completion": "complete -W 'alpha beta' childtool-one",
    "zsh": "compdef '_arguments \"1:word:(alpha beta)\"' childtool-one",
    "fish": "complete -c childtool-one -xa 'alpha beta'",
}


class Interactive:
    """A shell on a pty in which one key inserts all candidates at once."""

    def __init__(self, command, setup, key, env, folder):
        self.key = key
        self.shell = pexpect.spawn(
            command[0], command[1:], env=env, cwd=folder, encoding="utf-8", timeout=30,
            dimensions=(50, 4000), echo=False)
        self.shell.sendline(setup + "; PS1='ready> '; PS2=; echo set' 'up")
        self.shell.expect("set up\r?\n")
        self.shell.expect("ready> ")

    def candidates(self, line):
        self.shell.send(line)
        self.shell.send(self.key)
        self.shell.send("\r")
        self.shell.expect("end of words\r?\n")
        words = re.findall(r"^\{(.*)\}\r?$", self.shell.before, re.M)
        self.shell.expect("ready> ")
        typed = len(line.split(" ")) - 2
        return words[typed:]


class Fish:
    """fish, that prints the candidates for a line by itself."""

    def __init__(self, setup, env, folder):
        self.setup, self.env, self.folder = setup, env, folder

    def candidates(self, line):
        done = subprocess.run(
            ["fish", "--no-config", "-c", f"{self.setup}; complete -C $argv[1]", line],
            env=self.env, cwd=self.folder, text=True, capture_output=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
        found = [row.split("\t")[0] for row in done.stdout.splitlines()]
        # Without a candidate the word stays as it is.
        return found or [line.split(" ")[-1]]


@pytest.fixture(scope="module", params=CHILD)
def shell(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("completions")
    programs = folder / "bin"
    programs.mkdir()
    for name in ["credtool", "childtool-one", "childtool-two"]:
        (programs / name).write_text(STUB)
        (programs / name).chmod(0o755)
    (folder / "data.txt").touch()
    (folder / "policies").mkdir()
    (folder / "policies" / "read me.json").touch()
    (folder / "log").touch()
    env = {
        "PATH": f"{programs}:/usr/bin:/bin", "HOME": str(folder), "TERM": "dumb",
        "LC_ALL": "C.UTF-8", "STUB_LOG": str(folder / "log"),
    }
    child = CHILD[request.param]
    scripts = ROOT / "completions"
    assert shutil.which(request.param.split()[0]), f"{request.param} is not installed"
    if request.param == "fish":
        yield Fish(f"source {scripts}/credtool.fish; {child}", env, folder)
        return
    if request.param == "zsh":
        setup = (
            f"fpath=({scripts} $fpath); autoload -Uz compinit; compinit -u -D; unsetopt zle_bracketed_paste;"
            " all() { compstate[insert]=all; comppostfuncs=(all) }; comppostfuncs=(all);"
            f" bindkey '^I' complete-word; {child}")
        running = Interactive(["zsh", "-f", "-i"], setup, "\t", env, folder)
    else:
        package = Path("/usr/share/bash-completion/bash_completion")
        setup = f". {scripts}/credtool.bash; bind 'set enable-bracketed-paste off'; {child}"
        if request.param != "bash":
            assert package.exists(), "bash-completion is not installed"
            setup = f". {package}; {setup}"
        running = Interactive(
            ["bash", "--norc", "--noprofile", "-i"], setup, "\x1b*", env, folder)
    running.name = request.param
    yield running
    running.shell.close(force=True)
    # Completion asks for nothing but names.
    log = set((folder / "log").read_text().splitlines())
    assert log <= {"__complete profiles", "__complete roles"}


def complete(shell, line):
    """The candidates, without what a shell hangs on for the word that follows."""
    return sorted(word.rstrip("= ") for word in shell.candidates(line))


def unquoted(words):
    return sorted(word.replace("\\ ", " ") for word in words)


@pytest.mark.parametrize("line", ["credtool ", "credtool -v ", "credtool help "])
def test_commands(shell, line):
    assert complete(shell, line) == sorted(COMMANDS)


@pytest.mark.parametrize("line, expected", [
    ("credtool ex", ["exec", "export"]),
    ("credtool exp", ["export"]),
    ("credtool --verb", ["--verbose"]),
    ("credtool exec --ro", ["--role", "--root-of"]),
    ("credtool exec work --rol", ["--role"]),
    ("credtool -v exec --mfa", ["--mfa-prompt", "--mfa-serial", "--mfa-token"]),
    ("credtool exec --session-", ["--session-name", "--session-tags"]),
    ("credtool plan work --po", ["--policy", "--policy-arns"]),
    ("credtool plan --j", ["--json"]),
    ("credtool whoami work --ro", ["--role", "--root-of"]),
    ("credtool w", ["whoami"]),
    ("credtool sso a", ["accounts"]),
    ("credtool exec work --role deploy --mi", ["--min-ttl"]),
    ("credtool export --fo", ["--format"]),
    ("credtool export work --verb", ["--verbose"]),
    ("credtool list --j", ["--json"]),
    ("credtool remove --f", ["--force"]),
    ("credtool add --no", ["--no-config", "--no-verify"]),
])
def test_names_of_the_table(shell, line, expected):
    assert complete(shell, line) == expected


@pytest.mark.parametrize("line", [
    "credtool list --ro", "credtool exec --fo", "credtool plan --fo", "credtool exec --js",
    "credtool --ro"])
def test_flags_of_other_commands_are_not_offered(shell, line):
    assert complete(shell, line) == [line.split(" ")[-1]]


@pytest.mark.parametrize("line, expected", [
    ("credtool export --format ", FORMATS),
    ("credtool export work --format d", ["dotenv"]),
    ("credtool export --format=d", ["--format=dotenv"]),
    ("credtool add --vault ", ["file", "secret-service"]),
    ("credtool exec -d ", ["12h", "15m", "1h"]),
    ("credtool exec --root-of 111122223333 --task-policy ", TASKS),
    ("credtool plan --task-policy=S3", ["--task-policy=S3UnlockBucketPolicy"]),
    ("credtool whoami --mfa-prompt ", [
        "tty", "pinentry", "zenity", "kdialog", "ykman", "process"]),
])
def test_choices(shell, line, expected):
    assert complete(shell, line) == sorted(expected)


@pytest.mark.parametrize("line", [
    "credtool exec ", "credtool export ", "credtool remove ", "credtool clear ", "credtool add ",
    "credtool plan ", "credtool whoami ", "credtool exec --policy data.txt ",
    "credtool exec --role deploy ", "credtool exec --fresh ", "credtool -v exec ",
])
def test_profiles(shell, line):
    assert unquoted(complete(shell, line)) == sorted(PROFILES)


@pytest.mark.parametrize("line, expected", [
    ("credtool exec --policy da", "data.txt"),
    ("credtool plan work --policy=da", "--policy=data.txt"),
    ("credtool exec --policy pol", "policies"),
    ("credtool exec --policy policies/re", "policies/read me.json"),
])
def test_files(shell, line, expected):
    found = unquoted(complete(shell, line))
    # Not every shell marks a folder when it inserts all candidates at once.
    assert [name.rstrip("/") for name in found] == [expected]


def test_profile_with_a_blank(shell):
    assert unquoted(complete(shell, "credtool exec my")) == ["my place"]


@pytest.mark.parametrize("line", [
    "credtool exec --role ", "credtool exec -r ", "credtool exec work --role ",
    "credtool exec work --duration 1h --role ", "credtool export work --role ",
])
def test_roles(shell, line):
    assert complete(shell, line) == sorted(ROLES)


@pytest.mark.parametrize("line, expected", [
    ("credtool exec --role=dep", ["--role=deploy"]),
    ("credtool exec --role arn:aws:iam::1111", [ARN]),
    ("credtool exec --role arn", [ARN]),
    (f"credtool exec --role={ARN[:9]}", [f"--role={ARN}"]),
    ("credtool exec --role ci/", ["ci/deploy"]),
])
def test_role_names_with_marks(shell, line, expected):
    assert complete(shell, line) == expected


@pytest.mark.parametrize("line", [
    "credtool exec -- childtool-", "credtool exec work -- childtool-",
    "credtool exec work childtool-", "credtool exec work --role deploy -- childtool-",
    "credtool exec --role=deploy work childtool-", f"credtool exec --role {ARN} -- childtool-",
])
def test_the_childs_name(shell, line):
    assert complete(shell, line) == ["childtool-one", "childtool-two"]


@pytest.mark.parametrize("line", [
    "credtool exec work -- childtool-one al", "credtool exec work childtool-one al",
    "credtool exec -- childtool-one al", f"credtool exec --role {ARN} -- childtool-one al",
])
def test_the_childs_words(shell, line):
    if getattr(shell, "name", "") == "bash":
        # Without bash-completion there is nobody to ask, and files are offered.
        line, expected = line.replace(" al", " da"), ["data.txt"]
    else:
        expected = ["alpha"]
    assert complete(shell, line) == expected


@pytest.mark.parametrize("line", ["credtool exec work -- cat da", "credtool exec work cat da"])
def test_the_childs_files(shell, line):
    assert complete(shell, line) == ["data.txt"]


@pytest.mark.parametrize("line", ["credtool exec work childtool-one --ro", "credtool exec -- x --ro"])
def test_the_childs_flags_are_its_own(shell, line):
    assert complete(shell, line) == ["--ro"]
