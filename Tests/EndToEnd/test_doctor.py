"""`doctor`: each check finds its fault, a clean machine has none, and nothing hangs or is asked."""

import json
import os
import re
import socket
import time

import pytest

from rig.keyring import PASSWORD, SilentBus
from rig.world import FULL_KERNEL_KEYRING, WITHOUT_KERNEL_KEYS, strings

OFFLINE = ["unshare", "--user", "--map-current-user", "--net"]
OWN_STS = {"AWS_ENDPOINT_URL_STS": None}


def findings(world, *flags, code=None, **more):
    """What is found, worst first; the exit code goes by it."""
    result = world.credtool("doctor", "--json", *flags, **more)
    result.speaks_well()
    document = json.loads(result.stdout)
    problems = [one for one in document["findings"]
                if one["severity"] == "problem" and "fixed" not in one]
    assert document["problems"] == len(problems)
    assert result.code == (1 if problems else 0) == (result.code if code is None else code), result
    for one in document["findings"]:
        assert one["hints"] or one["severity"] == "ok", one
    return document["findings"]


def of(found, severity, *words):
    """The one finding of a severity that has these words."""
    fitting = [one for one in found if one["severity"] == severity
               and all(word.lower() in "\n".join(strings(one)).lower() for word in words)]
    assert len(fitting) == 1, f"{len(fitting)} of {severity} {words} in {found}"
    return fitting[0]


def problems(found):
    return [one["message"] for one in found if one["severity"] == "problem"]


@pytest.fixture
def ready(world):
    world.add("work")
    world.config("[profile work]\nregion = eu-west-1\n")
    return world


class TestNothingWrong:
    def test_a_clean_machine(self, ready, kernel_keyring):
        result = ready.credtool("doctor").works().says("nothing is wrong")
        assert "hint:" not in result.stdout
        lines = {line.split()[1]: line for line in result.stdout.splitlines()}
        assert all(line.startswith("ok ") for line in lines.values()), result
        for area, words in {
                "keyring": ("GNOME's keyring is the Secret Service", "gnome-keyring-daemon",
                            "unlocked"),
                "kernel": ("of this user's quota",), "config": ("in order (1 profile)",),
                "environment": ("no variable",), "files": ("no other user",),
                "network": ("clock",), "records": ("1 key)",)}.items():
            assert all(word in lines[area] for word in words), result

    def test_a_server_without_a_keyring(self, bare_world):
        """No key needs one, so that nothing is wrong."""
        passphrase = {"CREDTOOL_FILE_PASSPHRASE": "made-up text"}
        bare_world.more_secrets.add("made-up text")
        bare_world.add("work", "--vault", "file", env=passphrase)
        found = findings(bare_world, code=0)
        assert "file vault" in of(found, "note", "keyring", "session bus")["hints"][0]

    def test_a_new_user(self, bare_world):
        assert not problems(findings(bare_world, code=0))

    def test_nothing_is_made_or_asked(self, ready):
        """No key, no session, no credentials on the way; the same files as before."""
        calls = len(ready.sts.calls)
        before = {path: path.read_bytes() for path in ready.data.rglob("*") if path.is_file()}
        findings(ready, code=0)
        assert {path: path.read_bytes() for path in ready.data.rglob("*")
                if path.is_file()} == before
        assert [call.key_id for call in ready.sts.calls[calls:]] == [None]


class TestKeyring:
    def test_locked(self, ready):
        ready.more_secrets.add(PASSWORD)
        ready.keyring.lock()
        found = findings(ready, code=1)
        assert of(found, "problem", "keyring", "locked", "a stored key")["hints"] == [
            "credtool unlock"]
        of(found, "ok", "records", "was not asked")
        terminal = ready.terminal("doctor")
        assert "credtool unlock" in terminal.finish(code=1)

    def test_locked_and_nothing_in_it(self, world):
        world.keyring.lock()
        of(findings(world, code=0), "note", "keyring", "locked")

    def test_no_daemon(self, ready):
        ready.keyring.stop_daemon()
        of(findings(ready, code=1), "problem", "no keyring is running", "a stored key rests there")

    def test_no_bus(self, ready):
        found = findings(ready, code=1, env={"DBUS_SESSION_BUS_ADDRESS": None})
        of(found, "problem", "no D-Bus session bus")

    def test_another_program(self, world):
        world.keyring.stop_daemon()
        world.keyring.hide_its_kind()
        world.keyring.start_daemon()
        of(findings(world, code=0), "ok", "gnome-keyring-daemon is the Secret Service")

    def test_what_hangs_is_given_up(self, ready):
        ready.keyring.freeze_daemon()
        try:
            start = time.monotonic()
            found = findings(ready, code=1, timeout=30)
            assert time.monotonic() - start < 20
        finally:
            ready.keyring.thaw_daemon()
        of(found, "problem", "keyring", "did not answer")
        of(found, "ok", "config")

    def test_a_bus_that_says_nothing(self, bare_world):
        bus = bare_world.keep_open(SilentBus(bare_world.runtime / "silent"))
        found = findings(
            bare_world, code=1, env={"DBUS_SESSION_BUS_ADDRESS": bus.address}, timeout=30)
        of(found, "problem", "keyring", "did not answer")


