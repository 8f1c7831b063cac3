"""The log: who used which profile for what, whole lines whoever writes, and never in anybody's way."""

import json
import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from rig.keyring import PASSWORD


@pytest.fixture
def prod(world):
    """A world with a profile `prod` of a role, whose session is in no cache yet."""
    world.add("work")
    world.config(f"[profile prod]\nrole_arn = {world.sts.new_role('deploy')}\nsource_profile = work\n")
    world.log = world.home / ".local/state/credtool/log.jsonl"
    world.log.unlink()  # what `add` has written
    return world


def entries(world, *arguments):
    """What `credtool log --json` prints."""
    text = world.credtool("log", "--json", *arguments).works().stdout
    return [json.loads(line) for line in text.splitlines()]


def events(world, *arguments):
    return [entry["event"] for entry in entries(world, *arguments)]


def test_a_use_and_the_session_that_was_made_for_it(prod, kernel_keyring):
    prod.credtool("exec", "prod", "--", "true", "--secret-looking").works()
    prod.credtool("exec", "prod", "true").works()
    session, first, second = entries(prod)
    assert session["event"] == "session" and session["subject"].endswith(":role/deploy")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", first["time"])
    assert first | {"time": 0, "until": 0} == {
        "time": 0, "event": "used", "user": "alice", "command": "exec", "profile": "prod",
        "role": session["subject"], "account": session["subject"].split(":")[4],
        "program": "true", "cached": False, "until": 0}
    assert second["cached"] is True
    assert stat.S_IMODE(prod.log.stat().st_mode) == 0o600
    assert stat.S_IMODE(prod.log.parent.stat().st_mode) == 0o700


def test_what_people_read(prod):
    prod.credtool("exec", "prod", "--", "true").works()
    prod.credtool("exec", "work", "--", "false")
    shown = prod.credtool("log", "--profile", "prod").works().is_silent().stdout.splitlines()
    assert [line.split("Z ", 1)[1].split(", until")[0] for line in shown] == [
        "alice prod: exec true got arn:aws:iam::123456789012:role/deploy",
        "alice prod: exec true as arn:aws:iam::123456789012:role/deploy"], shown
    assert len(prod.credtool("log").works().stdout.splitlines()) == 4


def test_arguments_only_where_the_profile_says_so(prod):
    words = ["--", "true", "a b", "\x1b]0;x\x07\n", "ü"]
    prod.credtool("exec", "prod", *words).works()
    with prod.config_file.open("a") as file:
        file.write("credtool_log_arguments = true\n")
    prod.credtool("exec", "prod", *words).works()
    used = [entry for entry in entries(prod) if entry["event"] == "used"]
    assert "arguments" not in used[0] and used[1]["arguments"] == words[2:]
    assert b"\x1b" not in prod.log.read_bytes() and prod.log.read_bytes().count(b"\n") == 3
    prod.credtool("log").works().is_plain()


def test_what_is_refused(prod):
    prod.sts.roles.clear()
    prod.credtool("exec", "prod", "--", "true").fails(code=125)
    prod.credtool("export", "prdo").fails()
    first, second = entries(prod)
    assert (first["event"], first["program"]) == ("refused", "true") and "deploy" in first["error"]
    assert second["command"] == "export" and "prdo" in second["error"]
    prod.credtool("plan", "prod").works()
    assert len(entries(prod)) == 2


def test_each_command_that_hands_over(prod, kernel_keyring):
    prod.credtool("export", "prod", "--format", "json", secret_output=True).works()
    prod.credtool("whoami", "prod").works()
    prod.credtool("each", "--profiles", "prod,work", "--", "true").works()
    used = [(entry["command"], entry["profile"], entry.get("program"))
            for entry in entries(prod) if entry["event"] == "used"]
    assert sorted(used[2:]) == [("each", "prod", "true"), ("each", "work", "true")]
    assert used[:2] == [("export", "prod", None), ("whoami", "prod", None)]


def test_what_is_done_with_keys(prod):
    passphrase = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
    prod.credtool("vault", "move", "work", "--to", "file", env=passphrase).works()
    prod.credtool("lock").works()
    prod.credtool("unlock", "--stdin", input=PASSWORD).works()
    prod.credtool("unlock").works().says("already")
    prod.credtool("remove", "work", "--force", env=passphrase).works()
    found = [(entry["command"], entry.get("profile"), entry["subject"].split(" ")[0])
             for entry in entries(prod) if entry["event"] == "keys"]
    assert found == [("vault", "work", "moved"), ("lock", None, "forgot"), ("lock", None, "locked"),
                     ("unlock", None, "unlocked"), ("remove", "work", "removed")]


def test_signing_in_and_out(sso_world):
    world = sso_world
    world.config(world.center.config(profile="dev"))
    world.center.person = "allow"
    world.credtool("login", "dev", "--device").works()
    world.credtool("logout", "dev").works()
    found = entries(world)
    assert [entry["event"] for entry in found] == ["signed-in", "session", "used", "signed-out"]
    assert found[0]["subject"] == found[3]["subject"]
    assert entries(world, "--profile", "dev") == found


