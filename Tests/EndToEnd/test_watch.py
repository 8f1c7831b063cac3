"""Sessions that are forgotten as the screen is locked, the machine sleeps or somebody logs out, and
notices ahead of an end: by a process that waits for it, with a logind of the rig's own."""

import fcntl
import json
import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rig import kernelkeys, memory
from rig.logind import Login1, Notices, Service, SystemBus, watcher, watchers
from rig.keyring import eventually
from rig.serving import Asker
from rig.systemd import systemd

pytestmark = pytest.mark.usefixtures("kernel_keyring")

ALL = "screen-lock, suspend, logout"
SAVER = "org.gnome.ScreenSaver"
PASSPHRASE = {"CREDTOOL_FILE_PASSPHRASE": "correct horse"}


def with_logind(world):
    world.system = world.keep_open(SystemBus(world.runtime))
    world.login = world.keep_open(Login1(world.system))
    world.environment["DBUS_SYSTEM_BUS_ADDRESS"] = world.system.address
    yield world
    for process in watchers(world):
        os.kill(process, signal.SIGKILL)


@pytest.fixture
def desk(world):
    """A desktop with a stored key, and what tells of its screen, its sleep and its logins."""
    world.add("work")
    yield from with_logind(world)


@pytest.fixture
def server(bare_world):
    """A login over SSH, with a stored key."""
    bare_world.add("work", "--vault", "file", env=PASSPHRASE)
    yield from with_logind(bare_world)
    for process in bare_world.processes():
        os.kill(process, signal.SIGKILL)


def forgets(world, occasions, more=""):
    world.config(f"[profile work]\ncredtool_forget_on = {occasions}\n{more}")


def used(world, *arguments, env=None):
    """Makes a session, and waits until somebody watches for what it is forgotten on."""
    world.session(*(arguments or ("work",)), env=env)
    process = watcher(world)
    eventually(lambda: world.login.was_asked, "somebody who asks logind")
    return process


def ended(world, process):
    eventually(lambda: not Path(f"/proc/{process}").exists(), "the end of the process")
    assert watchers(world) == []


def logged(world):
    text = world.credtool("log", "--json").works().stdout
    return [entry for entry in map(json.loads, text.splitlines()) if entry["event"] == "forgotten"]


EVENTS = {
    "the screen is to be locked": (lambda world, _: world.login.lock(), "screen-lock"),
    "the screen is locked": (lambda world, _: world.login.hint(), "screen-lock"),
    "a screen saver": (lambda world, _: saver_in_time(world), "screen-lock"),
    "sleep": (lambda world, _: world.login.sleep(), "suspend"),
    "the session's end": (lambda world, _: world.login.end(), "logout"),
    "the user's end": (lambda world, _: world.login.manager(
        "UserRemoved", "uo", os.getuid(), "/org/freedesktop/login1/user/self"), "logout"),
    "all of the user's processes are ended": (
        lambda _, process: os.kill(process, signal.SIGTERM), "the end of the watch"),
}


def saver(world):
    desktop = world.keep_open(Service(world.keyring.address, None))
    desktop.signal("/org/gnome/ScreenSaver", SAVER, "ActiveChanged", "b", (True,))


def saver_in_time(world):
    # Who listens to logind connects to the session bus next, and only then delays sleep.
    eventually(world.login.delays_sleep, "the delay")
    saver(world)


@pytest.mark.parametrize("event", EVENTS)
def test_sessions_are_forgotten(desk, event):
    happens, word = EVENTS[event]
    forgets(desk, ALL)
    process = used(desk)
    assert len(kernelkeys.sessions()) == 1
    happens(desk, process)
    ended(desk, process)
    assert kernelkeys.sessions() == []
    [entry] = logged(desk)
    assert (entry["profile"], entry["subject"], entry["reason"]) == ("work", "session", word)
    shown = desk.credtool("log", "--profile", "work").works().stdout.splitlines()[-1]
    assert shown.endswith(f" alice work: session forgotten on {word}"), shown


def test_an_order_to_end_that_comes_early(desk):
    forgets(desk, ALL)
    desk.login.answers.clear()
    process = used(desk)
    os.kill(process, signal.SIGTERM)
    desk.login.answers.set()
    ended(desk, process)
    assert kernelkeys.sessions() == []
    assert [entry["reason"] for entry in logged(desk)] == ["the end of the watch"]


