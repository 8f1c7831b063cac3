"""`vault`: backups and restoring, the file vault's passphrase, and moves between the vaults."""

import json
import re

import pytest

from rig.sts import closed
from rig.world import WITHOUT_KERNEL_KEYS, short_sleeps

FILE = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
BACKUP = {"CREDTOOL_BACKUP_PASSPHRASE": "made-up words of a backup"}
NEW = {"CREDTOOL_NEW_FILE_PASSPHRASE": "made-up new passphrase"}


@pytest.fixture
def both(world):
    """`work` in the keyring, `home` in the file vault."""
    world.environment |= FILE | BACKUP
    world.more_secrets |= {*FILE.values(), *BACKUP.values(), *NEW.values()}
    world.add("work")
    world.add("home", "--vault", "file")
    return world


@pytest.fixture
def copy(both):
    return both.home / "keys.credtool"


def vaults(world):
    rows = json.loads(world.credtool("list", "--json").works().stdout)["profiles"]
    return {row["profile"]: row["vault"] for row in rows if row.get("vault")}


def stored(world, profile):
    return world.session(profile, "--no-session")


class TestBackup:
    def test_and_back(self, both, copy):
        both.credtool("vault", "backup", copy).works().says(
            "backed up 2 keys", "read that back", "--dry-run")
        assert copy.stat().st_mode & 0o777 == 0o600
        assert [path.name for path in both.home.glob("*keys.credtool*")] == ["keys.credtool"]
        for profile in ("work", "home"):
            both.credtool("remove", profile, "--force").works()
        shown = both.credtool("vault", "restore", copy, "--vault", "file", "--dry-run").works()
        assert shown.stdout.count("goes into the file vault") == 2 and vaults(both) == {}
        both.credtool("vault", "restore", copy, "--vault", "file").works().says(
            "restored key", "of profile work", "of profile home")
        assert vaults(both) == {"work": "file", "home": "file"}
        for profile in ("work", "home"):
            assert stored(both, profile) is both.keys[profile]
        again = both.credtool("vault", "restore", copy).works()
        assert again.stdout.count("is in the file vault already") == 2
        again.is_silent()

    def test_is_not_replaced_without_a_yes(self, both, copy):
        copy.write_bytes(b"mine")
        both.credtool("vault", "backup", copy).fails("no terminal", "--force")
        terminal = both.terminal("vault", "backup", str(copy))
        terminal.answers("replace it", "n")
        assert "nothing was written" in terminal.finish(code=1)
        assert copy.read_bytes() == b"mine"
        copy.chmod(0o644)
        terminal = both.terminal("vault", "backup", str(copy))
        terminal.answers("replace it", "y")
        terminal.finish()
        assert copy.read_bytes().startswith(b"credtool-vault 2\n")
        assert copy.stat().st_mode & 0o777 == 0o600
        both.credtool("vault", "backup", copy, "--force").works()

    def test_the_passphrase_is_typed_twice(self, both, copy):
        del both.environment["CREDTOOL_BACKUP_PASSPHRASE"]
        [words] = BACKUP.values()
        terminal = both.terminal("vault", "backup", str(copy))
        terminal.answers("new passphrase for the backup:", words)
        terminal.answers("again:", "other words")
        terminal.answers("differ.*new passphrase for the backup:", words)
        terminal.answers("again:", words)
        assert "backed up 2 keys" in terminal.finish()
        terminal = both.terminal("vault", "restore", str(copy))
        terminal.answers("passphrase of the backup:", "other words")
        terminal.answers("not the passphrase of the backup.*passphrase of the backup:", words)
        terminal.finish()
        both.credtool("vault", "backup", copy, "--force").fails(
            "backup's passphrase", "CREDTOOL_BACKUP_PASSPHRASE")

    def test_one_question_for_many_keys(self, both, copy):
        both.add("third", "--vault", "file")
        del both.environment["CREDTOOL_FILE_PASSPHRASE"]
        [words] = FILE.values()
        terminal = both.terminal("vault", "backup", str(copy), through=WITHOUT_KERNEL_KEYS)
        terminal.answers("passphrase of credtool's file vault:", words)
        assert "backed up 3 keys" in terminal.finish()

    def test_a_keyring_that_gives_nothing_makes_none(self, both, copy):
        both.keyring.lock()
        both.credtool("vault", "backup", copy).fails("locked", "credtool unlock")
        (both.data / "index.tsv").unlink()
        both.credtool("vault", "backup", copy).fails("locked")
        assert not copy.exists()

    def test_nothing_to_back_up(self, bare_world):
        bare_world.credtool("vault", "backup", "x", env=BACKUP).fails("no stored key")

    def test_the_file_vault_is_no_place_for_it(self, both):
        before = (both.data / "vault").read_bytes()
        both.credtool("vault", "backup", both.data / "vault", "--force").fails("file vault itself")
        both.credtool("vault", "backup", both.home / "no/such/folder").fails("no such file")
        assert (both.data / "vault").read_bytes() == before
        assert not (both.home / "no").exists()


