"""A real browser without a window, for the page that a sign-in ends on."""

import shutil
import subprocess

from .world import ROOT


def visit(world, page, picture):
    """Goes where `page` leads, and looks at where that ends: at the page that says it is done. Its
    picture stays in .build. Where there is no Chromium, the test fails."""
    program = shutil.which("chromium")
    assert program, "chromium is needed: make setup installs it"
    path = ROOT / ".build" / picture
    path.unlink(missing_ok=True)
    shown = subprocess.run(
        [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         f"--user-data-dir={world.scratch}/chromium", "--window-size=900,640",
         "--virtual-time-budget=10000", "--dump-dom", f"--screenshot={path}", page],
        env=world.variables(), check=True, timeout=120, capture_output=True, text=True).stdout
    assert "You’re done here" in shown, shown[:2000]
    assert path.stat().st_size > 10_000, "an empty picture"
