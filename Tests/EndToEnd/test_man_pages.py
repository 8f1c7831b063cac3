"""Has groff read the man pages with every warning on."""

import subprocess
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).resolve().parents[2] / "man").glob("*.1"))


def test_there_is_a_page_for_each_command():
    commands = "add list remove login logout sso exec export plan whoami clear version help".split()
    expected = {"credtool.1"} | {f"credtool-{command}.1" for command in commands}
    assert {page.name for page in PAGES} == expected


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_groff_has_nothing_to_say(page):
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8", "-P-cbou", str(page)], text=True, capture_output=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "SYNOPSIS" in done.stdout and "\\" not in done.stdout.replace("\\\n", "")
