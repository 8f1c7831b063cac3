"""A kill or an error at any write of vault backup, restore, passphrase and move loses nothing."""

import pytest

from rig import injection
from rig.stand import Stand

OLD, NEW, WORDS = "made-up passphrase", "made-up new passphrase", "made-up words of a backup"


class Vaults(Stand):
    """`work` in the keyring and `home` in the file vault, put back before each fault."""

    def __init__(self, world, operation):
        super().__init__(world)
        self.operation, self.name = operation, f"vault {operation.removesuffix(' back')}"
        world.environment |= {"CREDTOOL_FILE_PASSPHRASE": OLD, "CREDTOOL_BACKUP_PASSPHRASE": WORDS,
                              "CREDTOOL_NEW_FILE_PASSPHRASE": NEW}
        world.more_secrets |= {OLD, NEW, WORDS}
        self.copy = world.home / "copy"
        world.add("work", "--no-verify")
        world.add("home", "--vault", "file", "--no-verify")
        self.other = world.sts.stranger()
        world.credtool("vault", "backup", self.copy).works()
        self.backup = self.copy.read_bytes()
        self.vault = (world.data / "vault").read_bytes()
        self.checks = 0

    @property
    def arguments(self):
        return {
            "backup": ["vault", "backup", self.copy, "--force"],
            "restore": ["vault", "restore", self.copy, "--vault", "file", "--force"],
            "passphrase": ["vault", "passphrase"],
            "move": ["vault", "move", "--to", "file", "work"],
            "move back": ["vault", "move", "--to", "secret-service", "home"],
        }[self.operation]

    def reset(self):
        """The state before the operation; `restore` finds another key under `work`."""
        world = self.world
        self.copy.write_bytes(self.backup)
        (world.data / "vault").write_bytes(self.vault)
        (world.data / "index.tsv").unlink(missing_ok=True)
        for item in world.keyring.items():
            world.keyring.delete(item)
        key = self.other if self.operation == "restore" else world.keys["work"]
        world.credtool("add", "work", "--env", "--no-verify", "--force", "--vault",
                       "secret-service", env=key.variables()).works()
        world.credtool("list").works()

    def has(self, profile, passphrase=OLD):
        """The key ID that `exec` hands out; None where the passphrase is not the file vault's."""
        result = self.world.credtool(
            "exec", profile, "--no-session", "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID",
            env={"CREDTOOL_FILE_PASSPHRASE": passphrase})
        if result.code and "passphrase" in result.stderr:
            return None
        return result.works().stdout.strip()

    def forgets(self):
        """The derived key, so that the passphrase counts."""
        self.world.credtool("lock").works()
        self.world.keyring.unlock()

    def passphrase(self):
        """The one that opens the file vault: the old one or the new one."""
        if self.operation != "passphrase":
            return OLD
        opening = []
        for words in (OLD, NEW):
            self.forgets()
            if self.has("home", words):
                opening.append(words)
        assert len(opening) == 1, f"{opening} open it"
        self.forgets()
        return opening[0]

    def check(self):
        words = self.passphrase()
        self.holds(words)
        self.checks += 1
        if self.checks % 2:  # the same by what the vaults themselves say
            (self.world.data / "index.tsv").unlink(missing_ok=True)
            self.holds(words)

    def holds(self, words):
        keys = {name: key.key_id for name, key in self.world.keys.items()}
        assert self.has("home", words) == keys["home"]
        olds = {self.other.key_id} if self.operation == "restore" else set()
        assert self.has("work", words) in {keys["work"], *olds}
        if self.copy.read_bytes() != self.backup:
            # Whatever stands in its place is a whole backup.
            shown = self.world.credtool("vault", "restore", self.copy, "--dry-run",
                                        env={"CREDTOOL_FILE_PASSPHRASE": words}).works()
            assert "work" in shown.stdout and "home" in shown.stdout

    def done(self):
        vaults = {line.split()[0]: line for line in
                  self.world.credtool("list").works().stdout.splitlines()}
        match self.operation:
            case "backup":
                assert self.copy.read_bytes() != self.backup
            case "restore":
                assert self.has("work") == self.world.keys["work"].key_id
            case "passphrase":
                assert self.passphrase() == NEW
            case "move":
                assert "file" in vaults["work"]
            case "move back":
                assert "secret-service" in vaults["home"]


@pytest.mark.parametrize("fault", injection.FAULTS)
@pytest.mark.parametrize("operation", ["backup", "restore", "passphrase", "move", "move back"])
def test_the_old_or_the_new(world, operation, fault, tried):
    Vaults(world, operation).meets(fault, tried)
