"""The package that ``npm run build:kit`` makes: an application that has its tarball can use it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from scripts.dev.npm import run_npm
from scripts.dev.web import MADE, WEB
from scripts.migrations import ROOT

APPLICATION = Path(__file__).with_name("kit_application.tsx")
QUESTIONS = Path(__file__).with_name("kit_questions.tsx")  # the one of the browser tests
SECONDS = 300
TAKEN = re.compile(r'^import (?:.* from )?"([^"]+)";$', re.MULTILINE)
BESIDE = re.compile(r'^(?:import|export) (?:.* from )?"(\./[^"]+)";$', re.MULTILINE)
# What an application installs besides, and with it what those need themselves.
BESIDES = ("@types/react", "@types/react-dom")
PROJECT = {
    "compilerOptions": {
        "target": "es2023",
        "module": "esnext",
        "moduleResolution": "bundler",
        "jsx": "react-jsx",
        "strict": True,
        "skipLibCheck": True,
        "types": [],
    },
    "files": ["application.tsx", QUESTIONS.name, "styles.ts"],
}

LOOKS = """() => [...document.querySelectorAll("section, section *")].map((element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const look = ["color", "backgroundColor", "font", "textDecorationLine", "listStyleType"];
  return [element.outerHTML, x, y, width, height, ...look.map((name) => style[name])];
})"""
# Those are inherited from the application: its reset says them for all of its pages.
OF_THE_PAGE = "html { font-family: sans-serif; line-height: 1.5 } body { margin: 0 }"


pytestmark = pytest.mark.usefixtures("packages")


@pytest.fixture(scope="module")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, built and packed in a copy of ``web/``."""
    folder = tmp_path_factory.mktemp("kit") / "web"
    shutil.copytree(WEB, folder, ignore=lambda at, _: MADE if Path(at) == WEB else set())
    (folder / "node_modules").symlink_to(WEB / "node_modules")
    run_npm(folder, "run", "build:kit", failure="the package could not be built", hint="see above")
    run_npm(folder, "pack", "--ignore-scripts", failure="it could not be packed", hint="see above")
    (packed,) = folder.glob("*.tgz")
    return packed


