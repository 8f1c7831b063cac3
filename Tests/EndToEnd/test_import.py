"""`import`: keys from the AWS files, the console's CSV, aws-vault and envchain. Nothing is removed
that the vault has not given back, and nothing without a yes."""

import json

import pytest

from rig.keyring import PASSWORD
from rig.othervaults import (
    COLLECTIONS, AWSVaultFiles, KeyringItems, credentials, item, session_name)

#: What stands around the keys, and has to stay byte for byte.
CREDENTIALS = """\
# mine, by hand
[work] ; the day job
aws_access_key_id = {work.key_id}
  # never commit this
aws_secret_access_key={work.secret}
region = eu-west-1\r

[ prod ]
AWS_ACCESS_KEY_ID     = {prod.key_id}
AWS_SECRET_ACCESS_KEY = {prod.secret}   # no line end after this: """


@pytest.fixture
def keys(sts):
    class Keys:
        work, prod, other = sts.new_key(), sts.new_key(), sts.new_key()
    return Keys


def write(world, text):
    world.credentials_file.write_bytes(text.encode())
    world.credentials_file.chmod(0o640)


def without(text, *keys):
    """The text without the lines that hold one of these keys."""
    return "".join(line for line in text.splitlines(keepends=True)
                   if not any(part in line for key in keys for part in (key.key_id, key.secret)))


def stored(world):
    """The profiles with a stored key."""
    rows = json.loads(world.credtool("list", "--json").works().stdout)["profiles"]
    return {row["profile"] for row in rows if row.get("vault")}


def table(result):
    """The rows by their profiles."""
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["PROFILE", "KEY", "ACCOUNT", "FOUND", "IN", "WHAT", "IS", "DONE"]
    return {line.split()[0]: line for line in lines[1:]}


