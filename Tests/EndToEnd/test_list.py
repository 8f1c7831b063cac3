"""`list`: what there is, without opening the keyring."""

import json
import re

import pytest

from rig.keyring import SilentBus
from rig.world import WITHOUT_KERNEL_KEYS


def test_empty(world):
    result = world.credtool("list").works()
    assert "AKIA" not in result.stdout
    json.loads(world.credtool("list", "--json").works().stdout)


def test_shows_keys_roles_and_sessions(world):
    key = world.add("work")
    arn = world.sts.new_role("deploy")
    world.config(f"[profile prod]\nrole_arn={arn}\nsource_profile=work\n[profile plain]\n"
                 "region=eu-west-1\n")
    world.exec_env("prod")
    table = world.credtool("list").works().stdout
    for text in ("work", "prod", "plain", "key", "role", "secret-service", key.key_id[-4:]):
        assert text in table, f"no {text!r} in {table}"
    assert key.key_id not in table, "the key ID is not masked"
    assert any(re.search(r"^prod\b.*deploy \d+[hm]", line) for line in table.splitlines())


def flat(value):
    """Every key and value in a JSON document, as text."""
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in flat(part)]
    if isinstance(value, list):
        return [text for part in value for text in flat(part)]
    return [str(value)]


def test_json(world):
    key = world.add("work")
    before = flat(json.loads(world.credtool("list", "--json").works().stdout))
    assert "work" in before and "secret-service" in before and "key" in before
    assert key.key_id not in before
    world.exec_env("work")
    after = flat(json.loads(world.credtool("list", "--json").works().stdout))
    assert len(after) > len(before), "the live session is not in the list"


def test_time_left(world, kernel_keyring):
    world.add("work")
    world.exec_env("work", "--duration", "45m")
    table = world.credtool("list").works().stdout
    assert "44m" in table or "45m" in table, table


def test_never_opens_the_keyring(world):
    world.add("work")
    trap = world.keep_open(SilentBus(world.runtime / "silent"))
    result = world.credtool("list", env={"DBUS_SESSION_BUS_ADDRESS": trap.address}, timeout=5)
    assert "work" in result.works().stdout and trap.connections == []


def test_with_a_locked_keyring(world):
    world.add("work")
    world.keyring.lock()
    assert "work" in world.credtool("list").works().stdout


def test_says_the_vault_in_use(world):
    world.add("work", "--vault", "file", env={"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"})
    world.more_secrets.add("made-up passphrase")
    world.add("other")
    lines = world.credtool("list").works().stdout.splitlines()
    assert any("work" in line and "file" in line for line in lines)
    assert any("other" in line and "secret-service" in line for line in lines)


def test_a_broken_index_is_rebuilt(world):
    """What the vault holds is found again when the index is lost or wrong."""
    key = world.add("work")
    index = world.data / "index.tsv"
    for content in (None, b"", b"\xff\0 not an index\n", index.read_bytes()[:-7]):
        if content is None:
            index.unlink()
        else:
            index.write_bytes(content)
        assert world.session("work", "--no-session") is key
        assert "work" in world.credtool("list").stdout


COLOUR = "\x1b[3"


def test_colour_only_on_a_terminal(world):
    world.add("work")
    assert "\x1b" not in world.credtool("list").works().stdout
    failing = ("exec", "wrok", "--", "true")
    assert "\x1b" not in world.credtool(*failing).fails(code=125).stderr

    def shown(**changes):
        terminal = world.terminal(*failing, env=changes)
        terminal.finish(code=125)
        assert "wrok" in terminal.shown() and "hint" in terminal.shown()
        return terminal.shown()

    assert COLOUR + "1mcredtool: \x1b[0m" in shown() and COLOUR + "6mhint: \x1b[0m" in shown()
    assert COLOUR in shown(NO_COLOR="")  # no-color.org: an empty one does not count
    assert "\x1b" not in shown(NO_COLOR="1")
    # Standard error counts, not the terminal that the process has beside.
    errors = world.scratch / "errors"
    terminal = world.on_terminal(["sh", "-c", f'"$@" 2>{errors}', "sh", *world.command(*failing)])
    terminal.finish(code=125)
    assert "\x1b" not in errors.read_text() and "wrok" in errors.read_text()


