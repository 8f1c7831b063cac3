"""Every command of the README that runs credtool does work, in the order it stands there."""

import re
import shutil

import pexpect
import pytest

import readme
from rig.sts import ACCOUNT, Role
from rig.world import ROOT

README = ROOT / "README.md"
TEXT = README.read_text() if README.exists() else ""

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

#: What is typed at a prompt, by a pattern of the prompt.
PROMPTS = {r"(?i)key id[^\n]*:": "key_id", r"(?i)secret[^\n]*:": "secret",
           r"(?i)(?:mfa|code)[^\n]*:": "code", r"(?i)passphrase[^\n]*:": "passphrase",
           r"(?i)\[y/n\]|\(y/n\)|\?\s*$": "yes"}


def test_blocks_are_found():
    [block] = readme.scripts(SAMPLE)
    assert block.line == 10 and block.text.startswith("# a comment")
    assert readme.foreign_commands(block.text) == {"terraform", "aws", "wc"}
    assert "role/deploy" in readme.settings(SAMPLE)


class Cast:
    """The world the README speaks of: its keys, roles and programs."""

    def __init__(self, world):
        self.world = world
        self.key = world.sts.new_key()
        self.stand_ins = world.home / "stand-ins"
        self.stand_ins.mkdir()
        for account, path, name in set(re.findall(
                r"arn:aws:iam::(\d{12}):role(/(?:[\w+=,.@-]+/)*)([\w+=,.@-]+)", TEXT)):
            self.role(f"arn:aws:iam::{account}:role{path}{name}")
        for name in re.findall(r"--role[ =]([\w+=,.@/-]+)", TEXT):
            self.role(f"arn:aws:iam::{ACCOUNT}:role/{name}")
        for serial in re.findall(r"arn:aws:iam::\d{12}:mfa/[\w+=,.@-]+", TEXT):
            self.key.mfa_serial = serial
            world.sts.mfa_codes[serial] = "123456"
        world.environment["PATH"] = ":".join([
            str(self.stand_ins), world.command()[-1].rpartition("/")[0],
            world.environment["PATH"]])

    def role(self, arn):
        self.world.sts.roles[arn] = Role(arn)

    def stand_in(self, name):
        """A program that does nothing but need credentials; real text tools stay themselves."""
        if name in ("jq", "wc", "grep", "env", "sh", "bash", "true", "head", "cat", "echo"):
            return
        path = self.stand_ins / name
        if name == "fish" and shutil.which("fish"):
            return
        if name == "aws":
            created = (f'{{"AccessKey": {{"AccessKeyId": "{self.key.key_id}", '
                       f'"SecretAccessKey": "{self.key.secret}"}}}}')
            secret = self.world.scratch / "created.json"
            secret.write_text(created)
            path.write_text(f'#!/bin/sh\ncase "$*" in *create-access-key*) cat {secret};;\n'
                            '*) test -n "$AWS_ACCESS_KEY_ID";; esac\n')
        else:
            path.write_text('#!/bin/sh\ntest -n "$AWS_ACCESS_KEY_ID"\n')
        path.chmod(0o755)

    def type_out(self, block):
        """Runs a block in a shell on a terminal, answering what is asked."""
        for name in readme.foreign_commands(block.text):
            self.stand_in(name)
        answers = {"key_id": self.key.key_id, "secret": self.key.secret, "code": "123456",
                   "passphrase": "made-up passphrase", "yes": "y"}
        terminal = self.world.on_terminal(
            ["bash", "--norc", "-euo", "pipefail", "-c", block.text],
            env={"SHELL": "/bin/true", **self.key.variables()
                 } if "--env" in block.text else {"SHELL": "/bin/true"})
        patterns = list(PROMPTS)
        for _ in range(40):
            found = terminal.expect([pexpect.EOF, *patterns])
            if found == 0:
                break
            terminal.sendline(answers[PROMPTS[patterns[found - 1]]])
        terminal.close()
        assert terminal.exitstatus == 0, f"README {block!r}:\n{block.text}\n{terminal.shown()}"


def test_every_block_works_in_order(world):
    assert readme.scripts(TEXT), "README.md has no ```sh block that runs credtool"
    cast = Cast(world)
    world.more_secrets.add("made-up passphrase")
    world.config(readme.settings(TEXT))
    for block in readme.scripts(TEXT):
        cast.type_out(block)


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!https?:|#)([^)#]+)", TEXT))))
def test_links_to_files_lead_somewhere(link):
    assert (README.parent / link).exists()