class TestKernelKeyring:
    def test_full(self, ready):
        of(findings(ready, code=1, through=FULL_KERNEL_KEYRING), "problem", "kernel keyring",
           "full", "/proc/keys")

    def test_refused(self, ready):
        of(findings(ready, code=0, through=WITHOUT_KERNEL_KEYS), "note", "kernel keyring",
           "refused")


ROLE = "arn:aws:iam::123456789012:role/ops"

CONFIG = [
    ("[profile work]\nregoin = x\n", "problem", ("~/.aws/config:2", "did you mean region?")),
    ("[profile work]\nregion = x\n[wrok]\n", "problem", ("skips the section [wrok]",)),
    ("[profile a]\nrole_arn = {0}\nsource_profile = b\n"
     "[profile b]\nrole_arn = {0}\nsource_profile = a\n", "problem", ("circle: a -> b",)),
    ("[profile a]\nrole_arn = {0}\nsource_profile = wrok\n", "problem", ("did you mean work?",)),
    ("[profile work]\nregion = x\n[broken\n", "problem", ("~/.aws/config:3",)),
    ("[profile work]\nuse_fips_endpoint = perhaps\n", "problem", ("~/.aws/config:2", "perhaps")),
    ("[profile work]\ncolour_of_the_terminal = red\n", "note", ("~/.aws/config:2", "no program")),
    ("[profile work]\nexternal_id = blue\n", "note", ("does nothing unless --role",)),
    ("[profile work]\nregion = x\n[sso-session corp]\nsso_region = eu-west-1\n", "note",
     ("no profile uses the section [sso-session corp]",)),
    ("[profile bare]\nregion = x\n", "note", ("names no credentials",)),
]


class TestConfig:
    @pytest.mark.parametrize("text, severity, words", CONFIG,
                             ids=[" ".join(words) for _, _, words in CONFIG])
    def test_fault(self, ready, text, severity, words):
        ready.config(text.format(ROLE))
        of(findings(ready, code=1 if severity == "problem" else 0), severity, "config", *words)

    def test_a_key_in_plain(self, ready):
        key = ready.sts.new_key()
        ready.credentials_file.write_text(
            f"[old]\naws_access_key_id = {key.key_id}\naws_secret_access_key = {key.secret}\n")
        ready.credentials_file.chmod(0o600)
        found = of(findings(ready, code=1), "problem", "plain text", "~/.aws/credentials:2")
        assert not found["isFixable"]
        # What the hint says takes it over, and out of the file.
        [command] = re.findall(r"credtool (import old)\b", found["hints"][0])
        ready.credtool(*command.split(), "--remove").works()
        of(findings(ready, code=0), "ok", "config", "in order")


ENVIRONMENT = [
    ({"AWS_ACCESS_KEY_ID": "AKIAWORKEXAMPLE00001", "AWS_SECRET_ACCESS_KEY": "made-up secret",
      "AWS_PROFILE": "work"}, "problem", ("comes before AWS_PROFILE", "unset AWS_ACCESS_KEY_ID")),
    ({"AWS_ACCESS_KEY_ID": "AKIAWORKEXAMPLE00001"}, "problem", ("AWS_SECRET_ACCESS_KEY not",)),
    ({"AWS_SESSION_TOKEN": "made-up token"}, "problem", ("AWS_SESSION_TOKEN", "part of a key")),
    ({"AWS_PROFILE": "wrok"}, "problem", ("wrok", "did you mean work?")),
    ({"AWS_CONFIG_FILE": "/nowhere/config"}, "problem", ("/nowhere/config", "no such file")),
    ({"AWS_ROLE_ARN": ROLE}, "problem", ("every profile", "unset AWS_ROLE_ARN")),
    ({"AWS_REGION": "us-west-2"}, "note", ("AWS_REGION comes before region of work",)),
    ({"LD_PRELOAD": "/nowhere/lib.so"}, "problem", ("LD_PRELOAD", "unset LD_PRELOAD")),
    ({"LD_LIBRARY_PATH": "/usr/lib"}, "ok", ("no variable",)),
    ({"LD_LIBRARY_PATH": "/usr/lib:"}, "problem", ("working directory", "unset LD_LIBRARY_PATH")),
    ({"LD_LIBRARY_PATH": "lib"}, "problem", ("lib", "working directory")),
    ({"LD_LIBRARY_PATH": "/tmp"}, "problem", ("every user", "/tmp", "unset LD_LIBRARY_PATH")),
    ({"LD_LIBRARY_PATH": "/tmp/credtool-nowhere"}, "problem", ("every user", "/tmp")),
]