class TestBrokenConfig:
    @pytest.fixture
    def broken(self, world):
        world.add("work")
        world.add("other", "--vault", "file", env={"CREDTOOL_FILE_PASSPHRASE": "made-up text"})
        world.more_secrets.add("made-up text")
        world.config("[profile fine]\nregion = eu-west-1\n[broken\n")
        return world

    def test_does_not_hide_the_keys(self, broken):
        result = broken.credtool("list")
        assert result.code == 1
        result.speaks_well().says("~/.aws/config:3")
        lines = [line.split() for line in result.stdout.splitlines()]
        for name, vault in (("work", "secret-service"), ("other", "file")):
            assert any(name in line and vault in line for line in lines), result

    def test_as_json_too(self, broken):
        result = broken.credtool("list", "--json")
        assert result.code == 1
        result.speaks_well().says("~/.aws/config:3")
        assert {row["profile"] for row in json.loads(result.stdout)["profiles"]} == {
            "work", "other"}


class TestWhatOneChoosesBy:
    CONFIG = """\
[profile work]
region = eu-central-1
[profile prod]
role_arn = {role}
source_profile = work
sso_account_name = Production
external_id = blue
[profile portal]
sso_session = corp
sso_account_id = 444455556666
sso_role_name = Admin
mfa_serial = arn:aws:iam::123456789012:mfa/alice-phone
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
"""

    @pytest.fixture
    def ready(self, world):
        world.add("work")
        world.config(self.CONFIG.format(role=world.sts.new_role("deploy")))
        return world

    @staticmethod
    def rows(world, *arguments):
        found = json.loads(world.credtool("list", *arguments, "--json").works().stdout)
        return {row["profile"]: row for row in found["profiles"]}

    def test_in_the_table(self, ready):
        lines = {line.split()[0]: line
                 for line in ready.credtool("list").works().stdout.splitlines()}
        for name, words in {
                "PROFILE": ("KIND", "ACCOUNT", "ROLE", "SOURCE", "REGION", "MFA", "SESSIONS"),
                "work": ("123456789012", "secret-service", "eu-central-1"),
                "prod": ("123456789012 Production", "deploy", "work"),
                "portal": ("444455556666", "Admin", "corp.awsapps.com", "alice-phone")}.items():
            for word in words:
                assert word in lines[name], lines

    def test_in_json(self, ready):
        rows = self.rows(ready)
        assert rows["portal"]["mfaSerial"] == "arn:aws:iam::123456789012:mfa/alice-phone"
        assert rows["work"]["vault"] == "secret-service"
        assert rows["work"]["callerArn"].startswith("arn:aws:iam::123456789012:user/")
        prod = rows["prod"]
        assert (prod["accountId"], prod["accountName"]) == ("123456789012", "Production")
        assert (prod["roleName"], prod["sourceProfile"], prod["externalId"]) == (
            "deploy", "work", "blue")
        assert prod["origin"] == "~/.aws/config:3"
        portal = rows["portal"]
        assert (portal["accountId"], portal["roleName"], portal["ssoRegion"]) == (
            "444455556666", "Admin", "eu-west-1")
        assert portal["ssoStartUrl"] == "https://corp.awsapps.com/start"

    @pytest.mark.parametrize("pattern, names", [
        ("prod", ["prod"]), ("PRO", ["prod"]), ("p*", ["prod", "portal"]), ("*x?", []),
        ("*o?*", ["work", "prod", "portal"]), ("o", ["work", "prod", "portal"]), ("wor?", ["work"]),
    ])
    def test_a_pattern(self, ready, pattern, names):
        result = ready.credtool("list", pattern, "--json")
        assert [row["profile"] for row in json.loads(result.stdout)["profiles"]] == names
        assert result.code == (0 if names else 1)
        if not names:
            ready.credtool("list", pattern).fails(f'no profile matches "{pattern}"')

    def test_a_pattern_that_is_nearly_a_name(self, ready):
        ready.credtool("list", "pord").fails("did you mean prod?")

    def test_sessions_stand_under_the_profile_that_was_asked_for(self, ready, kernel_keyring):
        ready.exec_env("prod", "-d", "4h")
        assert [session["secondsLeft"] > 3 * 3600
                for session in self.rows(ready)["prod"]["sessions"]] == [True]
        assert self.rows(ready)["work"]["sessions"] == []
        ready.sts.new_role("other")
        ready.exec_env("work", "--role", "other")
        ready.exec_env("prod")
        rows = self.rows(ready)
        assert [session["name"] for session in rows["work"]["sessions"]] == ["other"]
        assert {session["name"] for session in rows["prod"]["sessions"]} == {"deploy"}
        assert len(rows["prod"]["sessions"]) == 2 and rows["portal"]["sessions"] == []
        assert {session["askedProfile"] for session in rows["prod"]["sessions"]} == {"prod"}
        assert {session["sourceProfile"] for session in rows["prod"]["sessions"]} == {"work"}

    def test_sessions_of_a_profile_that_is_no_more(self, ready, kernel_keyring):
        ready.exec_env("prod")
        ready.config("# nothing\n")
        assert [session["name"] for session in self.rows(ready)["work"]["sessions"]] == ["deploy"]

    def test_without_a_kernel_keyring(self, ready):
        """The ledger of what the Secret Service holds tells the same."""
        ready.exec_env("prod", "-d", "4h", through=WITHOUT_KERNEL_KEYS)
        found = json.loads(ready.credtool(
            "list", "--json", through=WITHOUT_KERNEL_KEYS).works().stdout)
        assert [row["profile"] for row in found["profiles"] if row["sessions"]] == ["prod"]


