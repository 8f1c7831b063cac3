"""Another user, in the same login session or first in /tmp, gets nothing and spoils nothing."""

import datetime
import os
import subprocess

import pytest

from rig import kernelkeys, seconduser, sts as faults

PASSPHRASE = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}


@pytest.fixture(autouse=True)
def second_user(kernel_keyring):
    """Fails where there could be a second user ID, and skips where the system has none for us."""
    if not seconduser.UID:
        say = pytest.fail if os.getuid() == 0 else pytest.skip
        say("no second user ID: run this through Tests/Support/own-kernel-keyring; who is not "
            "root needs newuidmap and an entry in /etc/subuid and /etc/subgid")


@pytest.fixture
def filed(world):
    """A session in the kernel's keyring and, beside it, the file vault's derived key."""
    world.environment |= PASSPHRASE
    world.more_secrets.update(PASSPHRASE.values())
    world.add("work", "--vault", "file")
    world.session("work")
    assert len(kernelkeys.secrets()) == 2, "no derived key or no session, so nothing to steal"
    return world


class TestInTheSameLoginSession:
    def test_the_other_user_is_there(self):
        """A key that grants its possessor something is theirs to read: the rig does its part."""
        ours = kernelkeys.present()
        result = seconduser.in_our_session(
            "exec keyctl pipe $(keyctl search @s user control)")
        assert b"for both" not in result.stdout
        kernelkeys.write(_add("control", "0x3f3f0000"), b"for both")
        try:
            result = seconduser.in_our_session(
                "id -u; exec keyctl pipe $(keyctl search @s user control)")
            assert result.stdout == f"{seconduser.UID}\nfor both".encode(), result
        finally:
            kernelkeys.purge(ours)

    def test_reads_no_sign_in(self, sso_world):
        sso_world.center.person = "allow"
        sso_world.config(sso_world.center.config())
        sso_world.credtool("login", "dev", "--device").works()
        assert [key for key in kernelkeys.secrets() if "sign-in" in kernelkeys.describe(key)[4]]
        self.reads_nothing(kernelkeys.secrets())

    def test_reads_neither_the_sessions_nor_the_derived_key(self, filed):
        self.reads_nothing(kernelkeys.secrets())

    @staticmethod
    def reads_nothing(keys):
        contents = {key: kernelkeys.read(key) for key in keys}
        result = seconduser.in_our_session(
            'for key; do keyctl pipe "$key"; echo; done; keyctl show @s >&2', *keys)
        for key, content in contents.items():
            assert content not in result.stdout, f"{kernelkeys.describe(key)} was read: {result}"
        assert result.stdout.strip() == b"", result

    def test_cannot_change_them(self, filed):
        keys = kernelkeys.secrets()
        contents = {key: kernelkeys.read(key) for key in keys}
        seconduser.in_our_session(
            'for key; do keyctl setperm "$key" 0x3f3f3f3f; keyctl update "$key" forged; done',
            *keys)
        assert {key: kernelkeys.read(key) for key in keys} == contents

    def put(self, world, key, payload):
        """The other user takes one of our keys away and puts one of theirs in its place."""
        kind, *_, name = kernelkeys.describe(key)
        for folder in (world.root, world.scratch):
            folder.chmod(0o711)
        file = world.scratch / "forged"
        file.write_bytes(payload)
        for other in {kind, "user"}:
            seconduser.in_our_session(
                'keyctl unlink "$1" "$2"; key=$(keyctl padd "$3" "$4" "$2" < "$5") && '
                'keyctl setperm "$key" 0x3f3f3f3f', key, kernelkeys.user_keyring(), other, name,
                str(file))
        there = [kernelkeys.describe(found) for _, found in kernelkeys.present()]
        assert any(name == found[-1] for found in there), "neither their key nor ours stands there"

    def test_cannot_put_a_session_of_theirs_in_place(self, filed):
        theirs = filed.sts.stranger(token=True)
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=2)
        filed.sts.inject("GetSessionToken",
                         faults.raw(faults.session_token_document(theirs, end)))
        assert filed.session("work", "--fresh") is theirs
        [key] = kernelkeys.sessions()
        payload = kernelkeys.read(key)
        own = filed.session("work", "--fresh")
        assert own is not theirs
        [key] = kernelkeys.sessions()
        self.put(filed, key, payload)
        assert filed.session("work") is not theirs

    def test_cannot_put_a_derived_key_of_theirs_in_place(self, filed):
        """The vault would then be written so that they can read it."""
        [key] = [key for key in kernelkeys.secrets() if key not in kernelkeys.sessions()]
        self.put(filed, key, bytes(byte ^ 0xFF for byte in kernelkeys.read(key)))
        other = filed.add("other", "--vault", "file")
        for name in ("other", "work"):
            assert filed.session(name, "--no-session") is filed.keys[name]
        assert other is filed.keys["other"]


def _add(name, permissions):
    """A key in our user keyring with these permissions."""
    key = subprocess.run(["keyctl", "add", "user", name, "x", "@u"], capture_output=True,
                         text=True, check=True).stdout.strip()
    subprocess.run(["keyctl", "setperm", key, permissions], check=True)
    return key


class TestFirstInTmp:
    """No XDG_RUNTIME_DIR, and /tmp/credtool-UID belongs to somebody else."""

    @pytest.fixture
    def through(self, world):
        if os.getuid() != 0:
            pytest.skip("only root of a namespace may mount a /tmp of its own")
        world.environment["XDG_RUNTIME_DIR"] = None
        world.environment["DBUS_SESSION_BUS_ADDRESS"] = world.keyring.address
        return seconduser.first_in_tmp(world)

    def test_single_flight_goes_on(self, world, through):
        world.add("work", through=through)
        world.sts.inject("GetSessionToken", faults.late(0.7))
        running = [world.start("exec", "work", "--", "true", through=through) for _ in range(3)]
        for process in running:
            world.finish(process).works()
        assert world.sts.count("GetSessionToken") == 1

    def test_spent_codes_are_remembered(self, world, through):
        key = world.add("work", through=through)
        world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\n")
        world.sts.codes_work_once = True
        code = ["--mfa-token", "123456"]
        world.session("work", *code, through=through)
        result = world.credtool("exec", "work", "--fresh", "--duration", "2h", *code, "--", "true",
                                through=through)
        codes = [call.params["TokenCode"] for call in world.sts.calls
                 if "TokenCode" in call.params]
        assert codes == ["123456"], f"the spent code was sent again: {result}"
