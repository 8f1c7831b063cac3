"""`scan`: keys in plain where people leave them, and nothing else."""

import json
import os
import secrets
import shutil
import socket
import string
import subprocess

import pytest

from rig import memory

BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
BASE64 = string.ascii_letters + string.digits + "+/"


class Key:
    """A key that nobody has, of account 609629065308."""

    def __init__(self, world, start="AKIA"):
        self.id = start + "Y34FZKBOK" + "".join(secrets.choice(BASE32) for _ in range(7))
        self.secret = "aB3/" + "".join(secrets.choice(BASE64) for _ in range(36))
        world.more_secrets.add(self.secret)

    @property
    def lines(self):
        return f"aws_access_key_id = {self.id}\naws_secret_access_key = {self.secret}\n"

    @property
    def exports(self):
        return f"AWS_ACCESS_KEY_ID={self.id}\nAWS_SECRET_ACCESS_KEY={self.secret}\n"


@pytest.fixture
def home(bare_world):
    """A home whose files may hold secrets; what credtool says may not."""
    bare_world.open_folders.append(bare_world.home)
    return bare_world


def write(world, path, text):
    path = world.home / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def scan(world, *paths, code=1, **more):
    """The findings, by path within the home."""
    result = world.credtool("scan", "--json", *paths, **more)
    assert result.code == code, result
    result.speaks_well().is_plain()
    document = json.loads(result.stdout)
    document["said"] = result.stderr
    start = f"{world.home}/"
    document["at"] = {}
    for found in document["findings"]:
        assert len(found["secret"]) == 5 and found["next"]
        document["at"].setdefault(found["path"].removeprefix(start), []).append(found)
    return document


def git(folder, *words):
    return subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", *words], cwd=folder,
        check=True, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"}).stdout


def test_finds_them_where_people_leave_them(home):
    keys = {path: Key(home) for path in (
        ".aws/credentials", ".bash_history", ".zsh_history", ".local/share/fish/fish_history",
        "src/app/.env", "Downloads/accessKeys.csv", ".config/rclone/rclone.conf", "notes.txt")}
    for path, key in keys.items():
        write(home, path, f"# a line\n[work]\n{key.lines}")
    write(home, "Downloads/accessKeys.csv", "Access key ID,Secret access key\r\n"
          f"{keys['Downloads/accessKeys.csv'].id},{keys['Downloads/accessKeys.csv'].secret}\r\n")
    document = scan(home)
    assert {path: found[0]["accessKeyId"] for path, found in document["at"].items()} == {
        path: key.id for path, key in keys.items()}
    assert {found["kind"] for found in document["findings"]} == {"key"}
    assert {found["accountId"] for found in document["findings"]} == {"609629065308"}
    credentials = document["at"][".aws/credentials"][0]
    assert credentials["line"] == 4 and credentials["profile"] == "work"
    assert "credtool import work" in credentials["next"]
    shown = home.credtool("scan")
    assert shown.code == 1 and "8 keys in plain" in shown.stderr
    assert "~/notes.txt:4: key AKIAY34FZKBOK" in shown.stdout and "aB3/…" in shown.stdout
    assert "credtool add NAME" in shown.stdout


def test_a_home_without_keys(home):
    write(home, ".aws/credentials", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
          "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n")
    write(home, "log", f"AccessKeyId={Key(home).id}\n")
    result = home.credtool("scan").works()
    assert result.stdout == "" and "no key in plain in 2 files" in result.stderr
    assert scan(home, code=0)["findings"] == []


def test_the_vault_holds_nothing_in_plain(home):
    key = home.sts.new_key()
    home.credtool("add", "work", "--env", "--vault", "file",
                  env=key.variables() | {"CREDTOOL_FILE_PASSPHRASE": "made up"}).works()
    assert scan(home, code=0)["files"] >= 2


