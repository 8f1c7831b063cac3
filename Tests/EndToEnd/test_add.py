"""`add`: where the key comes from, what is refused, and that nothing stored before is lost."""

import configparser
import json
import threading

import pytest

from rig import sts as faults
from rig.keyring import eventually
from rig.sts import ACCOUNT
from rig.world import FULL_DISK, fast

DEAD_END = "http://127.0.0.1:1"  # nobody listens there


def listed(world):
    """The profiles of `list --json` as its text; enough to see whether a name is in it."""
    return world.credtool("list", "--json").works().stdout


def is_stored(world, profile):
    """Whether a session can be had from the profile's key."""
    return world.credtool("exec", profile, "--fresh", "--", "true").code == 0


def test_asks_on_the_terminal_and_hides_the_secret(world):
    key = world.sts.new_key()
    terminal = world.terminal("add", "work")
    terminal.answers("key id", key.key_id)
    terminal.answers("secret", key.secret)
    terminal.finish()
    assert key.key_id in terminal.shown() and key.secret not in terminal.shown()
    assert world.sts.count("GetCallerIdentity") == 1
    assert world.session("work", "--no-session") is key


def test_prompts_stay_out_of_pipes(world):
    key = world.sts.new_key()
    output, errors = world.scratch / "out", world.scratch / "err"
    terminal = world.on_terminal(
        ["sh", "-c", f'exec "$@" 3<&0 </dev/null >{output} 2>{errors}', "sh",
         *world.command("add", "work")])
    terminal.answers("key id", key.key_id)
    terminal.answers("secret", key.secret)
    terminal.finish()
    assert output.read_text() == "" and key.secret not in errors.read_text()
    assert is_stored(world, "work")


def test_without_a_name_it_is_default(world):
    key = world.sts.new_key()
    world.credtool("add", "--env", env=key.variables()).works()
    assert world.session("default", "--no-session") is key


