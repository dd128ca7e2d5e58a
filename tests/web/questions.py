"""The application of ``kit_questions.tsx``, built of the kit as it is and put beside the pages."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from scripts.dev.web import WEB

QUESTIONS = "/questions/index.html"
SOURCE = Path(__file__).with_name("kit_questions.tsx")
HOME = f"""\
<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Questions</title>
    <link rel="icon" href="data:,">
    <script type="module" src="/{SOURCE.name}"></script>
  </head>
  <body></body>
</html>
"""
SECONDS = 120


def add_questions(pages: Path, folder: Path) -> Path:
    """Return a copy of the built pages, in a folder, which has the application too."""
    site, work = folder / "site", folder / "work"
    shutil.copytree(pages, site)
    work.mkdir()
    (work / "node_modules").symlink_to(WEB / "node_modules")
    (work / "index.html").write_text(HOME)
    shutil.copy(SOURCE, work)
    alias = json.dumps({"resolve": {"alias": {"pgcredits": str(WEB / "src/kit/index.ts")}}})
    (work / "vite.config.js").write_text(f"export default {alias};")
    build = ("build", "--base", "/questions/", "--outDir", site / "questions")
    quietly = ("--emptyOutDir", "--logLevel", "error")
    subprocess.run(
        [WEB / "node_modules/.bin/vite", *build, *quietly], cwd=work, check=True, timeout=SECONDS
    )
    return site