class TestAWSFiles:
    def test_a_dry_run_shows_and_changes_nothing(self, world, keys):
        text = CREDENTIALS.format(work=keys.work, prod=keys.prod)
        write(world, text)
        result = world.credtool("import", "--dry-run").works()
        rows = table(result)
        assert set(rows) == {"work", "prod"}
        assert "~/.aws/credentials:3" in rows["work"]
        assert "stored in the secret-service" in rows["work"] and "removed" not in result.stdout
        both = world.credtool("import", "--dry-run", "--remove").works()
        assert "then removed there" in table(both)["work"]
        assert world.credentials_file.read_bytes() == text.encode() and stored(world) == set()

    def test_without_a_terminal_nothing_is_removed_unless_it_is_said(self, world, keys):
        text = CREDENTIALS.format(work=keys.work, prod=keys.prod)
        write(world, text)
        world.credtool("import", "work").works().says("credtool import work --remove")
        assert world.credentials_file.read_bytes() == text.encode()
        assert stored(world) == {"work"}
        world.credtool("import", "work", "--remove").works().says("removed the key of profile work")
        assert world.credentials_file.read_bytes() == without(text, keys.work).encode()
        assert world.credentials_file.stat().st_mode & 0o777 == 0o640
        assert world.session("work", "--no-session") is keys.work

    def test_all_of_them(self, world, keys):
        text = CREDENTIALS.format(work=keys.work, prod=keys.prod)
        write(world, text)
        world.config(f"[profile conf]\naws_access_key_id = {keys.other.key_id}\n"
                     f"aws_secret_access_key = {keys.other.secret}\nregion = eu-west-1\n")
        world.credtool("import", "--remove").works().says("credtool setup-process")
        assert stored(world) == {"work", "prod", "conf"}
        assert world.credentials_file.read_bytes() == without(text, keys.work, keys.prod).encode()
        assert world.config_file.read_text() == "[profile conf]\nregion = eu-west-1\n"
        assert world.session("prod", "--no-session") is keys.prod
        world.credtool("import").fails("no access key")

    @pytest.mark.parametrize("answer", ["y", "n"])
    def test_a_person_is_asked(self, world, keys, answer):
        text = CREDENTIALS.format(work=keys.work, prod=keys.prod)
        write(world, text)
        terminal = world.terminal("import")
        terminal.answers("remove the 2 keys", answer)
        terminal.finish()
        assert "WHAT IS DONE" in terminal.shown()
        left = without(text, keys.work, keys.prod) if answer == "y" else text
        assert world.credentials_file.read_bytes() == left.encode()
        assert stored(world) == {"work", "prod"}

    def test_a_second_run_goes_on(self, world, keys):
        """What is in the vault already counts as stored, once the vault has given it back."""
        text = CREDENTIALS.format(work=keys.work, prod=keys.prod)
        write(world, text)
        world.add("work", key=keys.work)
        calls = world.sts.count("GetCallerIdentity")
        result = world.credtool("import", "work", "--remove").works()
        assert "is in the secret-service vault already" in table(result)["work"]
        assert world.sts.count("GetCallerIdentity") == calls
        assert world.credentials_file.read_bytes() == without(text, keys.work).encode()

    def test_another_key_is_replaced_only_by_force(self, world, keys):
        text = CREDENTIALS.format(work=keys.work, prod=keys.prod)
        write(world, text)
        world.add("work", key=keys.other)
        result = world.credtool("import", "work", "--remove")
        assert result.code == 1 and "left out" in table(result)["work"]
        result.says("--force")
        assert world.credentials_file.read_bytes() == text.encode()
        assert world.session("work", "--no-session") is keys.other
        result = world.credtool("import", "work", "--remove", "--force").works()
        assert "replaces key" in table(result)["work"]
        assert world.session("work", "--no-session") is keys.work

    def test_the_same_id_with_another_secret_is_another_key(self, world, keys):
        wrong = keys.work.secret[::-1]
        world.more_secrets.add(wrong)
        world.credtool("add", "work", "--env", "--no-verify", env=keys.work.variables() | {
            "AWS_SECRET_ACCESS_KEY": wrong}).works()
        text = CREDENTIALS.format(work=keys.work, prod=keys.prod)
        write(world, text)
        result = world.credtool("import", "work", "--remove")
        assert result.code == 1 and result.says("--force")
        assert world.credentials_file.read_bytes() == text.encode()

    def test_what_is_refused_or_temporary_stays(self, world, keys):
        wrong = keys.work.secret[::-1]
        world.more_secrets.add(wrong)
        half = f"aws_access_key_id = {keys.work.key_id}\n"
        text = (f"[wrong]\n{half}aws_secret_access_key = {wrong}\n"
                f"[short]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\n"
                f"aws_secret_access_key = {wrong}\naws_session_token = {wrong}\n[half]\n{half}"
                f"[prod]\naws_access_key_id = {keys.prod.key_id}\n"
                f"aws_secret_access_key = {keys.prod.secret}\n")
        write(world, text)
        result = world.credtool("import", "--remove")
        assert result.code == 1 and result.says("SignatureDoesNotMatch", "temporary", "--no-verify")
        rows = table(result)
        assert all("left out" in rows[name] for name in ("wrong", "short", "half"))
        assert stored(world) == {"prod"}
        assert world.credentials_file.read_bytes() == without(text, keys.prod).encode()
        assert world.credtool("import", "short").code == 1
        world.credentials_file.write_text(text.replace("[wrong]", "[wrong").replace(wrong, "x"))
        world.credtool("import", "--remove").fails("credentials:1")

    def test_where_the_vault_takes_none_the_key_stays(self, world, keys):
        text = CREDENTIALS.format(work=keys.work, prod=keys.prod)
        write(world, text)
        world.keyring.lock()
        world.credtool("import", "--remove", "--vault", "secret-service").fails("locked")
        assert world.credentials_file.read_bytes() == text.encode()

    def test_keys_of_one_profile_in_both_files(self, world, keys):
        """The same key goes from both; another one is told, and stays."""
        def halves(key):
            return f"aws_access_key_id = {key.key_id}\naws_secret_access_key = {key.secret}\n"

        write(world, f"[work]\n{halves(keys.work)}[prod]\n{halves(keys.prod)}")
        world.config(f"[profile work]\n{halves(keys.work)}"
                     f"[profile prod]\n{halves(keys.other)}region = eu-west-1\n")
        shown = world.credtool("import", "--dry-run").says("another key of profile").stdout
        assert [line.split()[0] for line in shown.splitlines()[1:]] == ["work"] * 2 + ["prod"] * 2
        assert "~/.aws/config:5" in shown and "~/.aws/config:2" in shown
        assert world.credtool("import", "--remove").code == 1
        assert stored(world) == {"work", "prod"}
        assert world.credentials_file.read_text() == "[work]\n[prod]\n"
        assert world.config_file.read_text() == (
            f"[profile work]\n[profile prod]\n{halves(keys.other)}region = eu-west-1\n")
        assert world.session("prod", "--no-session") is keys.prod

    @pytest.mark.parametrize("token", ["", "aws_session_token = made-up\n"])
    def test_a_temporary_or_half_key_hides_no_other(self, world, keys, token):
        secret = f"aws_secret_access_key = {keys.other.secret}\n"
        short = f"aws_access_key_id = ASIAIOSFODNN7EXAMPLE\n{token}" if token else ""
        write(world, f"[work]\n{secret}{short}")
        world.config(f"[profile work]\naws_access_key_id = {keys.work.key_id}\n"
                     f"aws_secret_access_key = {keys.work.secret}\n")
        world.credtool("import", "--remove").works()
        assert world.config_file.read_text() == "[profile work]\n"
        assert world.credentials_file.read_text() == f"[work]\n{secret}{short}"
        assert stored(world) == {"work"}

    def test_names(self, world, keys):
        write(world, CREDENTIALS.format(work=keys.work, prod=keys.prod))
        world.credtool("import", "wrk").fails("wrk", "did you mean work?")
        text = (f"[$HOME]\naws_access_key_id = {keys.work.key_id}\n"
                f"aws_secret_access_key = {keys.work.secret}\n")
        write(world, text)
        result = world.credtool("import", "--remove")
        assert result.code == 1 and "left out" in table(result)["$HOME"]
        assert stored(world) == set() and world.credentials_file.read_text() == text