@pytest.mark.parametrize("obstacle", ["directory", "file", "symlink", "fifo", "full", "limit"])
def test_a_log_that_cannot_be_written_stops_nothing(prod, obstacle, kernel_keyring):
    prod.exec_env("prod")
    prod.log.unlink()
    through = ()
    if obstacle == "directory":
        prod.log.parent.chmod(0o500)
    elif obstacle == "file":
        prod.log.touch(0o400)
    elif obstacle == "symlink":
        prod.log.symlink_to(prod.home / "elsewhere")
    elif obstacle == "fifo":
        os.mkfifo(prod.log)
    elif obstacle == "full":
        through = ["strace", "-qq", "-o", "/dev/null", "-P", str(prod.log),
                   "-e", "inject=write:error=ENOSPC"]
    elif obstacle == "limit":
        through = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh"]
    # With the limit, the first file that a new session is noted in would be the end, log or not.
    for fresh in [[]] if obstacle == "limit" else [[], ["--fresh"]]:
        prod.credtool("exec", "prod", *fresh, "--", "true", through=through).works().is_silent()
    told = prod.credtool("exec", "-v", "prod", "--", "true", through=through).works()
    told.says("not logged")
    assert not (prod.home / "elsewhere").exists()


def test_without_home(prod, kernel_keyring):
    """The account's own home is the next best, and what is not there is not missed."""
    env = {"HOME": None, "XDG_STATE_HOME": "/dev/null/none",
           "AWS_CONFIG_FILE": str(prod.config_file), "AWS_SHARED_CREDENTIALS_FILE": str(prod.credentials_file)}
    prod.credtool("exec", "prod", "--", "true", env=env).works().is_silent()


def test_many_writers(prod, kernel_keyring):
    """Lines are whole, also while the file is put aside under the writers."""
    prod.exec_env("prod")
    filler = prod.log.read_text().splitlines()[-1] + "\n"
    prod.log.write_text(filler * ((4 << 20) // len(filler) + 1))
    before = prod.log.read_text().count("\n")

    def run(number):
        fresh = ["--fresh"] if number % 5 == 0 else []
        return prod.credtool("exec", "prod", *fresh, "--", "true")

    with ThreadPoolExecutor(8) as pool:
        for result in pool.map(run, range(40)):
            result.works()
    older = prod.log.with_name("log.jsonl.1")
    lines = older.read_text().splitlines() + prod.log.read_text().splitlines()
    events = [json.loads(line)["event"] for line in lines]
    assert events.count("used") == before + 40 and set(events) == {"used", "session"}
    assert prod.log.stat().st_size < 1 << 16


def test_a_line_in_the_middle_of_another(prod, kernel_keyring):
    """What a full disk leaves: the line behind it is not lost."""
    prod.exec_env("prod")
    with prod.log.open("a") as file:
        file.write('{"time":"2026-01-01T00:00:00Z","event":"us')
    prod.exec_env("prod")
    with prod.log.open("a") as file:
        file.write("rubbish\n\n[]\n{}\n")
    assert events(prod) == ["session", "used", "used"]


def test_following(prod, kernel_keyring):
    prod.exec_env("prod")
    terminal = prod.terminal("log", "--follow", "--profile", "prod")
    terminal.expect("prod: exec env as")
    prod.credtool("exec", "prod", "--", "true").works()
    terminal.expect("prod: exec true as .*, cached")
    prod.log.rename(prod.log.with_name("log.jsonl.1"))
    prod.credtool("exec", "work", "--", "false")
    prod.credtool("exec", "prod", "--", "env", "-u", "x", secret_output=True).works()
    terminal.expect("prod: exec env as .*, cached")
    assert "exec false" not in terminal.shown()
    terminal.sendintr()
    terminal.close()


def test_following_begins_with_the_last_ten(prod, kernel_keyring):
    prod.exec_env("prod")
    entry = json.loads(prod.log.read_text().splitlines()[-1])
    with open(prod.log, "a", encoding="utf-8") as file:
        for number in range(30):
            profile = ("prod", "other")[number % 2]
            file.write(json.dumps(entry | {"profile": profile, "program": f"run{number}"}) + "\n")
    terminal = prod.terminal("log", "--follow", "--profile", "prod")
    terminal.expect("exec run28 ")
    shown = re.findall(r"exec run(\d+) ", terminal.shown())
    assert shown == [str(number) for number in range(10, 30, 2)]
    terminal.sendintr()
    terminal.close()


def test_nothing_is_logged_yet(prod):
    prod.credtool("log").works().says("nothing is logged")
    assert prod.credtool("log", "--profile", "x").works().says("profile \"x\"").stdout == ""
