"""A kill or an error at any write of `import --remove`: a key is never nowhere, and the file
has the old bytes or the new ones."""

import pytest

from rig import injection
from rig.othervaults import AWSVaultFiles, credentials
from rig.stand import Stand

PASSPHRASE = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}


class Import(Stand):
    """A key in its source and in no vault; beside it another one, which stays."""

    name = "import"

    def __init__(self, world, vault, source):
        super().__init__(world)
        self.source = source
        world.environment |= PASSPHRASE | {"CREDTOOL_VAULT": vault}
        world.more_secrets.update(PASSPHRASE.values())
        self.key, self.other = world.sts.new_key(), world.sts.new_key()
        if source == "files":
            # As the file itself, what a killed writer leaves of it has the other key in plain,
            # until a later one takes it away.
            world.open_folders.append(world.credentials_file.parent)
            self.old = (f"# mine\n[work]\naws_access_key_id = {self.key.key_id}\n"
                        f"aws_secret_access_key = {self.key.secret}\nregion = eu-west-1\n"
                        f"[other]\naws_access_key_id = {self.other.key_id}\n"
                        f"aws_secret_access_key = {self.other.secret}\n")
            self.new = "".join(line for line in self.old.splitlines(keepends=True)
                               if self.key.key_id not in line and self.key.secret not in line)
            self.arguments = ["import", "work", "--remove", "--no-verify"]
        else:
            self.files = AWSVaultFiles(world)
            world.environment["AWS_VAULT_FILE_PASSPHRASE"] = self.files.passphrase
            self.old, self.new = ["other", "work"], ["other"]
            self.arguments = ["import", "work", "--from", "aws-vault", "--remove", "--no-verify"]
            self.files.put("other", credentials(self.other))
        self.reset()

    def reset(self):
        if self.stored():
            self.world.credtool("remove", "work", "--force").works()
        if self.source == "files":
            self.world.credentials_file.write_text(self.old)
        else:
            self.files.put("work", credentials(self.key))

    def state(self):
        """What the source has."""
        return (self.world.credentials_file.read_text() if self.source == "files"
                else self.files.names())

    def stored(self):
        """Whether the vault has the key; that of the file, as a last resort, does not count."""
        rows = self.world.credtool("list", "--json").works().stdout
        return '"vault"' in rows

    def check(self):
        """The next run completes what was broken off."""
        state = self.state()
        assert state in (self.old, self.new), state
        if state == self.old:
            self.run().works()
        self.done()

    def done(self):
        assert self.state() == self.new and self.stored(), "the key is nowhere"
        assert self.world.session("work", "--no-session") is self.key


@pytest.mark.parametrize("fault", injection.FAULTS)
@pytest.mark.parametrize("source", ["files", "aws-vault"])
@pytest.mark.parametrize("vault", ["secret-service", "file"])
def test_the_old_or_the_new(world, vault, source, fault, tried):
    Import(world, vault, source).meets(fault, tried)