@pytest.mark.parametrize("changes, severity, words", ENVIRONMENT,
                         ids=[" ".join(f"{name}={value}" for name, value in changes.items())
                              for changes, _, _ in ENVIRONMENT])
def test_environment(ready, changes, severity, words):
    ready.more_secrets |= {"made-up secret", "made-up token"}
    result = ready.credtool("doctor", "--json", env=changes)
    # The loader itself says that there is no such library.
    found = json.loads(result.stdout)["findings"]
    of(found, severity, "environment", *words)
    assert result.code == (1 if severity == "problem" else 0)


def test_inside_a_session(ready):
    """What credtool itself handed over is no fault."""
    result = ready.credtool("exec", "work", "--", *ready.command("doctor", "--json")[-3:])
    found = json.loads(result.stdout)["findings"]
    of(found, "ok", "environment", "session of profile work")
    assert result.code == 0, result


class TestFiles:
    def test_writable_by_all(self, ready):
        ready.config_file.chmod(0o666)
        found = of(findings(ready, code=1), "problem", "files", "every user", "chmod o-w")
        assert found["isFixable"]
        mended = findings(ready, "--fix", code=0)
        assert "took from others" in of(mended, "problem", "files")["fixed"]
        assert ready.config_file.stat().st_mode & 0o777 == 0o664
        assert not problems(findings(ready, code=0))

    def test_keys_that_others_may_read(self, ready):
        key = ready.sts.new_key()
        ready.credentials_file.write_text(
            f"[old]\naws_access_key_id = {key.key_id}\naws_secret_access_key = {key.secret}\n")
        ready.credentials_file.chmod(0o644)
        of(findings(ready, "--fix", code=1), "problem", "others", "took from others every right")
        assert ready.credentials_file.stat().st_mode & 0o777 == 0o600

    def test_what_is_typed_keeps_the_path_whole(self, ready):
        """The hint itself, in a shell."""
        folder = ready.home / "my files"
        folder.mkdir()
        key = ready.sts.new_key()
        ready.open_folders.append(folder)
        for path, variable, mode in (("config", "AWS_CONFIG_FILE", 0o666),
                                     ("credentials", "AWS_SHARED_CREDENTIALS_FILE", 0o644)):
            (folder / path).write_text(
                f"[default]\naws_access_key_id = {key.key_id}\n"
                f"aws_secret_access_key = {key.secret}\n")
            (folder / path).chmod(mode)
            env = {variable: str(folder / path)}
            while hints := [hint for one in findings(ready, env=env) if one["area"] == "files"
                            for hint in one["hints"]]:
                before = (folder / path).stat().st_mode
                ready.outside("sh", "-c", hints[0]).works()
                assert (folder / path).stat().st_mode != before, hints

    def test_an_open_file_vault(self, bare_world):
        passphrase = {"CREDTOOL_FILE_PASSPHRASE": "made-up text"}
        bare_world.add("work", "--vault", "file", env=passphrase)
        (bare_world.data / "vault").chmod(0o644)
        of(findings(bare_world, code=1), "problem", "open to others", "chmod 600")
        findings(bare_world, "--fix", code=0)
        assert bare_world.session("work", "--no-session", env=passphrase)