class TestRestore:
    @pytest.fixture
    def changed(self, both, copy):
        """`work` has another key than the backup, `home` has none."""
        both.credtool("vault", "backup", copy).works()
        both.old = dict(both.keys)
        both.credtool("remove", "home", "--force").works()
        both.add("work", "--force")
        return both

    def test_another_key_stays(self, changed, copy):
        result = changed.credtool("vault", "restore", copy, "--vault", "secret-service")
        assert result.code == 1 and "is left out" in result.stdout
        result.says("work", "is another one", "--force").speaks_well()
        assert stored(changed, "work") is changed.keys["work"]
        assert stored(changed, "home") is changed.old["home"]

    @pytest.mark.parametrize("vault", ["file", "secret-service"])
    def test_force_replaces_it(self, changed, copy, vault):
        changed.session("work")
        result = changed.credtool("vault", "restore", copy, "--force", "--vault", vault).works()
        assert "replaces key" in result.stdout
        assert stored(changed, "work") is changed.old["work"]
        assert vaults(changed) == {"work": vault, "home": vault}
        # Nor does the other one come back with the index.
        (changed.data / "index.tsv").unlink()
        assert stored(changed, "work") is changed.old["work"]

    @pytest.mark.parametrize("harm, words", [
        (lambda content: content[:-1], "cut short"), (lambda content: content[:40], "cut short"),
        (lambda content: content[:60] + bytes([content[60] ^ 1]) + content[61:], "no backup"),
        (lambda content: b"[default]\n", "no backup"), (lambda content: b"", "cut short"),
        (lambda content: content.replace(b"vault 2", b"vault 9"), "later credtool")])
    def test_what_is_no_backup(self, both, copy, harm, words):
        both.credtool("vault", "backup", copy).works()
        copy.write_bytes(harm(copy.read_bytes()))
        result = both.credtool("vault", "restore", copy, "--force")
        result.fails(words)
        assert "file vault" not in result.stderr

    def test_the_wrong_passphrase_and_no_file(self, both, copy):
        both.credtool("vault", "restore", copy).fails("there is no file")
        both.credtool("vault", "backup", copy).works()
        both.credtool("vault", "restore", copy, env={"CREDTOOL_BACKUP_PASSPHRASE": "x"}).fails(
            "not the passphrase of the backup", "CREDTOOL_BACKUP_PASSPHRASE")

    def test_a_copy_of_the_file_vault_is_a_backup(self, both, copy):
        copy.write_bytes((both.data / "vault").read_bytes())
        both.credtool("remove", "home", "--force").works()
        [words] = FILE.values()
        both.credtool("vault", "restore", copy, env={"CREDTOOL_BACKUP_PASSPHRASE": words}).works()
        assert stored(both, "home") is both.keys["home"]


class TestPassphrase:
    def test_from_variables(self, both):
        before = (both.data / "vault").read_bytes()
        both.credtool("vault", "passphrase", env=NEW).works().says(
            "changed the passphrase", "CREDTOOL_FILE_PASSPHRASE")
        after = (both.data / "vault").read_bytes()
        assert before != after and (both.data / "vault").stat().st_mode & 0o777 == 0o600
        [new] = NEW.values()
        for through in ([], WITHOUT_KERNEL_KEYS):
            assert both.session("home", "--no-session", through=through,
                                env={"CREDTOOL_FILE_PASSPHRASE": new}) is both.keys["home"]
        both.credtool("exec", "home", "--no-session", "--", "true",
                      through=WITHOUT_KERNEL_KEYS).fails("not the passphrase", code=125)
        assert stored(both, "work") is both.keys["work"]

    def test_on_a_terminal(self, both, kernel_keyring):
        [old], [new] = FILE.values(), NEW.values()
        del both.environment["CREDTOOL_FILE_PASSPHRASE"]
        # The key is held, and the present passphrase wanted all the same.
        terminal = both.terminal("vault", "passphrase")
        terminal.answers("passphrase of credtool's file vault:", "wrong")
        terminal.answers("not the passphrase.*passphrase of credtool's file vault:", old)
        terminal.answers("new passphrase for credtool's file vault:", new)
        terminal.answers("again:", "other")
        terminal.answers("differ.*new passphrase for credtool's file vault:", new)
        terminal.answers("again:", new)
        terminal.finish()
        # The new key is held in its place.
        assert stored(both, "home") is both.keys["home"]

    def test_nobody_to_ask(self, both):
        before = (both.data / "vault").read_bytes()
        both.credtool("vault", "passphrase").fails("new passphrase",
                                                   "CREDTOOL_NEW_FILE_PASSPHRASE")
        both.credtool("vault", "passphrase", env=NEW | {"CREDTOOL_FILE_PASSPHRASE": "x"}).fails(
            "not the passphrase")
        assert (both.data / "vault").read_bytes() == before

    def test_no_file_vault(self, bare_world):
        bare_world.credtool("vault", "passphrase", env=NEW | FILE).fails("no file vault")


