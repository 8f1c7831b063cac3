"""Keys as other programs keep them: aws-vault in files and in the keyring, envchain in the keyring.

The layouts are those of 99designs/keyring 1.2 with aws-vault 7, and of envchain 1.1.
"""

import base64
import json
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import unwrap_msg

from .keyring import SERVICE

ALGORITHM = "PBES2-HS256+A128KW"
PASSPHRASE = "aws-vault's passphrase"
COLLECTIONS = "/org/freedesktop/secrets/collection"


def credentials(key, token=""):
    """What aws-vault keeps of a key: the SDK's credentials."""
    return {"AccessKeyID": key.key_id, "SecretAccessKey": key.secret, "SessionToken": token,
            "Source": "", "CanExpire": False, "Expires": "0001-01-01T00:00:00Z"}


def item(name, data):
    """An item as 99designs/keyring writes it."""
    return json.dumps({
        "Key": name, "Data": base64.b64encode(json.dumps(data).encode()).decode(),
        "Label": f"aws-vault ({name})", "Description": "",
        "KeychainNotTrustApplication": True, "KeychainNotSynchronizable": False}).encode()


def session_name(profile):
    """How aws-vault names a session of a profile."""
    coded = base64.urlsafe_b64encode(profile.encode()).rstrip(b"=").decode()
    return f"sts.GetSessionToken,{coded},,4102444800"


def sealed(plain, passphrase=PASSPHRASE, iterations=8192):
    """A compact JWE as jose2go makes it of a pass phrase."""
    def coded(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    salt, nonce, content_key = os.urandom(12), os.urandom(12), os.urandom(32)
    header = coded(json.dumps({
        "alg": ALGORITHM, "created": "2026-01-02 03:04:05 +0000 UTC", "enc": "A256GCM",
        "p2c": iterations, "p2s": coded(salt)}, separators=(",", ":")).encode())
    wrapping_key = PBKDF2HMAC(
        SHA256(), 16, ALGORITHM.encode() + b"\0" + salt, iterations).derive(passphrase.encode())
    text = AESGCM(content_key).encrypt(nonce, plain, header.encode())
    return ".".join([header, coded(aes_key_wrap(wrapping_key, content_key)), coded(nonce),
                     coded(text[:-16]), coded(text[-16:])])


class AWSVaultFiles:
    """aws-vault's file back end in a home."""

    def __init__(self, world, passphrase=PASSPHRASE):
        self.folder = world.home / ".awsvault/keys"
        self.folder.mkdir(parents=True, mode=0o700)
        self.passphrase = passphrase
        world.more_secrets.add(passphrase)

    def put(self, name, data):
        path = self.folder / name.replace("/", "%2F")
        path.write_text(sealed(item(name, data), self.passphrase))
        path.chmod(0o600)
        return path

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())


class KeyringItems:
    """Items that other programs have in the keyring of a world."""

    def __init__(self, world):
        self.keyring = world.keyring

    def create(self, collection, label, attributes, secret, kind="text/plain"):
        """An item in the collection of that path."""
        with open_dbus_connection(self.keyring.address) as connection:
            def call(path, interface, method, signature, body):
                return unwrap_msg(connection.send_and_get_reply(new_method_call(
                    DBusAddress(path, SERVICE, interface), method, signature, body), timeout=10))

            _, session = call("/org/freedesktop/secrets", "org.freedesktop.Secret.Service",
                              "OpenSession", "sv", ("plain", ("s", "")))
            return call(collection, "org.freedesktop.Secret.Collection", "CreateItem",
                        "a{sv}(oayays)b", (
                            {"org.freedesktop.Secret.Item.Label": ("s", label),
                             "org.freedesktop.Secret.Item.Attributes": ("a{ss}", attributes)},
                            (session, b"", secret, kind), True))[0]

    def envchain(self, namespace, **variables):
        """Variables as `envchain --set` keeps them."""
        return [self.create(self.keyring.default_collection(), name,
                            {"xdg:schema": "envchain.EnvironmentVariable", "name": namespace,
                             "key": name}, value.encode())
                for name, value in variables.items()]

    def aws_vault(self, name, data, collection="awsvault"):
        """An item as aws-vault keeps it, in a collection that is made where it is missing."""
        path = f"{COLLECTIONS}/{collection}"
        if not self._exists(path):
            self.keyring.create_collection(collection)
        return self.create(path, name, {"profile": name}, item(name, data), "application/json")

    def _exists(self, path):
        address = DBusAddress("/org/freedesktop/secrets", SERVICE,
                              "org.freedesktop.DBus.Properties")
        with open_dbus_connection(self.keyring.address) as connection:
            found = unwrap_msg(connection.send_and_get_reply(new_method_call(
                address, "Get", "ss", ("org.freedesktop.Secret.Service", "Collections")),
                timeout=10))[0][1]
        return path in found
