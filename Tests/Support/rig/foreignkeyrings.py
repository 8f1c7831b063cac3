"""Other programs than gnome-keyring as the Secret Service: KeePassXC and KDE's wallet."""

import base64
import hashlib
import os
import subprocess
import uuid

from jeepney import DBusAddress, DBusErrorResponse, new_method_call

from .keyring import eventually

PASSWORD = "keepass horse"


class ForeignKeyring:
    """A program that takes the place of the daemon on a world's bus, with a screen to ask on."""

    def __init__(self, world, desktop):
        self.world, self.keyring, self.desktop = world, world.keyring, desktop
        self._process = None
        # KeePassXC looks among the temporary files for another one of the same user.
        self.variables = world.variables(desktop.variables | {"TMPDIR": str(world.runtime)})
        self.keyring.stop_daemon()
        world.more_secrets.add(PASSWORD)

    def _start(self, *command, stdin=b""):
        self._process = subprocess.Popen(
            command, env=self.variables, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self._process.stdin.write(stdin)
        self._process.stdin.close()
        eventually(lambda: self.keyring.pid() == self._process.pid, command[0], 30)

    def _config(self, name, text):
        path = self.world.home / ".config" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def is_open(self):
        """Whether the default collection is there and unlocked."""
        collection = self.keyring.default_collection()
        try:
            return collection != "/" and not self.keyring.is_locked(collection)
        except DBusErrorResponse as error:  # it is replaced while the program opens it
            if error.name.endswith(".UnknownObject"):
                return False
            raise

    def close(self):
        if self._process:
            self._process.kill()
            self._process.wait()


class KeePassXC(ForeignKeyring):
    """KeePassXC with a database of its own, whose one group it shows to the Secret Service.

    Source: KeePassXC, src/fdosecrets: the database names the group in its custom data.
    """

    PROGRAM = "keepassxc"
    #: What it asks for the password in.
    UNLOCK = "Unlock Database - KeePassXC"
    #: What it asks in whether a program may read an entry, and whether one is to be deleted.
    ACCESS, DELETE = "KeePassXC - +Access Request", r"Delete entry\?"

    DATABASE = """<?xml version="1.0" encoding="UTF-8"?>
<KeePassFile>
  <Meta>
    <DatabaseName>made up</DatabaseName><RecycleBinEnabled>{recycles}</RecycleBinEnabled>
    <CustomData><Item>
      <Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{{{group}}}</Value>
    </Item></CustomData>
  </Meta>
  <Root><Group><UUID>{coded}</UUID><Name>Root</Name></Group></Root>
</KeePassFile>
"""

    def __init__(self, world, desktop, confirms=False, opens=True):
        """With `confirms` it asks before an entry is read, as it does where nothing is set, and
        deleted, as it does where there is no recycle bin."""
        super().__init__(world, desktop)
        self._confirms = confirms
        # It saves on a thread, and 2.7.4 crashes there now and then where the next change comes.
        self._config("keepassxc/keepassxc.ini", f"""[General]
ConfigVersion=2
UpdateCheckMessageShown=true
AutoSaveAfterEveryChange=false
[GUI]
CheckForUpdates=false
[FdoSecrets]
Enabled=true
ShowNotification=false
ConfirmAccessItem={str(confirms).lower()}
ConfirmDeleteItem={str(confirms).lower()}
""")
        if not opens:
            self._start("keepassxc")
            return
        self._start("keepassxc", "--pw-stdin", self._database(), stdin=f"{PASSWORD}\n".encode())
        eventually(self.is_open, "the database", 30)

    def _database(self):
        group = uuid.uuid4()
        outline, path = self.world.scratch / "database.xml", self.world.home / "made-up.kdbx"
        outline.write_text(self.DATABASE.format(
            recycles=not self._confirms, group=group, coded=base64.b64encode(group.bytes).decode()))
        subprocess.run(
            ["keepassxc-cli", "import", "--set-password", "--decryption-time", "100", outline,
             path], input=f"{PASSWORD}\n" * 2, text=True, check=True, capture_output=True,
            env=self.variables)
        return path

    def lock(self):
        subprocess.run(["keepassxc", "--lock"], check=True, capture_output=True,
                       env=self.variables)
        eventually(lambda: not self.is_open(), "the locked database", 30)


class KDEWallet(ForeignKeyring):
    """KDE's wallet. It is made and opened as pam_kwallet does at a login.

    Source: kwallet-pam, pam_kwallet.c; kwallet, src/runtime/kwalletd.
    """

    PROGRAM = "kwalletd5"
    UNLOCK = "KDE Wallet Service"

    def __init__(self, world, desktop, opens=True):
        super().__init__(world, desktop)
        self._config("kwalletrc", "[Wallet]\nFirst Use=false\nDefault Wallet=kdewallet\n"
                     "[org.freedesktop.secrets]\napiEnabled=true\n")
        self._start("kwalletd5")
        if not opens:
            return
        folder = world.home / ".local/share/kwalletd"
        folder.mkdir(parents=True, exist_ok=True)
        salt = folder / "kdewallet.salt"
        salt.write_bytes(os.urandom(56))
        self._open_at_login(salt.read_bytes())
        # What is made so is no collection before the next start.
        self._process.terminate()
        self._process.wait()
        self._start("kwalletd5")
        self._open_at_login(salt.read_bytes())

    def _open_at_login(self, salt):
        key = hashlib.pbkdf2_hmac("sha512", PASSWORD.encode(), salt, 50_000, 56)
        self._ask("pamOpen", "sayi", ("kdewallet", key, 0))
        eventually(lambda: self._ask("isOpen", "s", ("kdewallet",))[0], "the wallet", 30)

    def _ask(self, method, signature, body):
        return self.keyring.call(new_method_call(
            DBusAddress("/modules/kwalletd5", "org.kde.kwalletd5", "org.kde.KWallet"),
            method, signature, body))

    def lock(self):
        self.keyring.lock()