class TestNetwork:
    @pytest.mark.parametrize("offset, severity", [
        (600, "problem"), (-600, "problem"), (60, "note")])
    def test_the_clock(self, ready, offset, severity):
        ready.sts.clock_offset = offset
        code = 1 if severity == "problem" else 0
        of(findings(ready, code=code), severity, "clock is", "behind" if offset > 0 else "ahead",
           "timedatectl set-ntp true")

    def test_an_address_where_nobody_is(self, ready):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{unused.getsockname()[1]}"
            found = findings(ready, code=1, env={"AWS_ENDPOINT_URL_STS": address})
        of(found, "problem", "network", "127.0.0.1", "AWS_ENDPOINT_URL_STS")

    def test_an_address_that_is_none(self, ready):
        found = findings(ready, code=1, env={"AWS_ENDPOINT_URL_STS": "nonsense"})
        of(found, "problem", "environment", "nonsense", "must be a URL")

    def test_offline(self, ready):
        """It says so, and looks at all else."""
        ready.config("[profile work]\nregion = eu-west-1\n[profile more]\nregion = eu-west-2\n"
                     "source_profile = work\n")
        found = findings(ready, code=0, env=OWN_STS, through=OFFLINE, timeout=30)
        of(found, "note", "offline", "eu-west-1")
        of(found, "ok", "config")

    def test_a_proxy_that_is_not_there(self, ready):
        ready.more_secrets.add("made-up password")
        proxy = {"HTTPS_PROXY": "http://alice:made-up password@127.0.0.1:1"}
        found = findings(ready, code=1, env=OWN_STS | proxy)
        assert "made-up password" not in str(found)
        of(found, "problem", "HTTPS_PROXY", "no proxy's address")
        proxy = {"HTTPS_PROXY": "http://127.0.0.1:1"}
        of(findings(ready, code=1, env=OWN_STS | proxy), "problem", "the proxy does not help")

    def test_an_unknown_authority(self, ready, certificates):
        _, port = certificates
        found = findings(ready, code=1, env={"AWS_ENDPOINT_URL_STS": f"https://127.0.0.1:{port}"})
        of(found, "problem", "certificates", "not trusted", "AWS_CA_BUNDLE")

    def test_certificates(self, ready, certificates):
        ca, port = certificates
        endpoint = {"AWS_ENDPOINT_URL_STS": f"https://127.0.0.1:{port}"}
        found = findings(ready, code=0, env=endpoint | {"AWS_CA_BUNDLE": str(ca)})
        of(found, "ok", "can be read: 1")
        for path, words in (("/nowhere/ca.pem", "not there"),
                            (ready.config_file, "no certificate")):
            found = findings(ready, code=1, env={"AWS_CA_BUNDLE": str(path)})
            of(found, "problem", "the certificates to trust", str(path), words)


class TestRecords:
    def test_a_lost_index(self, ready):
        index = ready.data / "index.tsv"
        whole = index.read_bytes()
        index.write_bytes(b"rubbish\n")
        assert of(findings(ready, code=1), "problem", "index of stored keys is lost")["isFixable"]
        findings(ready, "--fix", code=0)
        assert index.read_bytes().split(b"\t")[:3] == whole.split(b"\t")[:3]
        findings(ready, code=0)

    def test_a_key_that_is_gone(self, ready):
        for item in ready.keyring.items(**{"credtool:profile": "work"}):
            ready.keyring.delete(item)
        of(findings(ready, code=1), "problem", "has no key of profile", "work")
        findings(ready, "--fix", code=0)
        assert "secret-service" not in ready.credtool("list").works().stdout

    def test_a_key_that_the_index_does_not_know(self, ready):
        ready.add("other")
        index = ready.data / "index.tsv"
        lines = index.read_text().splitlines(keepends=True)
        index.write_text("".join(line for line in lines if not line.startswith("other\t")))
        of(findings(ready, code=1), "problem", "the index does not tell of", "other")
        findings(ready, "--fix", code=0)
        assert ready.session("other", "--no-session")

    def test_a_record_that_is_over(self, ready):
        item = ready.keyring.create(
            {"xdg:schema": "io.github.credtool.Record", "credtool:record": "x",
             "credtool:expires": "1000"}, b"made-up record")
        of(findings(ready, code=0), "note", "records", "a record that is over")
        of(findings(ready, "--fix", code=0), "note", "forgot what is over")
        assert item not in ready.keyring.items(**{"credtool:record": "x"})

    def test_sign_ins(self, ready):
        index = ready.data / "sign-ins.tsv"
        index.write_text(f"sign-in:over\t1000\t\nsign-in:orphan\t{int(time.time()) + 3600}\t\n")
        found = findings(ready, code=0)
        of(found, "note", "a sign-in is over")
        of(found, "note", "no profile leads to", "logout --all")
        findings(ready, "--fix", code=0)
        assert [line.split("\t")[0] for line in index.read_text().splitlines()] == [
            "sign-in:orphan"]


def test_the_worst_comes_first_and_the_end_counts(ready):
    ready.config("[profile work]\nregoin = x\nexternal_id = blue\n")
    ready.config_file.chmod(0o666)
    result = ready.credtool("doctor")
    assert result.code == 1
    result.speaks_well().says("2 things are wrong", "hint: credtool doctor --fix mends 1")
    marks = [line.split()[0] for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert marks == sorted(marks, key=["problem", "note", "ok"].index)
    assert "hint: did you mean region?" in result.stdout


def test_without_a_home(ready):
    of(findings(ready, code=1, env={"HOME": "here"}), "problem", "not a whole path")
    assert not os.path.exists(ready.home / "here")
