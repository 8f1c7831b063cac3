"""Has groff read the man pages with every warning on, and looks for the tests that one names."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "man").glob("*.?"))


def shown(page):
    """The page as people read it; fails where groff has anything to say."""
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8", "-P-cbou", str(page)], text=True, capture_output=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_there_is_a_page_for_each_command():
    commands = ("add import list rotate remove login logout sso exec each export serve console"
                " use unuse shell-init setup-process plan whoami sign scan log clear vault"
                " unlock lock doctor version help").split()
    expected = {"credtool.1"} | {f"credtool-{command}.1" for command in commands} | {
        "credtool-config.5", "credtool-oidc.7", "credtool-rolesanywhere.7", "credtool-saml.7",
        "credtool-security.7"}
    assert {page.name for page in PAGES} == expected


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_groff_has_nothing_to_say(page):
    text = shown(page)
    assert "SYNOPSIS" in text and "\\" not in text.replace("\\\n", "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_name_is_torn(page):
    """People copy names, and a hyphen in one would be taken for a part of it."""
    assert "\N{HYPHEN}\n" not in shown(page)


def test_pages_that_are_referred_to_are_there():
    for page in PAGES:
        named = re.findall(r"\b(credtool(?:-[a-z-]+)?)\((\d)\)", shown(page))
        assert named, page
        for name, section in named:
            assert (ROOT / "man" / f"{name}.{section}").exists(), f"{page.name}: {name}({section})"


#: `test_is_private (test_vaults)`, `everyFlippedBitIsNoticed (VaultTests)`.
NAMED = re.findall(r"(\w+) \((test_\w+|\w+Tests)\)",
                   re.sub(r"\s+", " ", (ROOT / "man/credtool-security.7").read_text()))


def test_the_security_model_names_its_tests():
    assert len(NAMED) > 30


@pytest.mark.parametrize("test, place", NAMED)
def test_each_of_them_is_there(test, place):
    if place.startswith("test_"):
        source = (ROOT / "Tests/EndToEnd" / f"{place}.py").read_text()
        assert re.search(rf"^ *def {test}\(", source, re.M)
    else:
        sources = [path.read_text() for path in (ROOT / "Tests" / place).glob("*.swift")]
        assert any(re.search(rf"@Test[^{{}}]*\bfunc {test}\(", source) for source in sources)


DIAGNOSED = re.findall(
    r"^\.TP\n(.*)",
    (ROOT / "man/credtool.1").read_text().partition(".SH DIAGNOSTICS")[2].partition(".SH ")[0],
    re.M)


def test_there_are_diagnostics():
    assert len(DIAGNOSED) > 10


@pytest.mark.parametrize("message", DIAGNOSED)
def test_each_of_them_is_what_credtool_says(message):
    source = "".join(path.read_text()
                     for path in (ROOT / "Sources/credtool/Wording").glob("*.swift"))
    source = re.sub(r'"\s*\+\s*"|\\\n\s*', "", source)
    for part in re.split(r"\s*\.\.\.,?\s*", message):
        assert part in source, part
