"""What `make demo` shows works, from the first step to the last."""

import os
import subprocess
import sys

from rig.world import ROOT


def test_it_works_to_its_end():
    result = subprocess.run(
        [sys.executable, ROOT / "Tests/Support/demo"], capture_output=True, text=True, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT / "Tests/Support")})
    assert result.returncode == 0, result.stdout + result.stderr
    assert "all of it worked, and nothing of yours was touched" in result.stdout