def test_sessions_and_lone_secrets_are_told_apart(home):
    session, ended, alone = Key(home, "ASIA"), Key(home, "ASIA"), Key(home)
    for key, year in ((session, 2999), (ended, 2020)):
        write(home, f".aws/cli/cache/{year}.json", json.dumps({"Credentials": {
            "AccessKeyId": key.id, "SecretAccessKey": key.secret, "SessionToken": "x" * 900,
            "Expiration": f"{year}-01-01T00:00:00Z"}}))
    write(home, "deploy.sh", f"export AWS_SECRET_ACCESS_KEY='{alone.secret}'\n" * 3)
    found = scan(home)["at"]
    assert set(found) == {".aws/cli/cache/2999.json", "deploy.sh"}
    assert found[".aws/cli/cache/2999.json"][0]["kind"] == "session"
    [lone] = found["deploy.sh"]
    assert (lone["kind"], lone["line"], lone["more"]) == ("secret", 1, 2)
    assert "accessKeyId" not in lone


@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
def test_what_git_keeps(home, packed):
    committed, message, staged, lost = (Key(home) for _ in range(4))
    repository = home.home / "src/app"
    repository.mkdir(parents=True)
    git(repository, "init", "-q")
    write(home, "src/app/config/prod env", committed.exports)
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "one")
    git(repository, "rm", "-q", "config/prod env")
    git(repository, "commit", "-qm", f"two\n\n{message.exports}")
    subprocess.run(["git", "hash-object", "-w", "--stdin"], input=lost.exports.encode(), check=True,
                   cwd=repository, stdout=subprocess.DEVNULL)
    write(home, "src/app/later", staged.exports)
    git(repository, "add", ".")
    (repository / "later").unlink()
    if packed:
        git(repository, "gc", "-q")
        assert list(repository.glob(".git/objects/pack/*.pack"))
    document = scan(home)
    found = {each["accessKeyId"]: each for each in document["at"]["src/app/.git"] if "object" in each}
    assert set(found) == {key.id for key in (committed, message, staged, lost)}
    assert found[committed.id]["objectPath"] == "config/prod env"
    assert found[staged.id]["objectPath"] == "later"
    assert "objectPath" not in found[lost.id] and "objectPath" not in found[message.id]
    assert committed.id in found[committed.id]["next"]
    assert git(repository, "cat-file", "-p", found[committed.id]["object"]) == committed.exports
    assert document["repositories"] == 1
    shown = home.credtool("scan", "src/app").stdout
    assert "src/app, git: config/prod env (" in shown and "the message of" in shown


def test_a_repository_that_cannot_be_read_is_told(home):
    key = Key(home)
    write(home, "app/.git/HEAD", "ref: refs/heads/main\n")
    write(home, f"app/.git/objects/aa/{'b' * 38}", "rubbish")
    write(home, "app/.git/refs/x", key.exports)
    document = scan(home)
    assert document["leftOut"]["repositories"] == 1 and document["repositories"] == 0
    assert "git could not read" in document["said"] and "fsck" in document["said"]
    home.only_on_path()
    document = scan(home)
    assert document["leftOut"]["repositories"] == 1 and "apt install git" in document["said"]
    assert list(document["at"]) == ["app/.git/refs/x"]


@pytest.fixture
def removed(home):
    """A repository in the folder `main` that once had a key, and that key."""
    key = Key(home)
    repository = home.home / "main"
    repository.mkdir()
    git(repository, "init", "-q")
    write(home, "main/prod", key.exports)
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "one")
    git(repository, "rm", "-q", "prod")
    git(repository, "commit", "-qm", "two", "--allow-empty")
    return key


def linked_worktree(home):
    git(home.home / "main", "worktree", "add", "-q", str(home.home / "tree"))
    return "tree", "main/.git", 1


def submodule(home):
    (home.home / "outer").mkdir()
    git(home.home / "outer", "init", "-q")
    git(home.home / "outer", "-c", "protocol.file.allow=always", "submodule", "-q", "add",
        str(home.home / "main"), "inner")
    shutil.rmtree(home.home / "main")
    return "outer/inner", "outer/.git/modules/inner", 2


def linked_objects(home):
    objects = home.home / "main/.git/objects"
    objects.rename(home.home / "store")
    objects.symlink_to("../../store")
    return "main", "main/.git", 1


def linked_repository(home):
    (home.home / "main/.git").rename(home.home / "elsewhere.git")
    (home.home / "main/.git").symlink_to("../elsewhere.git")
    return "main", "elsewhere.git", 1


@pytest.mark.parametrize(
    "lay", [linked_worktree, submodule, linked_objects, linked_repository],
    ids=lambda lay: lay.__name__)
