"""Many runs that want the same sign-in: one of them asks, whatever the person says."""

import re

import pytest

from rig.keyring import eventually
from rig.world import on_a_desktop
from test_sign_in import SHOW_KEY, code_shown

MANY = 30


@pytest.fixture
def crowd(sso_world):
    """Profiles of many roles, none of which has a session."""
    world, center = sso_world, sso_world.center
    roles = [f"Role{number}" for number in range(MANY)]
    for role in roles:
        center.assign(role)
    world.config(center.config() + "".join(
        center.config(profile=role, role=role).split("[sso")[0] for role in roles))
    return world, center, roles


def test_one_browser_for_many_runs(crowd):
    world, center, roles = crowd
    log, browser = world.scratch / "opened", world.scratch / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >> {log}\n')
    browser.chmod(0o755)
    running = [world.start("exec", role, *SHOW_KEY, through=on_a_desktop(browser))
               for role in roles]
    eventually(lambda: log.exists() and log.read_text().endswith("\n"), "a browser", seconds=30)
    center.person = "allow"
    center.visit(log.read_text().strip())
    found = {world.finish(process, timeout=120).works().stdout for process in running}
    assert len(found) == MANY
    assert len(log.read_text().splitlines()) == 1
    assert center.operations().count("RegisterClient") == 1


def test_a_no_is_one_for_all_who_wait(crowd):
    """Of one profile, who wait for its session, and of others, who wait for the sign-in."""
    world, center, roles = crowd
    script = ('for role in %s; do "$@" exec $role -- true & "$@" exec $role -- true & done; wait'
              % " ".join(roles[:4]))
    terminal = world.on_terminal(["sh", "-c", script, "sh", *world.command()], timeout=60)
    code = code_shown(terminal)
    waiting = re.compile("is signing in at|is obtaining")
    while len(waiting.findall(terminal.shown())) < 7:
        terminal.expect(waiting)
    center.approve(code, allow=False)
    terminal.finish()
    assert terminal.shown().count("refused in the browser") == 8
    assert len(center.devices) == 1