@pytest.fixture(scope="module")
def application(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sources of an application, the package, and its peers."""
    folder = tmp_path_factory.mktemp("application")
    modules = folder / "node_modules"
    modules.mkdir()
    subprocess.run(["tar", "-xzf", tarball, "-C", modules], check=True, timeout=SECONDS)
    (modules / "package").rename(modules / "pgcredits")
    for name in (*manifest(modules)["peerDependencies"], *BESIDES):
        (modules / name).parent.mkdir(exist_ok=True)
        (modules / name).symlink_to(WEB / "node_modules" / name)
    shutil.copy(APPLICATION, folder / "application.tsx")
    shutil.copy(QUESTIONS, folder)
    (folder / "styles.ts").write_text('import "pgcredits/styles.css";\n')
    (folder / "package.json").write_text(json.dumps({"type": "module"}))
    (folder / "tsconfig.json").write_text(json.dumps(PROJECT))
    return folder


def manifest(modules: Path) -> dict[str, Any]:
    """Return what the installed package says of itself."""
    about: dict[str, Any] = json.loads((modules / "pgcredits/package.json").read_text())
    return about


def run(folder: Path, *command: str | Path) -> str:
    """Run a program; return what it prints. It must not fail."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def exported(folder: Path) -> Iterator[Path]:
    """Yield the files that the package's exports lead to."""
    package = folder / "node_modules/pgcredits"
    for target in manifest(folder / "node_modules")["exports"].values():
        names = target.values() if isinstance(target, dict) else [target]
        yield from (package / name for name in names)


def loaded(module: Path) -> str:
    """Return the text of a module and of those that it takes from beside it, each once."""
    waiting, seen = [module], dict[Path, str]()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen[path] = path.read_text()
            waiting += [path.parent / name for name in BESIDE.findall(seen[path])]
    return "".join(seen.values())


def test_the_tarball_has_what_its_exports_lead_to_and_no_sources(application: Path) -> None:
    assert {path.name for path in exported(application)} == {
        *("index.js", "index.d.ts"),
        *("admin.js", "admin.d.ts"),
        *("styles.css", "styles.d.ts"),
    }
    assert [path for path in exported(application) if not path.is_file()] == []
    package = application / "node_modules/pgcredits"
    files = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}
    kit = re.compile(r"kit/.+\.(js|css|d\.ts)|package\.json|README\.md|LICENSE")
    assert [name for name in files if not kit.fullmatch(name)] == []
    assert [name for name in files if ".test" in name] == []
    assert (package / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()


def test_the_styles_have_the_tokens_and_the_classes_of_the_components(application: Path) -> None:
    (styles,) = (path.read_text() for path in exported(application) if path.suffix == ".css")
    for what in ("--credits-accent:", "--credits-edge:", r".credits\:bg-accent"):
        assert what in styles


def test_no_class_or_variable_of_the_styles_can_be_one_of_the_application(
    application: Path,
) -> None:
    (styles,) = (path.read_text() for path in exported(application) if path.suffix == ".css")
    classes = re.findall(r"^\s*\.([\w\\:-]+)", styles, re.MULTILINE)
    assert len(classes) > 150
    assert [name for name in classes if not name.startswith(r"credits\:")] == []
    variables = set(re.findall(r"^\s*(--\w+)-[\w-]+:", styles, re.MULTILINE))
    assert variables == {"--credits", "--tw"}  # the second are Tailwind's own, the same everywhere


def test_customers_load_nothing_of_administrators(application: Path) -> None:
    kit = application / "node_modules/pgcredits/kit"
    assert "admin_get_account" in loaded(kit / "admin.js")
    assert not re.findall(r"\badmin_\w+", loaded(kit / "index.js"))


def test_frameworks_that_render_on_a_server_are_told_that_it_is_for_the_browser(
    application: Path,
) -> None:
    modules = [path for path in exported(application) if path.suffix == ".js"]
    assert [path.read_text().splitlines()[0] for path in modules] == ['"use client";'] * 2


def test_the_module_takes_only_its_peers_from_outside(application: Path) -> None:
    package = application / "node_modules/pgcredits"
    peers = manifest(application / "node_modules")["peerDependencies"]
    taken = {
        name
        for path in (package / "kit").glob("*.js")
        for name in TAKEN.findall(path.read_text())
        if not name.startswith("./")
    }
    assert taken
    assert [
        name for name in taken if not any(f"{name}/".startswith(f"{it}/") for it in peers)
    ] == []


@pytest.mark.parametrize("module", ["node16", "nodenext"])
def test_its_types_are_found_by_the_resolution_of_node(application: Path, module: str) -> None:
    how = ("--module", module, "--moduleResolution", module, "--noEmit")
    run(application, WEB / "node_modules/.bin/tsc", "--pretty", "false", *how)


def test_an_application_type_checks_with_it_and_renders(application: Path) -> None:
    run(application, WEB / "node_modules/.bin/tsc", "--pretty", "false")
    html = re.sub(r"<!-- -->", "", run(application, "node", "application.js"))
    assert "You get 5,500 credits, 500 of them as a bonus." in html
    assert "$45.00" in html
    assert 'aria-busy="true"' in html  # the balance, which has not been asked for yet
    assert "<p>1,234.5 object</p>" in html


def test_it_looks_the_same_in_an_application_that_has_no_reset(
    application: Path, chromium: Browser
) -> None:
    (styles,) = (path.read_text() for path in exported(application) if path.suffix == ".css")
    reset = (WEB / "node_modules/tailwindcss/preflight.css").read_text()
    body = run(application, "node", "application.js")
    page = chromium.new_page()
    page.set_content(f"<style>{styles}{OF_THE_PAGE} * {{ animation: none }}</style>{body}")
    without = page.evaluate(LOOKS)
    page.add_style_tag(content=f"@layer base {{ {reset} }}")
    assert len(without) > 50
    assert page.evaluate(LOOKS) == without
    page.close()