def test_repositories_that_keep_objects_elsewhere(home, removed, lay):
    """Read from wherever the way leads to them, and once however many ways do."""
    place, repository, count = lay(home)
    for paths, read in (([place], 1), ([], count)):
        document = scan(home, *paths)
        assert [each["accessKeyId"] for each in document["at"][repository]] == [removed.id]
        assert (len(document["findings"]), document["repositories"]) == (1, read)


def test_a_worktree_whose_repository_is_gone(home, removed):
    place, _, _ = linked_worktree(home)
    shutil.rmtree(home.home / "main")
    write(home, "notes/.git", "no link to anything\n")
    document = scan(home, code=0)
    assert document["leftOut"]["repositories"] == 1 and f"{place}/.git" in document["said"]


def test_git_runs_nothing_and_asks_nobody(home):
    """A repository of others, whose settings name programs and a server to fetch from."""
    repository = home.home / "theirs"
    repository.mkdir()
    git(repository, "init", "-q")
    key = Key(home)
    write(home, "theirs/x", key.exports)
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "one")
    ran = home.home / "ran"
    for name in ("core.fsmonitor", "core.pager", "core.sshCommand", "core.alternateRefsCommand",
                 "core.gitProxy", "uploadpack.packObjectsHook", "diff.external", "filter.x.smudge"):
        git(repository, "config", name, f"touch {ran}; false")
    git(repository, "config", "remote.origin.url", "ssh://127.0.0.1:1/x")
    git(repository, "config", "remote.origin.promisor", "true")
    git(repository, "config", "extensions.partialClone", "origin")
    git(repository, "config", "core.repositoryFormatVersion", "1")
    tree = git(repository, "rev-parse", "HEAD^{tree}").strip()
    (repository / f".git/objects/{tree[:2]}/{tree[2:]}").unlink()
    document = scan(home, env={"GIT_DIR": "/nonexistent", "GIT_TRACE": str(home.home / "trace")})
    assert {found["accessKeyId"] for found in document["findings"]} == {key.id}
    assert any("object" in found for found in document["findings"])
    assert not ran.exists() and not (home.home / "trace").exists()


def test_odd_files_neither_hang_nor_hide_others(home):
    key, far, hidden = Key(home), Key(home), Key(home)
    write(home, "z/keys", key.lines)
    os.mkfifo(home.home / "fifo")
    (home.home / "loop").symlink_to(".")
    (home.home / "z/up").symlink_to("..")
    (home.scratch / "far").write_text(far.lines)
    (home.home / "link").symlink_to(home.scratch / "far")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(home.home / "socket"))
    name = os.fsencode(home.home) + b"/\xff\x1b[31m\nname"
    with open(name, "w", encoding="ascii") as file:
        file.write(far.lines)
    write(home, "locked/keys", hidden.lines).parent.chmod(0)
    with open(home.home / "image", "wb") as image:
        image.write(b"\0" * 100)
        image.truncate(1 << 40)
    (home.home / "small.db").write_bytes(b"\0" * 5000 + key.lines.encode() + b"\0" * 5000)
    document = scan(home)
    listener.close()
    found = {path: each[0]["accessKeyId"] for path, each in document["at"].items()}
    assert found["z/keys"] == found["small.db"] == key.id
    assert len(found) == 3 and set(found.values()) == {key.id, far.id}
    assert document["leftOut"] | {"findings": 0} == {
        "binaries": 1, "fileSystems": 0, "findings": 0, "repositories": 0, "unreadable": 1}
    assert "16 MiB" in document["said"] and "locked" in document["said"]
    home.credtool("scan").is_plain()
    # A link that is named is meant.
    assert [each["accessKeyId"] for each in scan(home, "link")["findings"]] == [far.id]


def test_config_files_elsewhere_belong_to_the_home(home):
    key = Key(home)
    path = home.scratch / "credentials"
    path.write_text(f"[far]\n{key.lines}")
    document = scan(home, env={"AWS_SHARED_CREDENTIALS_FILE": str(path)})
    [found] = document["findings"]
    assert found["path"] == str(path) and found["profile"] == "far"
    home.credtool("scan", str(home.home)).works()