def test_it_stays_with_the_user_and_not_with_who_started_it(server):
    """It has a scope of the user's systemd, and ends with that, after the last logout."""
    forgets(server, "screen-lock")
    with systemd(server):
        variables = server.variables() | PASSPHRASE
        command = server.command("exec", "work", "--", "true")
        subprocess.run(
            ["systemd-run", "--user", "--wait", "--quiet", "--collect",
             *(f"--setenv={name}" for name in variables), "--", *command],
            env=variables, check=True, timeout=60)
        process = watcher(server)
        control_group = Path(f"/proc/{process}/cgroup").read_text().strip()
        assert control_group.endswith(f"/credtool-watch-{process}.scope")
        assert len(kernelkeys.sessions()) == 1
    ended(server, process)
    assert kernelkeys.sessions() == []
    [entry] = logged(server)
    assert entry["reason"] == "the end of the watch"


@pytest.mark.parametrize("others, login", [({}, "gone"), ({"2": "seat0"}, "8")])
def test_the_end_of_a_login_without_a_screen(desk, others, login):
    """It is the last one, or the one that they were made in."""
    forgets(desk, "logout")
    desk.login.sessions = {
        name: (os.getuid(), "user", seat) for name, seat in (others | {"8": ""}).items()}
    process = used(desk, env={"XDG_SESSION_ID": login})
    desk.login.end("8")
    ended(desk, process)
    assert kernelkeys.sessions() == []


def test_only_on_what_is_named(desk):
    forgets(desk, "logout")
    stranger = os.getuid() + 1
    desk.login.sessions["5"] = (stranger, "user", "seat0")
    desk.login.sessions["7"] = (os.getuid(), "manager", "")
    process = used(desk)
    assert not desk.login.delays_sleep()
    desk.login.lock()
    desk.login.hint()
    desk.login.sleep()
    saver(desk)
    desk.login.end("5")
    desk.login.end("7")
    desk.login.begin("8")
    desk.login.end("8")
    desk.login.manager("UserRemoved", "uo", stranger, "/org/freedesktop/login1/user/other")
    # What comes after it is taken after it.
    forgets(desk, "screen-lock")
    desk.session("work", "--role", desk.sts.new_role("audit"))
    desk.login.lock()
    eventually(lambda: len(logged(desk)) == 1, "the role's session forgotten")
    assert logged(desk)[0]["subject"].endswith("role/audit")
    assert len(kernelkeys.sessions()) == 1
    desk.login.end()
    ended(desk, process)
    assert kernelkeys.sessions() == []


def test_logind_alone_is_listened_to(desk):
    """Other programs may send what looks like its signals."""
    forgets(desk, "screen-lock")
    desk.login.sessions["5"] = (os.getuid() + 1, "user", "seat0")
    process = used(desk)
    stranger = desk.keep_open(Service(desk.system.address, None))
    stranger.signal(desk.login.path("2"), "org.freedesktop.login1.Session", "Lock")
    desk.login.lock("5")
    desk.login.hint(locked=False)
    # A notice that is due makes it look; by then it has heard all that.
    notices = desk.keep_open(Notices(desk.keyring.address))
    noticing(desk, "13h")
    eventually(lambda: notices.shown, "the notice")
    assert logged(desk) == [] and watchers(desk) == [process]