class TestWidth:
    LONG = "a-name-that-somebody-had-a-program-make-for-account-444455556666-AdministratorAccess"

    @pytest.fixture
    def wide(self, world):
        world.add("work")
        role = world.sts.new_role("a-role-with-a-name-of-some-length")
        world.config("".join(
            f"[profile {name}]\nrole_arn = {role}\nsource_profile = work\nregion = eu-central-1\n"
            for name in ("short", self.LONG, "other")))
        return world

    @staticmethod
    def lines(world, columns, **env):
        # The rig gives the terminal a width of its own once it has started the program.
        terminal = world.on_terminal(
            ["sh", "-c", f'read line; stty cols {columns}; exec "$@"', "sh",
             *world.command("list")], env=env)
        terminal.sendline()
        terminal.finish()
        assert "\x1b" not in terminal.shown()
        return terminal.shown().replace("\r", "").strip("\n").splitlines()

    @pytest.mark.parametrize("columns", [40, 60, 80, 120, 200])
    @pytest.mark.parametrize("term", ["xterm", "dumb"])
    def test_one_long_name_wraps_no_other_row(self, wide, columns, term):
        lines = self.lines(wide, columns, TERM=term)
        assert lines.count(self.LONG) == 1
        others = [line for line in lines if line != self.LONG]
        assert len(others) == 5 and max(map(len, others)) <= columns
        assert any(line.startswith("short ") for line in others)
        if columns >= 80:
            assert "eu-central-1" in others[1] and "123456789012" in others[1]

    def test_a_pipe_and_a_terminal_without_a_width_get_everything(self, wide):
        table = wide.credtool("list").works().stdout.splitlines()
        assert len(table) == 5 and any(
            line.startswith(self.LONG + " ") and "a-role-with-a-name-of-some-length" in line
            for line in table)
        assert self.lines(wide, 0) == table
