"""Drives the completion scripts in real shells, with a stub credtool that knows some names."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

ROOT = Path(__file__).resolve().parents[2]
ARN = "arn:aws:iam::111122223333:role/ops"
PROFILES = ["default", "work", "my place", "prod-admin"]
KEYS = ["default", "my place"]
REGIONS = ["eu-central-1", "eu-west-1", "us-east-1"]
#: Names that AWS programs take and that mean something to a shell.
ODD = ["xe it's", "xh R&D (old)", "xc a,b", "xj Jörg", 'xs say "hi" all', "xn c#d", "xb y!z",
       "xr s*r", "xq p=q", "xk k:v w", "xd $HOME", "xg `id`", "xt ~a;b|c", "xo [e]{f}<g>?"]
ROLES = ["deploy", "ci/deploy", "prod-admin", ARN]
COMMANDS = [
    "add", "import", "list", "rotate", "remove", "login", "logout", "sso", "exec", "each", "export",
    "serve", "console", "use", "unuse", "shell-init", "setup-process", "plan", "whoami", "sign", "scan",
    "log", "clear", "unlock", "doctor", "version", "help"]
TASKS = [
    "IAMAuditRootUserCredentials", "IAMCreateRootUserPassword", "IAMDeleteRootUserCredentials",
    "S3UnlockBucketPolicy", "SQSUnlockQueuePolicy"]
FORMATS = ["shell", "fish", "powershell", "dotenv", "docker", "systemd", "github", "json", "process",
           "ini"]

# Asked for names, it prints them; run by the line that was completed, it shows its words.
STUB = f"""#!/bin/sh
if [ "$1" = __complete ]; then
    echo "$*" >> "$STUB_LOG"
    case $2 in
        profiles) printf '%s\\n' {shlex.join(PROFILES + ODD)} ;;
        keys) printf '%s\\n' {shlex.join(KEYS)} ;;
        roles) printf '%s\\n' {shlex.join(ROLES)} ;;
        regions) printf '%s\\n' {shlex.join(REGIONS)} ;;
    esac
    exit
fi
for word; do printf '{{%s}}\\n' "$word"; done
echo 'end of'' words'
"""

# What completes its own words, as `complete -C` names it: it goes by the line, not by its words.
ASKED = f"""#!{sys.executable}
import os
line, point = os.environ["COMP_LINE"], os.environ.get("COMP_POINT")
words = (line if point is None else line[:int(point)]).split(" ")
assert words[0].endswith("childtool-asked"), line
for word in ["gamma", "gander", "after-" + words[-2]]:
    if word.startswith(words[-1]):
        print(word)