class TestCSV:
    def text(self, key):
        return f"\ufeffAccess key ID,Secret access key\r\n{key.key_id},{key.secret}\r\n".encode()

    def test_it_is_stored_and_deleted(self, world, keys):
        file = world.scratch / "alice_accessKeys.csv"
        file.write_bytes(self.text(keys.work))
        world.credtool("import", "--csv", str(file), "work").works().says("--remove")
        assert file.exists() and stored(world) == {"work"}
        world.credtool("import", "--csv", str(file), "work", "--remove").works()
        assert not file.exists()
        assert world.session("work", "--no-session") is keys.work

    def test_what_is_none(self, world, keys):
        file = world.scratch / "x.csv"
        world.credtool("import", "--csv", str(file)).fails("there is no file")
        file.write_text("no, such, thing\n")
        result = world.credtool("import", "--csv", str(file), "--remove")
        assert result.code == 1 and result.says("holds no access key")
        assert file.exists()
        world.credtool("import", "--csv", str(file), "a", "b").fails("one key")


class TestAWSVault:
    def test_the_keyring(self, world, keys):
        items = KeyringItems(world)
        items.aws_vault("work", credentials(keys.work))
        items.aws_vault("my prod", credentials(keys.prod))
        items.aws_vault(session_name("work"), credentials(keys.other, token="t"))
        items.aws_vault("oidc:https://x.awsapps.com/start", {"Token": {"AccessToken": "t"}})
        result = world.credtool("import", "--from", "aws-vault").works()
        shown = result.stdout + result.stderr
        assert session_name("work") not in shown and "oidc" not in shown, shown
        assert stored(world) == {"work", "my prod"}
        assert len(world.keyring.items(profile="work")) == 1
        world.credtool("import", "--from", "aws-vault", "my prod", "--remove").works()
        assert world.keyring.items(profile="my prod") == []
        assert len(world.keyring.items(profile="work")) == 1
        assert len(world.keyring.items(profile=session_name("work"))) == 1
        assert world.session("my prod", "--no-session") is keys.prod

    def test_another_collection(self, world, keys):
        items = KeyringItems(world)
        world.keyring.create_collection("my-vault")
        items.create("/org/freedesktop/secrets/collection/my_2dvault", "work", {"profile": "work"},
                     item("work", credentials(keys.work)))
        world.credtool("import", "--from", "aws-vault").fails("no access key in aws-vault")
        env = {"AWS_VAULT_SECRET_SERVICE_COLLECTION_NAME": "my-vault"}
        world.credtool("import", "--from", "aws-vault", env=env).works()
        assert stored(world) == {"work"}

    def test_a_locked_collection(self, world, keys):
        """Its password is asked for where the default keyring is open, and is another's."""
        items = KeyringItems(world)
        items.aws_vault("work", credentials(keys.work))
        world.keyring.lock(f"{COLLECTIONS}/awsvault")
        world.credtool("import", "--from", "aws-vault").fails(
            "keyring \"awsvault\" is locked", "in a terminal")
        terminal = world.terminal("import", "--from", "aws-vault")
        terminal.answers("keyring awsvault is locked; unlock it", "wrong")
        terminal.answers("keyring awsvault is locked; unlock it", PASSWORD)
        terminal.answers("remove the key of profile work", "y")
        terminal.finish()
        assert "unlocked the keyring awsvault" in terminal.shown()
        assert stored(world) == {"work"} and world.session("work", "--no-session") is keys.work

    def test_the_files(self, world, keys):
        files = AWSVaultFiles(world)
        files.put("team/work", credentials(keys.work))
        files.put("prod", credentials(keys.prod))
        files.put(session_name("prod"), credentials(keys.other, token="t"))
        (files.folder / "README").write_text("not of aws-vault\n")
        world.credtool("import", "--from", "aws-vault").fails("AWS_VAULT_FILE_PASSPHRASE")
        world.credtool("import", "--from", "aws-vault",
                       env={"AWS_VAULT_FILE_PASSPHRASE": "another"}).fails("not the passphrase")
        env = {"AWS_VAULT_FILE_PASSPHRASE": files.passphrase}
        world.credtool("import", "--from", "aws-vault", "--remove", env=env).works().says("README")
        assert stored(world) == {"team/work", "prod"}
        assert files.names() == ["README", session_name("prod")]
        assert world.session("team/work", "--no-session") is keys.work

    def test_the_passphrase_is_asked_for(self, world, keys):
        files = AWSVaultFiles(world)
        files.put("work", credentials(keys.work))
        terminal = world.terminal("import", "--from", "aws-vault")
        terminal.answers("passphrase of aws-vault", "wrong")
        terminal.answers("passphrase of aws-vault", files.passphrase)
        terminal.answers("remove the key of profile work", "y")
        terminal.finish()
        assert files.names() == [] and stored(world) == {"work"}

    def test_both_at_once(self, world, keys):
        """The same key in two places goes from both; another one of the same name from none."""
        items, files = KeyringItems(world), AWSVaultFiles(world)
        for put in (items.aws_vault, files.put):
            put("work", credentials(keys.work))
        items.aws_vault("prod", credentials(keys.prod))
        files.put("prod", credentials(keys.other))
        result = world.credtool("import", "--from", "aws-vault", "--remove",
                                env={"AWS_VAULT_FILE_PASSPHRASE": files.passphrase})
        assert result.code == 1 and result.says("another key of profile")
        assert stored(world) == {"work", "prod"} and files.names() == ["prod"]
        assert world.keyring.items(profile="work") == []
        assert world.session("prod", "--no-session") is keys.prod

    def test_other_backends_have_a_way_too(self, world):
        world.credtool("import", "--from", "aws-vault", env={"AWS_VAULT_BACKEND": "pass"}).fails(
            "pass", "aws-vault exec")

    def test_without_a_keyring(self, bare_world, keys):
        files = AWSVaultFiles(bare_world)
        files.put("work", credentials(keys.work))
        bare_world.more_secrets.add("made-up passphrase")
        bare_world.environment |= {"AWS_VAULT_FILE_PASSPHRASE": files.passphrase,
                                   "CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
        bare_world.credtool("import", "--from", "aws-vault", "--remove").works().says("file vault")
        assert files.names() == [] and stored(bare_world) == {"work"}


class TestEnvchain:
    def test_namespaces_with_a_key(self, world, keys):
        items = KeyringItems(world)
        items.envchain("work", AWS_ACCESS_KEY_ID=keys.work.key_id,
                       AWS_SECRET_ACCESS_KEY=keys.work.secret, AWS_REGION="eu-west-1")
        items.envchain("github", GITHUB_TOKEN="x")
        items.envchain("half", AWS_ACCESS_KEY_ID=keys.other.key_id)
        result = world.credtool("import", "--from", "envchain").works()
        assert set(table(result)) == {"work"} and stored(world) == {"work"}
        world.credtool("import", "--from", "envchain", "--remove").works()
        left = [world.keyring.attributes(path)["key"] for path in world.keyring.items(name="work")]
        assert left == ["AWS_REGION"]
        assert len(world.keyring.items(name="github")) == 1
        assert world.session("work", "--no-session") is keys.work
        world.credtool("import", "--from", "envchain").fails("no access key in envchain")
