"""The browser that credtool opens by itself, a stand-in on the PATH; and where it opens none."""

import json
import sys

import pytest

from rig import signin
from rig.world import in_no_container
from test_console_sign_in import page_shown

DESKTOP = {"DISPLAY": ":0"}


@pytest.fixture
def desk(console_world):
    """A home whose PATH has no browser yet."""
    world = console_world
    world.config(world.console.config())
    world.only_on_path()
    return world


def install(world, name, code=0):
    """A browser of a person who is signed in at the console already; it tells how it was started.
    With another code it fails instead."""
    program = world.scratch / "bin" / name
    program.write_text(
        f"#!{sys.executable}\nimport json, os, sys, urllib.request\n"
        f"with open({str(world.scratch / name)!r}, 'w') as file:\n"
        "    json.dump([sys.argv[1:], dict(os.environ)], file)\n"
        f"if {code}: sys.exit({code})\n"
        "urllib.request.urlopen(sys.argv[-1], timeout=60).read()\n")
    program.chmod(0o755)


def started(world, name):
    """The arguments and variables that a browser was started with; nil where it was not."""
    path = world.scratch / name
    return json.loads(path.read_text()) if path.exists() else None


@pytest.mark.parametrize("name, variables", [
    ("xdg-open", DESKTOP), ("xdg-open", {"WAYLAND_DISPLAY": "wayland-0"}),
    ("xdg-open", DESKTOP | {"BROWSER": ""}), ("wslview", {"WSL_DISTRO_NAME": "Debian"}),
    ("chosen", DESKTOP | {"BROWSER": "no-such-browser:chosen --new-window %s:xdg-open"})])
def test_the_browser_is_opened(desk, name, variables):
    for program in ("xdg-open", name):
        install(desk, program)
    login = desk.credtool("login", "me", env=variables | {"AWS_PROFILE": "me"},
                          through=in_no_container())
    login.works().says("sign in in the browser; if none opened: http://127.0.0.1", "can be used")
    others = {"xdg-open", "wslview"} - {name}
    assert not any(started(desk, other) for other in others)
    arguments, environment = started(desk, name)
    page, = desk.console.pages
    assert page["client_id"] == signin.SAME_DEVICE
    assert arguments[-1].startswith(desk.console.url)
    assert arguments[:-1] == (["--new-window"] if name == "chosen" else [])
    assert not [name for name in environment if name.startswith(("AWS_", "CREDTOOL_"))]
    assert environment["HOME"] == str(desk.home)


@pytest.mark.parametrize("variables", [
    {}, {"DISPLAY": ""}, DESKTOP | {"SSH_CONNECTION": "10.0.0.1 50000 10.0.0.2 22"},
    DESKTOP | {"SSH_TTY": "/dev/pts/0"}, DESKTOP | {"container": "podman"},
    {"WSL_DISTRO_NAME": "Debian", "SSH_TTY": "/dev/pts/0"}],
    ids=["no desktop", "no display", "ssh", "ssh terminal", "container", "ssh to wsl"])
def test_no_browser_is_opened_that_nobody_would_see(desk, variables):
    for program in ("xdg-open", "wslview"):
        install(desk, program)
    through = in_no_container()
    desk.credtool("exec", "me", "--", "true", env=variables, through=through).fails(
        "nobody can be asked", "credtool login me", code=125)
    terminal = desk.terminal("exec", "me", "--", "true", env=variables, through=through)
    page = page_shown(terminal)
    assert "cross-device" in page
    terminal.expect("What the page shows: ")
    terminal.sendline(desk.console.visit(page))
    terminal.finish()
    assert not started(desk, "xdg-open") and not started(desk, "wslview")


@pytest.mark.parametrize("code", [None, 3])
def test_a_browser_that_cannot_be_opened(desk, code):
    """The address is shown in any case, and a person can open it."""
    if code:
        install(desk, "xdg-open", code)
    terminal = desk.terminal("login", "me", "--verbose", env=DESKTOP, through=in_no_container())
    if not code:
        terminal.expect("no browser was opened: there is no xdg-open")
    # On a busy machine the failure may come too late to be told.
    terminal.expect(r"(?:open|opened:) (http://127\S+)\s")
    page = terminal.match[1]
    assert "same-device" in page
    desk.console.visit(page)
    assert "can be used" in terminal.finish()


def test_no_browser_is_opened_on_request(desk):
    install(desk, "xdg-open")
    terminal = desk.terminal("login", "me", "--no-browser", env=DESKTOP, through=in_no_container())
    desk.console.visit(page_shown(terminal))
    terminal.finish()
    assert not started(desk, "xdg-open")
