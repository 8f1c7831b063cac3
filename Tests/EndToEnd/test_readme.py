"""Every command of the README that runs credtool does work, in the order it stands there."""

import itertools
import re
import shutil
import sys

import pexpect
import pytest

import readme
from rig.federation import Federation
from rig.keyring import PASSWORD
from rig.sts import ACCOUNT, Role
from rig.world import ROOT

README = ROOT / "README.md"
TEXT = README.read_text() if README.exists() else ""
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()

SAMPLE = """
```sh
make build
```
```ini
[profile prod]
role_arn = arn:aws:iam::111122223333:role/deploy
```
```sh
# a comment
credtool add work
credtool exec work --role deploy \\
    -- terraform apply
eval "$(credtool export work)"
aws s3 ls | wc -l
```
"""

#: What is typed at a prompt, by a pattern of the prompt, which is the last thing on the terminal.
PROMPTS = {r"(?i)key id [^\n]*: $": "key_id", r"(?i)secret [^\n]*: $": "secret",
           r"(?i)mfa code [^\n]*: $": "code", r"(?i)password [^\n]*: $": "password",
           r"(?i)(?:pass ?phrase|same again)[^\n]*: $": "passphrase",
           r"(?i)\? \[y/n\] $": "yes",
           r"open \S+\s+credtool: or \S+, and check that the code is (\w{4}-\w{4})": "device",
           r"open (http://127\S*/v1/authorize\S*)\s": "console", r"page shows: $": "pasted"}

#: Text tools that are themselves where they are installed, and swallow their input elsewhere.
TEXT_TOOLS = {"jq", "wc", "grep", "env", "sh", "bash", "true", "head", "cat", "echo"}

#: Programs that only swallow what they are given, here also where they are installed.
CLIPBOARDS = {"wl-copy"}


def test_blocks_are_found():
    [block] = readme.scripts(SAMPLE)
    assert block.line == 10 and block.text.startswith("# a comment")
    assert readme.foreign_commands(block.text) == {"terraform", "aws", "wc"}
    assert "role/deploy" in readme.settings(SAMPLE)


class EveryCode:
    """A device as a reader has it, which shows another code each time: all are right."""

    def __eq__(self, code):
        return re.fullmatch(r"\d{6}", code) is not None