@pytest.mark.parametrize("missing", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_env_names_the_missing_variable(world, missing):
    variables = world.sts.new_key().variables() | {missing: None}
    world.credtool("add", "work", "--env", env=variables).fails(missing)


def stdin_documents(key):
    created = {"AccessKey": {
        "UserName": "alice", "AccessKeyId": key.key_id, "Status": "Active",
        "SecretAccessKey": key.secret, "CreateDate": "2026-01-01T00:00:00+00:00"}}
    process = {"Version": 1, "AccessKeyId": key.key_id, "SecretAccessKey": key.secret}
    return {
        "two lines": f"{key.key_id}\n{key.secret}\n",
        "no newline at the end": f"{key.key_id}\n{key.secret}",
        "CRLF": f"{key.key_id}\r\n{key.secret}\r\n",
        "create-access-key": json.dumps(created, indent=4),
        "credential_process": json.dumps(process),
        "accessKeys.csv": "\ufeffAccess key ID,Secret access key\r\n"
                          f"{key.key_id},{key.secret}\r\n",
        "credentials.csv": "User name,Password,Access key ID,Secret access key,Console login link"
                           f"\r\nalice,\"a,b\",{key.key_id},{key.secret},https://x.example\r\n",
    }


@pytest.mark.parametrize("form", [
    "two lines", "no newline at the end", "CRLF", "create-access-key", "credential_process",
    "accessKeys.csv", "credentials.csv"])
def test_stdin(world, form):
    key = world.sts.new_key()
    world.credtool("add", "work", "--stdin", input=stdin_documents(key)[form]).works()
    assert world.session("work", "--no-session") is key


@pytest.mark.parametrize("make", [
    lambda key: "",
    lambda key: f"{key.key_id}\n",
    lambda key: f"{key.key_id}\n\n",
    lambda key: f"{key.key_id}\n{key.secret[:20]}\n{key.secret[20:]}\n",  # wrapped
    lambda key: f"{key.key_id}\n{key.secret[:20]} {key.secret[20:]}\n",
    lambda key: f"{key.key_id[:10]}\n{key.secret}\n",
    lambda key: f"{key.key_id.lower()}\n{key.secret}\n",
    lambda key: f"{key.secret}\n{key.key_id}\n",  # the wrong way round
    lambda key: f"AKIA {key.key_id[4:]}\n{key.secret}\n",
    lambda key: json.dumps({"AccessKey": {"AccessKeyId": key.key_id}}),
    lambda key: '{"AccessKey": {',
    lambda key: "[1, 2]",
    lambda key: "\0" * 64,
    lambda key: "x" * (4 << 20),
], ids=["nothing", "no secret", "empty secret", "wrapped secret", "secret with a space",
        "short ID", "lower-case ID", "swapped", "ID with a space", "JSON without a secret",
        "JSON cut off", "JSON list", "NULs", "4 MB"])
def test_bad_input_is_refused_before_aws_is_asked(world, make):
    key = world.sts.new_key()
    world.more_secrets.add(key.secret[20:])
    world.credtool("add", "work", "--stdin", input=make(key)).fails()
    assert world.sts.calls == []
    assert "work" not in listed(world)


def test_a_refused_key_is_not_stored(world):
    key = world.sts.new_key()
    wrong = key.variables() | {"AWS_SECRET_ACCESS_KEY": "wrong" + key.secret[5:]}
    world.more_secrets.add(wrong["AWS_SECRET_ACCESS_KEY"])
    world.credtool("add", "work", "--env", env=wrong).fails("SignatureDoesNotMatch")
    assert "work" not in listed(world)
    world.credtool("add", "work", "--env", "--no-verify", env=wrong).works()
    assert "work" in listed(world)


def test_an_unknown_key_is_told_in_awss_words(world):
    key = world.sts.new_key()
    unknown = key.variables() | {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"}
    world.credtool("add", "work", "--env", env=unknown).fails(
        "InvalidClientTokenId", "security token included in the request is invalid")


def test_an_unreachable_aws_stores_the_key_unchecked(world):
    key = world.sts.new_key()
    world.credtool("add", "work", "--env", env=key.variables() | {
        "AWS_ENDPOINT_URL_STS": DEAD_END}).works().says(("unchecked", "not checked"))
    assert world.session("work", "--no-session") is key


def test_a_silent_aws_is_given_up_on_in_time(world):
    world.sts.inject("GetCallerIdentity", faults.never(), times=9)
    key = world.sts.new_key()
    world.credtool("add", "work", "--env", env=key.variables(), timeout=8).works().says(
        ("unchecked", "not checked"))


def test_the_root_users_key_is_refused(world):
    key = world.sts.new_key(root=True)
    world.credtool("add", "work", "--env", env=key.variables()).fails("root", "--allow-root")
    assert "work" not in listed(world)
    world.credtool("add", "work", "--env", "--allow-root", env=key.variables()).works()
    assert "work" in listed(world)


@pytest.mark.parametrize("flags", [[], ["--force", "--no-verify", "--allow-root"]])
def test_a_temporary_key_is_refused(world, flags):
    key = world.sts.new_key()
    temporary = key.variables() | {"AWS_ACCESS_KEY_ID": "ASIA" + key.key_id[4:]}
    world.credtool("add", "work", "--env", *flags, env=temporary).fails("temporary")
    assert world.sts.calls == [] and "work" not in listed(world)


class TestMistyped:
    """What AWS finds mistyped is asked for again, and nothing else."""

    def test_a_secret(self, world):
        key = world.sts.new_key()
        wrong = "wrong" + key.secret[5:]
        world.more_secrets.add(wrong)
        terminal = world.terminal("add", "work")
        terminal.answers("key id", key.key_id)
        terminal.answers("secret", wrong)
        terminal.expect("SignatureDoesNotMatch.*2 more tries")
        terminal.answers("secret access key \\(not", key.secret)
        terminal.finish()
        assert terminal.shown().lower().count("access key id of profile") == 1
        assert world.session("work", "--no-session") is key

    def test_an_id(self, world):
        key = world.sts.new_key()
        terminal = world.terminal("add", "work")
        terminal.answers("key id", "AKIAIOSFODNN7EXAMPLE")
        terminal.answers("secret", key.secret)
        terminal.expect("InvalidClientTokenId")
        terminal.answers("access key id of", key.key_id)
        terminal.finish()
        assert terminal.shown().count("(not shown)") == 1
        assert world.session("work", "--no-session") is key

    def test_three_times_at_most(self, world):
        key = world.sts.new_key()
        world.more_secrets.add("wrong" + key.secret[5:])
        terminal = world.terminal("add", "work")
        terminal.answers("key id", key.key_id)
        for _ in range(3):
            terminal.answers("secret access key \\(not", "wrong" + key.secret[5:])
        terminal.finish(code=1)
        assert "was not stored" in terminal.shown() and "--no-verify" in terminal.shown()
        assert world.sts.count("GetCallerIdentity") == 3 and world.keyring.items() == []

    def test_the_secret_in_the_place_of_the_id(self, world):
        key = world.sts.new_key()
        terminal = world.terminal("add", "work", secret_output=True)  # the terminal echoes it
        terminal.answers("key id", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        terminal.expect("looks like a secret access key")
        terminal.answers("access key id of", key.key_id)
        terminal.answers("secret", key.secret)
        terminal.finish()
        assert terminal.shown().count("wJalrXUtnFEMI") == 1
        assert world.session("work", "--no-session") is key

    def test_who_types_the_same_id_again_has_a_new_key(self, world):
        key = world.sts.new_key()
        world.sts.inject("GetCallerIdentity", UNKNOWN, times=4)
        terminal = world.terminal("add", "work", through=fast(10))
        terminal.answers("key id", key.key_id)
        terminal.answers("secret", key.secret)
        terminal.expect("InvalidClientTokenId")
        terminal.answers("access key id of", key.key_id)
        terminal.expect("does not know key .* yet.*\\(0s\\)\r")
        terminal.finish()
        assert world.session("work", "--no-session") is key


UNKNOWN = faults.error(403, "InvalidClientTokenId",
                       "The security token included in the request is invalid.")


class TestAKeyFromAPipe:
    """It may be the only copy, so it is stored after whatever AWS says of it but one thing."""

    def created(self, key):
        return stdin_documents(key)["create-access-key"]

    def test_that_is_too_new_for_aws_is_waited_for(self, world):
        key = world.sts.new_key()
        world.sts.inject("GetCallerIdentity", UNKNOWN, times=5)
        result = world.credtool("add", "fresh", "--stdin", input=self.created(key),
                                through=fast(10)).works()
        result.says("waiting up to 30s", "(arn:aws:iam::123456789012:user/")
        assert result.stderr.count("waiting up to") == 1 and "\r" not in result.stderr
        assert world.sts.count("GetCallerIdentity") == 6

    def test_that_stays_unknown_is_stored_with_a_note(self, world):
        key = world.sts.new_key()
        world.sts.inject("GetCallerIdentity", UNKNOWN, times=99)
        world.credtool("add", "fresh", "--stdin", input=self.created(key),
                       through=fast(20)).works().says(
            "not checked", "does not know it after 30s", "stored key", "credtool whoami fresh")
        row = json.loads(listed(world))["profiles"][0]
        assert row["profile"] == "fresh" and ACCOUNT not in json.dumps(row)
        world.sts.forget_faults()
        assert world.session("fresh") is world.sts.issued[-1]

    @pytest.mark.parametrize("fault", [
        faults.error(403, "AccessDenied"), faults.error(500, "InternalFailure"),
        faults.throttled(), faults.closed(), faults.raw(b"<html>log in first</html>")],
        ids=["denied", "trouble", "throttled", "cut off", "portal"])
    def test_is_stored_with_a_note(self, world, fault):
        key = world.sts.new_key()
        world.sts.inject("GetCallerIdentity", fault, times=9)
        world.credtool("add", "fresh", "--stdin", input=self.created(key)).works().says(
            "not checked", "stored key")
        world.sts.forget_faults()
        assert world.session("fresh", "--no-session") is key

    def test_is_stored_though_there_is_no_way_to_ask(self, world):
        key = world.sts.new_key()
        world.credtool("add", "fresh", "--stdin", input=self.created(key),
                       env={"AWS_ENDPOINT_URL_STS": "nonsense"}).works().says("not checked")
        assert world.session("fresh", "--no-session") is key

    def test_with_another_secret_is_refused(self, world):
        key, other = world.sts.new_key(), world.sts.new_key()
        world.credtool("add", "fresh", "--stdin", input=f"{key.key_id}\n{other.secret}\n").fails(
            "SignatureDoesNotMatch", "was not stored")
        assert world.keyring.items() == []

    def test_that_was_just_made_is_told_as_lost_where_it_cannot_be_stored(self, world):
        key = world.sts.new_key(root=True)
        world.credtool("add", "work", "--stdin", input=self.created(key)).fails(
            "root user", f"aws iam delete-access-key --access-key-id {key.key_id}")
        assert world.keyring.items() == []

    def test_that_was_just_made_is_stored_beside_one_that_is_there(self, world):
        old, second = world.add("work"), world.add("work-2")
        # A key there would take the place of the role.
        role = f"arn:aws:iam::{ACCOUNT}:role/other"
        world.config(f"[profile work-3]\nrole_arn = {role}\nsource_profile = work\n")
        key = world.sts.new_key()
        world.credtool("add", "work", "--stdin", input=self.created(key)).works().says(
            "profile work keeps its key", "of profile work-4", "credtool whoami work-4")
        assert world.session("work-4", "--no-session") is key
        assert world.session("work", "--no-session") is old
        assert world.session("work-2", "--no-session") is second

    def test_that_was_not_just_made_replaces_nothing(self, world):
        old = world.add("work")
        key = world.sts.new_key()
        result = world.credtool("add", "work", "--stdin", input=f"{key.key_id}\n{key.secret}\n")
        result.fails("--force")
        assert "delete-access-key" not in result.stderr
        assert world.session("work", "--no-session") is old

    def test_goes_into_the_file_vault_where_the_keyring_is_locked(self, world):
        key = world.sts.new_key()
        world.more_secrets.add("made-up passphrase")
        world.keyring.lock()
        locked = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
        world.credtool("add", "fresh", "--stdin", input=self.created(key), env=locked).works().says(
            "so the key goes into the file vault", "in the file vault")
        assert world.session("fresh", "--no-session", env=locked) is key
        world.credtool("add", "other", "--stdin", "--vault", "secret-service",
                       input=self.created(key), env=locked).fails("delete-access-key")


class TestFromFile:
    """The key that `exec` warns of goes where it should be."""

    @pytest.fixture
    def key(self, world):
        key = world.sts.new_key()
        world.credentials_file.write_text(
            "[other]\naws_access_key_id = x\n\n[work]\n"
            f"aws_access_key_id = {key.key_id}\naws_secret_access_key = {key.secret}\n")
        return key

    def test_as_the_warning_says(self, world, key):
        warned = world.credtool("exec", "work", "--", "true")
        command = "credtool add work --from-file"
        assert warned.code == 0 and command in warned.stderr
        before = world.credentials_file.read_text()
        world.credtool(*command.split()[1:]).works().says(
            "stored key", "aws_access_key_id (~/.aws/credentials:5)",
            "aws_secret_access_key (~/.aws/credentials:6)")
        assert world.credentials_file.read_text() == before
        assert "plain" not in world.credtool("exec", "work", "--", "true").stderr
        world.credentials_file.unlink()
        assert world.session("work", "--no-session") is key

    def test_of_the_config_file(self, world):
        key = world.sts.new_key()
        world.config(f"[profile work]\naws_access_key_id = {key.key_id}\n"
                     f"aws_secret_access_key = {key.secret}\n")
        world.credtool("add", "work", "--from-file").works().says("~/.aws/config:2")
        world.config("")
        assert world.session("work", "--no-session") is key

    def test_where_there_is_none(self, world, key):
        world.credtool("add", "absent", "--from-file").fails("no key of profile", "in plain")
        world.credtool("add", "other", "--from-file").fails("aws_secret_access_key")
        assert world.sts.calls == [] and world.keyring.items() == []

    def test_not_a_temporary_one(self, world, key):
        with world.credentials_file.open("a") as file:
            file.write("aws_session_token = made-up-token\n")
        world.credtool("add", "work", "--from-file").fails("temporary")
        warned = world.credtool("exec", "work", "--", "true")
        assert "stands in plain text" in warned.stderr and "--from-file" not in warned.stderr


class TestOtherMakers:
    """Keys that AWS does not give, with the endpoint that they are for."""

    @pytest.fixture
    def key(self, world):
        key = world.sts.stranger("arn:aws:iam::000000000000:root")
        world.sts.identities.pop(key.key_id)
        key.key_id = "my-key@1"
        world.sts.identities[key.key_id] = key
        world.environment["AWS_ENDPOINT_URL_STS"] = None
        return key

    def add(self, world, key, *flags, env=None):
        return world.credtool("add", "minio", "--env", *flags, env=key.variables() | (env or {}))

    def test_are_refused_as_aws_keys(self, world, key):
        self.add(world, key).fails("no access key ID", "--endpoint-url")
        assert world.sts.calls == []

    def test_are_checked_at_their_endpoint(self, world, key):
        # The variable is of the shell, the flag of this key.
        self.add(world, key, "--endpoint-url", world.sts.endpoint, env={
            "AWS_ENDPOINT_URL_STS": DEAD_END}).works().says(
            "arn:aws:iam::000000000000:root", "set endpoint_url", "credtool whoami minio")
        assert world.config_file.read_text() == (
            f"[profile minio]\nendpoint_url = {world.sts.endpoint}\n")
        assert world.session("minio", "--no-session") is key
        assert world.exec_env("minio", env={"AWS_REGION": "eu-west-1"})["AWS_ACCESS_KEY_ID"]

    def test_are_not_waited_for(self, world, key):
        world.sts.inject("GetCallerIdentity", UNKNOWN, times=99)
        result = world.credtool(
            "add", "minio", "--stdin", "--endpoint-url", world.sts.endpoint,
            input=f"{key.key_id}\n{key.secret}\n", timeout=15)
        assert "waiting" not in result.works().stderr

    def test_with_the_endpoint_of_the_profile(self, world, key):
        world.config(f"[profile minio]\nendpoint_url = {world.sts.endpoint}\n")
        self.add(world, key).works()
        assert world.session("minio", "--no-session") is key

    @pytest.mark.parametrize("fault", [
        faults.error(400, "InvalidAction"), faults.raw(b"<Error><Code>x</Code></Error>", 403)],
        ids=["STS", "S3"])
    def test_whose_maker_has_no_such_question(self, world, key, fault):
        world.sts.inject("GetCallerIdentity", fault, times=9)
        self.add(world, key, "--endpoint-url", world.sts.endpoint).works().says(
            "not checked, since its endpoint does not say", "--no-session")
        assert world.session("minio", "--no-session") is key

    def test_with_a_wrong_secret_are_refused(self, world, key):
        self.add(world, key, "--endpoint-url", world.sts.endpoint, env={
            "AWS_SECRET_ACCESS_KEY": "wrong"}).fails("SignatureDoesNotMatch")
        assert not world.config_file.exists() and world.keyring.items() == []

    def test_unverified(self, world, key):
        self.add(world, key, "--no-verify").works()
        assert world.sts.calls == [] and not world.config_file.exists()
        assert world.exec_env("minio", "--no-session")["AWS_ACCESS_KEY_ID"] == key.key_id

    @pytest.mark.parametrize("key_id", ["AKIAIOSFODNN7EXAMPL", "akiaiosfodnn7example", "a b", "a,b"])
    @pytest.mark.parametrize("flag", ["--no-verify", "--endpoint-url=http://127.0.0.1:1"])
    def test_a_typo_is_one_all_the_same(self, world, key, key_id, flag):
        key_id = key_id.replace("AKIAIOSFODNN7EXAMPL", "AKIAIOSF-ODNN7EXAMPLE")
        self.add(world, key, flag, env={"AWS_ACCESS_KEY_ID": key_id}).fails("no access key ID")
        assert world.keyring.items() == []

    @pytest.mark.parametrize("url", ["minio:9000", "http://alice:password@127.0.0.1:1", "http://"])
    def test_no_url(self, world, key, url):
        result = self.add(world, key, "--no-verify", "--endpoint-url", url)
        assert result.code == 1 and ":password" not in result.stderr
        assert world.keyring.items() == [] and not world.config_file.exists()


@pytest.mark.parametrize("flags, env, config, has_hint", [
    ([], {}, "", True), (["--region", "eu-west-1"], {}, "", False),
    ([], {"AWS_REGION": "eu-west-1"}, "", False),
    ([], {}, "[profile work]\nregion = eu-west-1\n", False)])
def test_ends_with_a_command_that_works(world, flags, env, config, has_hint):
    world.config(config)
    key = world.sts.new_key()
    result = world.credtool("add", "work", "--env", *flags, env=key.variables() | env).works()
    hints = [line[6:] for line in result.stderr.splitlines() if line.startswith("hint: ")]
    assert hints[0] == "credtool whoami work"
    assert key.user in world.credtool(*hints[0].split()[1:]).works().stdout
    assert ["aws configure set region" in hint for hint in hints[1:]] == [True] * has_hint


class TestReplacing:
    @pytest.fixture
    def keys(self, world):
        return world.add("work"), world.sts.new_key("bob")

    def stored(self, world):
        return world.session("work", "--no-session")

    @pytest.mark.parametrize("answer, which", [("y", 1), ("yes", 1), ("n", 0), ("", 0)])
    def test_only_after_a_yes(self, world, keys, answer, which):
        terminal = world.terminal("add", "work", "--env", env=keys[1].variables())
        terminal.answers("replace", answer)
        terminal.finish(code=0 if which else 1)
        assert self.stored(world) is keys[which]

    def test_not_without_a_terminal(self, world, keys):
        world.credtool("add", "work", "--env", env=keys[1].variables()).fails("--force")
        assert self.stored(world) is keys[0]

    def test_with_force(self, world, keys):
        world.credtool("add", "work", "--env", "--force", env=keys[1].variables()).works()
        assert self.stored(world) is keys[1]
        assert len([item for item in world.keyring.items()
                    if keys[0].key_id in world.keyring.attributes(item).values()]) == 0

    def test_forgets_the_sessions(self, world, keys):
        first = world.session("work")
        world.credtool("add", "work", "--env", "--force", env=keys[0].variables()).works()
        assert world.session("work") is not first

    def test_a_refused_key_leaves_the_old_one(self, world, keys):
        wrong = keys[1].variables() | {"AWS_SECRET_ACCESS_KEY": keys[0].secret}
        world.credtool("add", "work", "--env", "--force", env=wrong).fails()
        assert self.stored(world) is keys[0]


class TestConfigFile:
    SERIAL = "arn:aws:iam::123456789012:mfa/alice"
    BEFORE = (b"# my own notes \xc3\xa4\r\n[default]\nregion=us-west-2   \n\n"
              b"[profile  work] ; mine\n  output = json\n\n\n[profile other]\nregion = eu-north-1")

    def add(self, world, *flags):
        return world.add("work", *flags)

    def test_gets_the_section_and_keeps_every_other_byte(self, world):
        world.config(self.BEFORE)
        self.add(world, "--mfa-serial", self.SERIAL, "--region", "eu-west-1")
        after = world.config_file.read_bytes()
        added = [line for line in after.splitlines(keepends=True)
                 if line not in self.BEFORE.splitlines(keepends=True)]
        assert sorted(b"".join(line.split()) for line in added) == [
            b"mfa_serial=" + self.SERIAL.encode(), b"region=eu-west-1"]
        rest = after
        for line in added:
            rest = rest.replace(line, b"", 1)
        assert rest == self.BEFORE
        section = after.split(b"[profile  work]")[1].split(b"[profile other]")[0]
        assert all(line in section for line in added)

    def test_is_made_where_there_is_none(self, world):
        self.add(world, "--region", "eu-west-1")
        text = world.config_file.read_text()
        assert text.split() == ["[profile", "work]", "region", "=", "eu-west-1"]

    def test_replaces_a_value_in_place(self, world):
        world.config("[profile work]\nregion = us-east-2\n# after\noutput = json\n")
        self.add(world, "--region", "eu-west-1")
        lines = [line.replace(" ", "") for line in world.config_file.read_text().splitlines()]
        assert lines == ["[profilework]", "region=eu-west-1", "#after", "output=json"]

    def test_is_left_alone(self, world):
        world.config(self.BEFORE)
        self.add(world, "--region", "eu-west-1", "--no-config")
        assert world.config_file.read_bytes() == self.BEFORE

    def test_is_left_alone_without_settings(self, world):
        world.config(self.BEFORE)
        self.add(world)
        assert world.config_file.read_bytes() == self.BEFORE

    def test_elsewhere_and_behind_a_link(self, world):
        real = world.home / "dotfiles-config"
        real.write_text("# real\n")
        real.chmod(0o640)
        link = world.home / "config-link"
        link.symlink_to(real)
        world.add("work", "--region", "eu-west-1", env={"AWS_CONFIG_FILE": str(link)})
        assert link.is_symlink() and "eu-west-1" in real.read_text()
        assert real.read_text().startswith("# real\n") and real.stat().st_mode & 0o777 == 0o640
        assert not world.config_file.exists()

    def test_that_cannot_be_written_is_named(self, world):
        world.config("# kept\n")
        world.config_file.parent.chmod(0o500)
        key = world.sts.new_key()
        world.credtool("add", "work", "--env", "--region", "eu-west-1", env=key.variables()).fails(
            str(world.config_file), ("permission denied", "read-only"))
        assert world.config_file.read_text() == "# kept\n"


@pytest.mark.parametrize("name", [
    "a.b/c@d+e", "a:b%c", "_-", "x" * 255, "two words", "größe", "東京", "a!b", "a(b)", "a,b=c",
    "R&D", "a*", "a # b"])
def test_odd_names_work(world, name):
    key = world.sts.new_key()
    world.credtool("add", "--env", "--", name, env=key.variables()).works()
    child = world.exec_env("--no-session", env={"AWS_PROFILE": name})
    assert child["CREDTOOL_PROFILE"] == name and child["AWS_ACCESS_KEY_ID"] == key.key_id


@pytest.mark.parametrize("name", [
    "", "-dash", "a]b", "o'brien", "$(id)", "a\nb", "a\rb", "a\tb", "a\u202eb", "é" * 128],
    ids=lambda name: repr(name[:8]))
def test_impossible_names_are_refused(world, name):
    """They are too long, or some shell or program that reads the config file takes them apart."""
    old = world.add("work")
    key = world.sts.new_key()
    result = world.credtool("add", "--env", "--", name, env=key.variables())
    result.fails(code=result.code)
    assert result.code in (1, 2)
    assert world.session("work", "--no-session") is old
    assert len(world.keyring.items()) == 1


def test_many_at_once_are_all_kept(world):
    keys = {f"p{number}": world.sts.new_key() for number in range(8)}
    running = [world.start("add", name, "--env", env=key.variables())
               for name, key in keys.items()]
    for process in running:
        world.finish(process).works()
    for name, key in keys.items():
        assert world.session(name, "--no-session") is key


def test_many_at_once_keep_all_sections(world):
    """All are let go at the same time, and have much to read before they write."""
    before = "# mine\n" * 100_000 + "[default]\noutput = json\n"
    world.config(before)
    gate = threading.Event()
    world.sts.inject("GetCallerIdentity", lambda handler: not gate.wait(10), times=12)
    keys = {f"p{number}": world.sts.new_key() for number in range(12)}
    running = [world.start("add", name, "--env", "--region", f"eu-west-{name[1:]}",
                           env=key.variables()) for name, key in keys.items()]
    eventually(lambda: world.sts.count("GetCallerIdentity") == 12, "all calls")
    gate.set()
    for process in running:
        world.finish(process).works().says("set region")
    text = world.config_file.read_text()
    assert text.startswith(before)
    parser = configparser.ConfigParser()
    parser.read_string(text)
    assert {name: dict(parser[name]) for name in parser.sections()} == {
        "default": {"output": "json"},
        **{f"profile {name}": {"region": f"eu-west-{name[1:]}"} for name in keys}}
    listed = json.loads(world.credtool("list", "--json").works().stdout)["profiles"]
    assert {row["profile"] for row in listed if row.get("vault")} == set(keys)


class TestBrokenConfig:
    """A config file that cannot be read is only in the way of what would change it."""

    BROKEN = "[profile fine]\nregion = eu-west-1\n[broken\n"

    @pytest.mark.parametrize("flags", [[], ["--no-config"],
                                       ["--no-config", "--region", "eu-west-1"]])
    def test_a_key_can_be_added(self, world, flags):
        world.config(self.BROKEN)
        key = world.add("work", *flags)
        assert world.sts.count("GetCallerIdentity") == 1
        assert world.config_file.read_text() == self.BROKEN
        world.config("")
        assert world.session("work", "--no-session") is key

    def test_a_setting_is_refused_before_anything_is_done(self, world):
        world.config(self.BROKEN)
        key = world.sts.new_key()
        world.credtool("add", "work", "--env", "--region", "eu-west-1",
                       env=key.variables()).fails("~/.aws/config:3")
        assert world.sts.calls == [] and world.keyring.items() == []


def test_without_a_terminal_it_says_so(world):
    world.credtool("add", "work").fails("terminal", ("--stdin", "--env"))


class TestNothingIsLost:
    """When writing fails half-way, what was stored before is still there."""

    @pytest.fixture(params=["secret-service", "file"])
    def vault(self, request, world):
        world.environment |= {"CREDTOOL_VAULT": request.param,
                              "CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
        world.more_secrets.add("made-up passphrase")
        world.add("old")
        return request.param

    def test_on_a_full_disk(self, world, vault):
        before = snapshot(world.data)
        key = world.sts.new_key()
        world.credtool("add", "new", "--env", env=key.variables(), through=FULL_DISK).fails(
            "no space left")
        assert snapshot(world.data) == before
        assert is_stored(world, "old")

    def test_in_a_read_only_home(self, world, vault):
        before = snapshot(world.data)
        world.data.chmod(0o500)
        key = world.sts.new_key()
        world.credtool("add", "new", "--env", env=key.variables()).fails(
            ("permission denied", "read-only"))
        assert snapshot(world.data) == before
        assert is_stored(world, "old")


def snapshot(folder):
    """Every file in a folder but empty ones (locks)."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.stat().st_size}


def test_a_name_in_quotes_goes_into_the_config_file_and_into_hints(world):
    """As `aws configure` writes it, so that the AWS CLI finds it."""
    key = world.sts.new_key()
    result = world.credtool("add", "my work", "--env", "--region", "eu-west-1",
                            env=key.variables()).works()
    assert world.config_file.read_text() == "[profile 'my work']\nregion = eu-west-1\n"
    assert world.exec_env("my work")["AWS_REGION"] == "eu-west-1"
    assert "my work" in world.credtool("__complete", "profiles").works().stdout.splitlines()
    world.credtool("remove", "my work").fails("credtool remove 'my work' --force")
    assert world.credtool("remove", "my work", "--force").works()
    world.credtool("plan", "my work").fails("credtool add 'my work'")