class TestMove:
    @pytest.mark.parametrize("to, profile", [("file", "work"), ("secret-service", "home")])
    def test_one(self, both, to, profile):
        session = both.session(profile)
        both.credtool("vault", "move", "--to", to, profile).works().says("moved key", profile, to)
        assert vaults(both)[profile] == to
        assert stored(both, profile) is both.keys[profile]
        assert both.session(profile) is session, "its session was forgotten"
        held = [both.keyring.attributes(item).values() for item in both.keyring.items()]
        assert any(both.keys[profile].key_id in values for values in held) \
            == (to == "secret-service")
        both.credtool("vault", "move", "--to", to, profile).works().says("already")

    def test_all(self, both):
        both.credtool("vault", "move", "--to", "file").works().says("profile work")
        assert set(vaults(both).values()) == {"file"}
        both.credtool("vault", "move", "--to", "file").works().says("nothing is stored outside")
        for profile in ("work", "home"):
            assert stored(both, profile) is both.keys[profile]

    @pytest.mark.parametrize("to, profile", [("file", "work"), ("secret-service", "home")])
    def test_a_key_keeps_its_age(self, both, copy, to, profile):
        """In a backup, in the other vault, and in an index that is made anew from the vaults."""
        index = both.data / "index.tsv"

        def added():
            rows = json.loads(both.credtool("list", "--json").works().stdout)["profiles"]
            return next(row["added"] for row in rows if row["profile"] == profile)

        index.write_text(re.sub(
            r"\t(\d{10})\t", lambda date: f"\t{int(date[1]) - 100 * 86_400}\t",
            index.read_text()))
        first = added()
        both.credtool("vault", "move", "--to", to, profile).works()
        assert added() == first
        index.unlink()
        assert added() == first
        both.credtool("vault", "backup", copy).works()
        both.credtool("remove", profile, "--force").works()
        both.credtool("vault", "restore", copy).works()
        assert added() == first
        index.unlink()
        assert added() == first
        # A new key begins anew.
        both.add(profile, "--force", "--vault", to)
        assert added() > first

    def test_what_cannot_be_moved_stays(self, both):
        both.keyring.lock()
        both.credtool("vault", "move", "--to", "file", "work").fails("locked", "credtool unlock")
        both.credtool("vault", "move", "--to", "secret-service", "home").fails("locked")
        both.keyring.unlock()
        assert vaults(both) == {"work": "secret-service", "home": "file"}
        for profile in ("work", "home"):
            assert stored(both, profile) is both.keys[profile]

    @pytest.mark.parametrize("to, profile", [("file", "work"), ("secret-service", "home")])
    def test_a_key_under_rotation_stays(self, both, to, profile):
        """What is written down of the rotation stands beside the key, and is looked for there."""
        both.environment |= short_sleeps()
        both.sts.inject("DeleteAccessKey", closed(), times=9)
        both.credtool("rotate", profile).fails()
        new = stored(both, profile)
        both.credtool("vault", "move", "--to", to).fails(
            "being rotated", f"credtool rotate {profile}")
        assert vaults(both) == {"work": "secret-service", "home": "file"}
        both.sts.forget_faults()
        both.credtool("rotate", profile).works()
        both.credtool("vault", "move", "--to", to).works()
        assert stored(both, profile) is new

    def test_unknown(self, both):
        both.credtool("vault", "move", "--to", "file", "wrok").fails("wrok", "did you mean work")


@pytest.mark.parametrize("arguments, words", [
    (["move"], "--to file"), (["backup", "x", "--to", "file"], "credtool vault move"),
    (["move", "--to", "file", "--force"], "credtool vault backup and credtool vault restore"),
    (["passphrase", "--dry-run"], "credtool vault restore"),
    (["backup", "x", "--vault", "file"], "credtool vault restore")])
def test_flags_of_other_actions(bare_world, arguments, words):
    bare_world.credtool("vault", *arguments).fails(words, code=2)


def test_the_passphrases_are_not_inherited(both):
    child = both.exec_env("work", env=NEW)
    assert not {*FILE, *BACKUP, *NEW} & set(child)