def test_places_that_are_none(home):
    home.credtool("scan", "/nonexistent").fails("/nonexistent", "no ")
    home.credtool("scan", "/dev/null").fails("/dev/null")
    home.credtool("scan", "/proc").fails("/proc", "kernel")
    home.credtool("scan", "").fails("empty", code=2)


def test_a_place_that_may_not_be_read(home):
    """Nothing is known of it, so that it is not said to be clean."""
    file = write(home, "locked/keys", Key(home).lines)
    file.chmod(0)
    home.credtool("scan", "locked/keys").fails("locked/keys", "permission denied")
    file.parent.chmod(0o100)
    home.credtool("scan", "locked", "notes").fails("locked", "permission denied")
    file.parent.chmod(0o700)


def test_places_that_overlap(home):
    """Each file counts once, by whichever name a place comes first."""
    key = Key(home)
    write(home, "d/keys", key.lines)
    (home.home / "link").symlink_to("d")
    for places in (("d", "d/keys"), ("d/keys", "d"), ("d", "d/"), ("d", "link"), ("d/keys", "link"),
                   (str(home.home), "d", "link/keys"), ("d/keys", "d/../d/keys")):
        document = scan(home, *places)
        assert len(document["findings"]) == document["files"] == 1, places
    write(home, "d2/keys", Key(home).lines)
    assert len(scan(home, "d", "d2")["findings"]) == 2


def test_a_process_whose_environment_holds_a_key(home):
    """A file of the kernel that is named; it says that it has no size."""
    key = Key(home)
    with subprocess.Popen(["sleep", "60"], env={
            "AWS_ACCESS_KEY_ID": key.id, "AWS_SECRET_ACCESS_KEY": key.secret}) as child:
        try:
            [found] = scan(home, f"/proc/{child.pid}/environ")["findings"]
        finally:
            child.kill()
    assert found["accessKeyId"] == key.id


def test_a_file_full_of_keys(home):
    """What is told stays readable; the rest is counted."""
    keys = [Key(home) for _ in range(130)]
    write(home, "many", "".join(key.lines for key in keys + keys[:5]))
    document = scan(home)
    assert [found["accessKeyId"] for found in document["at"]["many"]] == [
        key.id for key in keys[:100]]
    assert [found["more"] for found in document["at"]["many"]] == [1] * 5 + [0] * 95
    assert document["leftOut"]["findings"] == 30 and "130 keys" in document["said"]


def test_nothing_of_them_stays_in_memory(home):
    keys = [Key(home) for _ in range(2)]
    write(home, ".aws/credentials", f"[work]\n{keys[0].lines}")
    repository = home.home / "app"
    repository.mkdir()
    git(repository, "init", "-q")
    write(home, "app/x", keys[1].lines * 300)
    git(repository, "add", ".")
    places, _ = memory.scan(home, "scan")
    assert places == []


def test_progress_on_a_terminal(home):
    key = Key(home)
    for number in range(300):
        write(home, f"a/{number}/b", "x\n")
    write(home, "keys", key.lines)
    # A repository that takes git a moment.
    repository = home.home / "big"
    repository.mkdir()
    git(repository, "init", "-q")
    for number in range(30):
        write(home, f"big/{number}", secrets.token_hex(1 << 20))
    git(repository, "add", ".")
    terminal = home.terminal("scan", timeout=60)
    terminal.expect(r"\[[#.]{20}\] \d+%, [\d,]+ files")
    shown = terminal.finish(code=1)
    assert f"keys:2: key {key.id}" in shown.replace("\r", "")


@pytest.mark.skipif(not shutil.which("unshare"), reason="no unshare")
def test_without_a_network(home):
    key = Key(home)
    write(home, "keys", key.lines)
    document = scan(home, through=["unshare", "--user", "--map-root-user", "--net"])
    assert [found["accessKeyId"] for found in document["findings"]] == [key.id]


def test_another_file_system_is_named_but_not_entered(home):
    key = Key(home)
    write(home, "keys", key.lines)
    (home.home / "mount").mkdir()
    script = 'mount -t tmpfs none "$1/mount" && cp "$1/keys" "$1/mount/" && shift && exec "$@"'
    document = scan(home, through=["unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
                                   script, "sh", str(home.home)])
    assert list(document["at"]) == ["keys"]
    assert document["leftOut"]["fileSystems"] == 1 and "credtool scan " in document["said"]