def test_sleep_waits_until_they_are_forgotten(desk):
    forgets(desk, "suspend")
    process = used(desk)
    eventually(desk.login.delays_sleep, "the delay")
    # Whoever forgets waits for this lock.
    with open(desk.runtime / "credtool/forgotten.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        desk.login.sleep()
        time.sleep(1)
        assert desk.login.delays_sleep() and kernelkeys.sessions()
    eventually(lambda: not desk.login.delays_sleep(), "sleep")
    assert kernelkeys.sessions() == []
    ended(desk, process)


def test_the_sessions_that_a_role_is_made_of(desk):
    device = f"mfa_serial = {desk.keys['work'].mfa_serial}\n"
    desk.add("other")
    role = f"role_arn = {desk.sts.new_role('admin', needs_mfa=True)}\nsource_profile = work\n"
    forgets(desk, "screen-lock", f"{device}[profile admin]\n{role}{device}[profile other]\n")
    desk.session("other")
    process = used(desk, "admin", "--mfa-token", "123456")
    assert len(kernelkeys.sessions()) == 3
    desk.login.lock()
    ended(desk, process)
    assert sorted(entry["subject"].rpartition("/")[2] for entry in logged(desk)) == [
        "admin", "session"]
    [left] = kernelkeys.sessions()
    desk.credtool("exec", "other", "true").works()
    desk.credtool("exec", "admin", "true").fails("code", code=125)
    assert kernelkeys.sessions() == [left]


def test_an_mfa_session_whose_role_was_refused(desk):
    device = f"mfa_serial = {desk.keys['work'].mfa_serial}\n"
    forgets(desk, "screen-lock", device)
    result = desk.credtool("exec", "work", "--role", "nobodys", "--mfa-token", "123456", "true")
    assert result.code == 125 and len(kernelkeys.sessions()) == 1
    process = watcher(desk)
    eventually(lambda: desk.login.was_asked, "somebody who asks logind")
    desk.login.lock()
    ended(desk, process)
    assert kernelkeys.sessions() == []


def test_no_process_without_the_setting(desk):
    desk.session("work")
    assert len(kernelkeys.sessions()) == 1
    # What is in the cache starts nothing, either.
    forgets(desk, ALL)
    desk.session("work")
    assert not (desk.runtime / "credtool/watch").exists() and watchers(desk) == []


def test_one_process_for_all(desk):
    forgets(desk, ALL)
    roles = [desk.sts.new_role(f"role{number}") for number in range(20)]
    with ThreadPoolExecutor(20) as pool:
        runs = [desk.start("exec", "work", "--role", role, "true") for role in roles]
        list(pool.map(lambda run: desk.finish(run, timeout=120).works(), runs))
    process = watcher(desk)
    eventually(lambda: desk.login.was_asked, "somebody who asks logind")
    assert watchers(desk) == [process]
    count = len(kernelkeys.sessions())
    assert count >= 20
    desk.login.lock()
    ended(desk, process)
    assert kernelkeys.sessions() == [] and len(logged(desk)) == count


def test_one_that_was_killed_is_started_again(desk):
    forgets(desk, ALL)
    process = used(desk)
    os.kill(process, signal.SIGKILL)
    eventually(lambda: not watchers(desk), "its end")
    desk.session("work")
    assert watchers(desk) == []
    desk.login.was_asked = False
    assert used(desk, "work", "--fresh") != process
    desk.login.lock()
    eventually(lambda: not kernelkeys.sessions(), "no sessions")


def test_a_bus_that_goes_away_and_comes_back(desk):
    forgets(desk, ALL)
    process = used(desk)
    eventually(desk.login.delays_sleep, "the delay")
    desk.login.close()
    desk.system.close()
    time.sleep(0.5)
    assert watchers(desk) == [process]
    desk.system.start()
    login = desk.keep_open(Login1(desk.system))
    eventually(login.delays_sleep, "the delay on the new bus", 30)
    login.lock()
    ended(desk, process)
    assert kernelkeys.sessions() == []


def test_it_ends_with_its_directory(desk):
    forgets(desk, ALL)
    process = used(desk)
    folder = desk.runtime / "credtool"
    folder.rename(desk.runtime / "away")
    eventually(lambda: not Path(f"/proc/{process}").exists(), "its end")


def test_it_has_no_secrets(desk):
    """Neither in memory nor in its environment; no descriptors of who started it, no core dump."""
    forgets(desk, ALL)
    reading, writing = os.pipe()
    secrets = {"OTHER_SECRET": "of another program"} | PASSPHRASE
    result = desk.credtool(
        "exec", "work", "true", through=memory.READABLE, pass_fds=(writing,), env=secrets)
    result.works()
    os.close(writing)
    process = watcher(desk)
    eventually(desk.login.delays_sleep, "the delay")
    # Nobody else has the pipe.
    assert os.read(reading, 1) == b""
    os.close(reading)
    status = Path(f"/proc/{process}/status").read_text()
    assert "Threads:\t1\n" in status
    environment = Path(f"/proc/{process}/environ").read_bytes()
    assert b"HOME=" in environment and not any(
        name.encode() in environment for name in secrets), environment
    content = memory_of(process)
    assert b"credtool" in content
    for secret in desk.secrets() | set(secrets.values()):
        assert secret.encode() not in content


def memory_of(process):
    """All that it has written or may write."""
    content = []
    with open(f"/proc/{process}/maps", encoding="utf-8") as maps, \
            open(f"/proc/{process}/mem", "rb", buffering=0) as file:
        for line in maps:
            place, rights, *_ = line.split()
            if "w" not in rights:
                continue
            start, end = (int(part, 16) for part in place.split("-"))
            file.seek(start)
            content.append(file.read(end - start))
    return b"".join(content)


# MARK: Without a desktop


def test_a_machine_without_a_bus(sts, bare_world):
    world = bare_world
    world.environment["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={world.root}/none"
    world.add("work", "--vault", "file", env=PASSPHRASE)
    forgets(world, "screen-lock, logout", "credtool_notify_before = 10m\n")
    world.credtool("exec", "work", "true", env=PASSPHRASE).works()
    assert len(kernelkeys.sessions()) == 1
    eventually(lambda: not watchers(world), "its end")
    result = world.credtool("doctor")
    assert result.code == 1, result
    assert "locked screens, logouts, does not answer on the system's bus" in result.stdout
    assert "no session bus to show a notice by" in result.stdout


def test_doctor_and_plan(desk):
    forgets(desk, "logout SUSPEND", "credtool_notify_before = 90m\n")
    assert "systemd-logind tells when sessions are" in desk.credtool("doctor").stdout
    settings = desk.plan("work")["settings"]
    assert settings["forgetOn"]["value"] == "suspend,logout"
    assert settings["forgetOn"]["origin"].endswith(":2")
    assert settings["notifyBefore"]["value"] == "1h30m"
    desk.login.close()
    result = desk.credtool("doctor")
    assert result.code == 1 and "credtool_forget_on (~/.aws/config:2) cannot" in result.stdout, result
    forgets(desk, "never")
    desk.credtool("exec", "work", "true").fails(
        "credtool_forget_on", "one or more of screen-lock, suspend, logout", code=125)


# MARK: Notices


def noticing(world, ahead, more=""):
    """An MFA session, which has 12 hours, of a profile that wants notices so long ahead."""
    device = world.keys["work"].mfa_serial
    world.config(
        f"[profile work]\nmfa_serial = {device}\ncredtool_notify_before = {ahead}\n{more}")
    world.session("work", "--mfa-token", "123456")


def test_a_notice_ahead_of_an_end(desk):
    notices = desk.keep_open(Notices(desk.keyring.address))
    noticing(desk, "13h")
    eventually(lambda: notices.shown, "the notice")
    [(program, summary, body)] = notices.shown
    assert program == "credtool" and summary == "credtool: work ends in 12h"
    assert "credtool exec work --fresh" in body
    eventually(lambda: not watchers(desk), "its end")
    assert len(notices.shown) == 1 and len(kernelkeys.sessions()) == 1


def test_a_notice_that_cannot_be_noted_is_not_shown_again_and_again(desk):
    """The file system may be full. It is shown once it has room."""
    notices = desk.keep_open(Notices(desk.keyring.address))
    obstacle = desk.runtime / "credtool/watch.new"
    desk.login.answers.clear()
    noticing(desk, "13h", "credtool_forget_on = suspend\n")
    process = watcher(desk)
    obstacle.mkdir()
    desk.login.answers.set()
    # What is due has been looked at by then.
    eventually(desk.login.delays_sleep, "the delay")
    times = processor_time(process)
    time.sleep(1)
    assert processor_time(process) - times < 0.1 and notices.shown == []
    obstacle.rmdir()
    (desk.runtime / "credtool/news.new").touch()
    (desk.runtime / "credtool/news.new").rename(desk.runtime / "credtool/news")
    eventually(lambda: notices.shown, "the notice")
    assert len(notices.shown) == 1


def processor_time(process):
    """In seconds."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_no_notice_of_what_was_forgotten(desk):
    notices = desk.keep_open(Notices(desk.keyring.address))
    noticing(desk, "11h59m57s")
    process = watcher(desk)
    # However long it takes, it looks after that alone.
    os.kill(process, signal.SIGSTOP)
    made = time.monotonic()
    desk.credtool("clear").works()
    time.sleep(max(0, made + 4 - time.monotonic()))
    os.kill(process, signal.SIGCONT)
    ended(desk, process)
    assert notices.shown == []


# MARK: Servers


def test_a_server_drops_what_was_forgotten(desk):
    forgets(desk, ALL)
    program = Asker(desk, "work")
    first = program.ask()
    assert program.ask() == first
    watcher(desk)
    eventually(desk.login.delays_sleep, "the delay")
    calls = len(desk.sts.calls)
    desk.login.lock()
    eventually(lambda: not kernelkeys.sessions(), "no sessions")
    eventually(lambda: program.ask() != first, "another session")
    assert len(desk.sts.calls) == calls + 1
