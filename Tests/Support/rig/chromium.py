"""A real browser without a window, for the pages that sign-ins end on."""

import shutil
import subprocess

from .world import ROOT


def show(world, page, picture):
    """Goes where `page` leads, and gives the page where that ends. Its picture stays in .build.
    Where there is no Chromium, the test fails."""
    program = shutil.which("chromium")
    assert program, "chromium is needed: make setup installs it"
    path = ROOT / ".build" / picture
    path.unlink(missing_ok=True)
    shown = subprocess.run(
        [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         f"--user-data-dir={world.scratch}/chromium", "--window-size=900,640",
         "--virtual-time-budget=10000", "--dump-dom", f"--screenshot={path}", page],
        env=world.variables(), check=True, timeout=120, capture_output=True, text=True).stdout
    assert path.exists(), "no picture"
    return shown


def visit(world, page, picture):
    """The same, for the page that says it is done."""
    shown = show(world, page, picture)
    assert "You’re done here" in shown, shown[:2000]
    assert (ROOT / ".build" / picture).stat().st_size > 10_000, "an empty picture"