"""

# What the shells are told of the programs that credtool runs.
CHILD = {
    "bash": "complete -o nospace -C asked childtool-asked; complete -C aws_completer aws",
    "bash with bash-completion":
        "complete -W 'alpha beta' childtool-one;"
        " complete -o nospace -C asked childtool-asked; complete -C aws_completer aws",
    "zsh": "compdef '_arguments \"1:word:(alpha beta)\"' childtool-one; autoload -Uz bashcompinit;"
           " bashcompinit; complete -o nospace -C asked childtool-asked;"
           " complete -C aws_completer aws",
    # As the AWS CLI's guide has it for fish.
    "fish": "complete -c childtool-one -xa 'alpha beta'; complete -c childtool-asked -f -a"
            " '(begin; set -lx COMP_LINE (commandline); asked; end)'; complete -c aws -f -a"
            " '(begin; set -lx COMP_SHELL fish; set -lx COMP_LINE (commandline); aws_completer |"
            " string trim; end)'",
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

    def candidates(self, line, key=None):
        self.shell.send(line)
        self.shell.send(key or self.key)
        self.shell.send("\r")
        self.shell.expect("end of words\r?\n")
        # A completion says nothing.
        assert "warning" not in self.shell.before, self.shell.before
        words = re.findall(r"^\{(.*)\}\r?$", self.shell.before, re.M)
        self.shell.expect("ready> ")
        typed = len(re.split(" +", line)) - 2
        return words[typed:]


class Fish:
    """fish, that prints the candidates for a line by itself."""

    def __init__(self, setup, env, folder):
        self.setup, self.env, self.folder = setup, env, folder

    def candidates(self, line, key=None):
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
    (programs / "asked").write_text(ASKED)
    (programs / "asked").chmod(0o755)
    aws_completer = Path(sys.executable).parent / "aws_completer"
    assert aws_completer.exists(), "the AWS CLI is not installed"
    (programs / "aws_completer").symlink_to(aws_completer)
    (programs / "aws").symlink_to(programs / "credtool")
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
    assert log <= {f"__complete {names}" for names in ("profiles", "keys", "roles", "regions")}


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
    ("credtool sign P", ["PATCH", "POST", "PUT"]),
    ("credtool sign GET https://x --header a:b --hea", ["--header"]),
    ("credtool exec work --role deploy --mi", ["--min-ttl"]),
    ("credtool export --fo", ["--format"]),
    ("credtool ea", ["each"]),
    ("credtool each --pr", ["--profiles"]),
    ("credtool each --all --f", ["--fail-fast", "--fresh"]),
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
    ("credtool export work --format do", ["docker", "dotenv"]),
    ("credtool export --format=dot", ["--format=dotenv"]),
    ("credtool shell-init ", ["bash", "fish", "zsh"]),
    ("credtool add --vault ", ["file", "secret-service"]),
    ("credtool exec -d ", ["12h", "15m", "1h"]),
    ("credtool exec --root-of 111122223333 --task-policy ", TASKS),
    ("credtool plan --task-policy=S3", ["--task-policy=S3UnlockBucketPolicy"]),
    ("credtool import --from ", ["files", "aws-vault", "envchain"]),
    ("credtool whoami --mfa-prompt ", [
        "tty", "pinentry", "zenity", "kdialog", "ykman", "process"]),
])
def test_choices(shell, line, expected):
    assert complete(shell, line) == sorted(expected)


@pytest.mark.parametrize("line", [
    "credtool exec ", "credtool export ", "credtool clear ", "credtool add ",
    "credtool plan ", "credtool whoami ", "credtool sign GET https://x ", "credtool exec --policy data.txt ",
    "credtool exec --role deploy ", "credtool exec --fresh ", "credtool -v exec ",
    "credtool use ", "credtool setup-process ", "credtool setup-process work --undo prod-admin ",
    "credtool import work --remove ",
])
def test_profiles(shell, line):
    assert unquoted(complete(shell, line)) == sorted(PROFILES + ODD)


def test_only_stored_keys_are_removed(shell):
    assert unquoted(complete(shell, "credtool remove ")) == sorted(KEYS)


@pytest.mark.parametrize("line", [
    "credtool exec --region eu", "credtool add --region eu", "credtool plan work --region eu"])
def test_regions(shell, line):
    assert complete(shell, line) == ["eu-central-1", "eu-west-1"]


@pytest.mark.parametrize("name", ODD)
def test_odd_names(shell, name):
    """What is inserted is one word, and the name to the letter."""
    assert complete(shell, f"credtool exec {name[:2]}") == [name]
    # Behind what was inserted up to the first blank, and what a shell would take for more words.
    assert shell.candidates(f"credtool exec --role work {name[:2]}") == [name]


@pytest.mark.parametrize("quote, name", [
    # In double quotes no shell with a history lets an exclamation mark stand.
    *[("'", name) for name in ODD], *[('"', name) for name in ODD if "!" not in name]])
def test_odd_names_in_quotes(shell, quote, name):
    """The key Tab closes the quotes that are open; bash's for all candidates takes them away."""
    [found] = shell.candidates(f"credtool exec {quote}{name[:2]}", key="\t")
    assert found.rstrip() == name


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
    "credtool each --all -- childtool-", "credtool each --all childtool-",
    "credtool each --jobs 4 --profiles work -- childtool-",
])
def test_the_childs_name(shell, line):
    assert complete(shell, line) == ["childtool-one", "childtool-two"]


@pytest.mark.parametrize("line", [
    "credtool exec work -- childtool-one al", "credtool exec work childtool-one al",
    "credtool exec -- childtool-one al", f"credtool exec --role {ARN} -- childtool-one al",
    "credtool each --all -- childtool-one al", "credtool each --all childtool-one al",
])
def test_the_childs_words(shell, line):
    if getattr(shell, "name", "") == "bash":
        # Without bash-completion there is nobody to ask, and files are offered.
        line, expected = line.replace(" al", " da"), ["data.txt"]
    else:
        expected = ["alpha"]
    assert complete(shell, line) == expected


@pytest.mark.parametrize("line, expected", [
    ("credtool exec work -- childtool-asked ga", ["gamma", "gander"]),
    ("credtool exec work childtool-asked gam", ["gamma"]),
    ("credtool -v exec --role deploy  work -- childtool-asked first after", ["after-first"]),
])
def test_the_words_of_a_child_that_completes_them_itself(shell, line, expected):
    assert complete(shell, line) == expected


def test_the_words_of_the_aws_cli(shell):
    found = complete(shell, "credtool exec work -- aws s3api list-bu")
    assert "list-buckets" in found, found


@pytest.mark.parametrize("line", ["credtool exec work -- cat da", "credtool exec work cat da"])
def test_the_childs_files(shell, line):
    assert complete(shell, line) == ["data.txt"]


@pytest.mark.parametrize("line", ["credtool exec work childtool-one --ro", "credtool exec -- x --ro"])
def test_the_childs_flags_are_its_own(shell, line):
    assert complete(shell, line) == ["--ro"]