class Cast:
    """The world the README speaks of: its keys, roles and programs."""

    def __init__(self, world, center, console):
        self.world, self.center, self.console = world, center, console
        self.federation = world.keep_open(Federation(world.sts))
        center.assign(account="222233334444", name="production")
        self.key = world.sts.new_key()
        self.stand_ins = world.scratch / "stand-ins"
        self.stand_ins.mkdir()
        self.stand_in("aws")
        for account, path, name in set(re.findall(
                r"arn:aws:iam::(\d{12}):role(/(?:[\w+=,.@-]+/)*)([\w+=,.@-]+)", TEXT)):
            self.role(f"arn:aws:iam::{account}:role{path}{name}")
        for name in re.findall(r"--role[ =]([\w+=,.@/-]+)", TEXT):
            self.role(f"arn:aws:iam::{ACCOUNT}:role/{name}")
        for serial in re.findall(r"arn:aws:iam::\d{12}:mfa/[\w+=,.@-]+", TEXT):
            self.key.mfa_serial = serial
            world.sts.mfa_codes[serial] = EveryCode()
        self.codes = map(str, itertools.count(200001))
        world.environment["PATH"] = ":".join([
            str(self.stand_ins), world.command()[-1].rpartition("/")[0],
            world.environment["PATH"]])

    def role(self, arn):
        self.world.sts.roles[arn] = Role(arn)

    def stand_in(self, name):
        """A program that does nothing but need credentials; text tools stay themselves."""
        needs_credentials = (
            'test -n "${AWS_ACCESS_KEY_ID-}" ||'
            f" exec {sys.executable} -c 'import boto3; boto3.client(\"sts\").get_caller_identity()'")
        if name in TEXT_TOOLS and shutil.which(name):
            return
        if name in TEXT_TOOLS | CLIPBOARDS:
            script = "cat >/dev/null"
        elif name == "aws":
            created = (f'{{"AccessKey": {{"AccessKeyId": "{self.key.key_id}", '
                       f'"SecretAccessKey": "{self.key.secret}"}}}}')
            script = (f"case \"$*\" in *create-access-key*) echo '{created}';;\n"
                      f"*) {needs_credentials};; esac")
        elif name == "aws-vault":  # exec PROFILE --no-session -- COMMAND
            script = "\n".join(
                [f"export {name}='{value}'" for name, value in self.key.variables().items()]
                + ['while [ "$1" != -- ]; do shift; done; shift', 'exec "$@"'])
        else:
            script = needs_credentials
        path = self.stand_ins / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def type_out(self, block):
        """Runs a block in a shell on a terminal, answering what is asked."""
        for name in readme.foreign_commands(block.text):
            self.stand_in(name)
        answers = {"key_id": self.key.key_id, "secret": self.key.secret,
                   "passphrase": "made-up passphrase", "password": PASSWORD, "yes": "y"}
        federates = re.search(r"^credtool console", block.text, re.M)
        takes_variables = re.search(r"^credtool add .*--env", block.text, re.M)
        terminal = self.world.on_terminal(
            ["bash", "--norc", "-euo", "pipefail", "-c", block.text],
            env={"SHELL": "/bin/true", "PAGER": "cat",
                 **({"AWS_ENDPOINT_URL_SIGNIN": self.federation.url} if federates else {}),
                 **(self.key.variables() if takes_variables else {})},
            secret_output=re.search(r"^credtool (export|console|sign)", block.text, re.M)
            is not None)
        patterns = list(PROMPTS)
        for _ in range(40):
            found = terminal.expect([pexpect.EOF, *patterns])
            if found == 0:
                break
            asked = PROMPTS[patterns[found - 1]]
            if asked == "device":
                self.center.approve(terminal.match[1])
            elif asked == "console":
                answers["pasted"] = self.console.visit(terminal.match[1])
            else:
                terminal.sendline(next(self.codes) if asked == "code" else answers[asked])
        terminal.close()
        assert terminal.exitstatus == 0, f"README {block!r}:\n{block.text}\n{terminal.shown()}"


def test_every_block_works_in_order(sso_world, console):
    world = sso_world
    world.environment |= console.variables()
    assert readme.scripts(TEXT), "README.md has no ```sh block that runs credtool"
    cast = Cast(world, world.center, console)
    world.more_secrets.add("made-up passphrase")
    world.config(readme.settings(TEXT))
    # What `import` takes over, and `scan` then finds no more.
    old = world.sts.new_key()
    world.credentials_file.write_text(
        f"[old]\naws_access_key_id = {old.key_id}\naws_secret_access_key = {old.secret}\n")
    for block in readme.scripts(TEXT):
        cast.type_out(block)
    world.more_secrets |= console.secrets() | cast.federation.secrets()


def test_it_is_short():
    """It sells, installs and teaches; reference stands in the man pages."""
    assert len(TEXT.splitlines()) <= 300


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!https?:|#)([^)#]+)", TEXT))))
def test_links_to_files_lead_somewhere(link):
    assert (README.parent / link).exists()


def test_links_to_headings_lead_somewhere():
    headings = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
                for heading in re.findall(r"^#+ (.*)$", TEXT, re.M)}
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= headings


def test_every_make_target_is_there():
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"(?:^|`)(?:sudo )?make ([a-z]+)", TEXT + CONTRIBUTING,
                                 re.M)):
        assert re.search(rf"^{target}:", makefile, re.M), target


@pytest.mark.parametrize("module", sorted(path.name for path in (ROOT / "Sources").iterdir()))
def test_every_module_is_named(module):
    section = CONTRIBUTING.partition("## How it is built")[2].partition("\n## ")[0]
    assert re.search(rf"\b{module}\b", section)


def test_every_test_file_named_is_there():
    tests = ROOT / "Tests"
    for name in re.findall(r"\btest_[a-z_]+\b", CONTRIBUTING):
        assert (tests / "EndToEnd" / f"{name}.py").exists(), name
    for name in re.findall(r"\b[A-Z]\w+Tests\b", CONTRIBUTING):
        assert (tests / name).is_dir(), name
