"""Label Studio in an environment and a data folder of its own, for a comparison beside ours."""

import json
import os
import secrets
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import platformdirs
import psutil
from playwright.sync_api import Browser, Page

from tests.browser import DESKTOP
from tests.live import free_port, wait_for

VERSION = "1.23.2"
USUAL_ENV = Path(platformdirs.user_cache_dir("labeler_app_label_studio")) / "env"
# The first start makes its database: minutes on a busy machine.
START_SECONDS = 300.0
QUIET = {
    "LABEL_STUDIO_COLLECT_ANALYTICS": "false",
    "LABEL_STUDIO_LATEST_VERSION_CHECK": "false",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
}


def install(env: Path) -> Path:
    """Return the program of an environment; made with pip, about a gigabyte, unless it is there."""
    program = env / "bin" / "label-studio"
    if not program.is_file():
        print(f"Installing Label Studio {VERSION} into {env}.", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(env)], check=True)
        pip = [str(env / "bin" / "pip"), "install", "--quiet"]
        subprocess.run([*pip, f"label-studio=={VERSION}"], check=True)
    return program


@dataclass
class LabelStudio:
    """Its server while the block runs; a person with a token owns what is in it."""

    program: Path
    folder: Path
    port: int = field(default_factory=free_port)
    email: str = "ada@example.org"
    password: str = field(default_factory=lambda: secrets.token_hex(16))
    token: str = field(default_factory=lambda: secrets.token_hex(20))

    def __enter__(self) -> "LabelStudio":
        self.folder.mkdir(parents=True)
        command = [str(self.program), "start", "--no-browser", "--port", str(self.port)]
        command += ["--internal-host", "127.0.0.1", "--data-dir", str(self.folder)]
        command += ["--username", self.email, "--password", self.password]
        command += ["--user-token", self.token, "--enable-legacy-api-token"]
        inherited = {key: one for key, one in os.environ.items() if not key.startswith("PYTHON")}
        told = {**inherited, **QUIET, "LABEL_STUDIO_BASE_DATA_DIR": str(self.folder)}
        self.log = self.folder / "server.log"
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=told
            )
        try:
            wait_for(self.answers, START_SECONDS, lambda: self.log.read_text()[-3000:])
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        family = [*psutil.Process(self.process.pid).children(recursive=True), self.process]
        for one in family:
            one.terminate()
        self.process.wait(30)

    @property
    def url(self) -> str:
        """The address without a page."""
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        """Say whether it is up."""
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        with suppress(OSError):
            return bool(self._asked("/health"))
        return False

    def images_project(self, classes: Sequence[str], addresses: Sequence[str]) -> int:
        """Make a project of images, with a key for each class, and return its number."""
        choices = "".join(
            f'<Choice value="{name}" hotkey="{key}"/>' for key, name in enumerate(classes, 1)
        )
        wish = (
            '<View><Image name="image" value="$image"/><Choices name="class" toName="image"'
            f' choice="single" showInLine="true">{choices}</Choices></View>'
        )
        project = int(self._asked("/api/projects", {"title": "Photos", "label_config": wish})["id"])
        tasks = [{"data": {"image": one}} for one in addresses]
        made = self._asked(f"/api/projects/{project}/import", tasks)
        assert made["task_count"] == len(addresses), made
        return project

    def finished(self, project: int) -> int:
        """Return how many items are labeled."""
        return int(self._asked(f"/api/projects/{project}")["finished_task_number"])

    def sit_down(self, browser: Browser, project: int, script: str) -> Page:
        """Sign in, and open what "Label All Tasks" opens; a script runs before the page's own."""
        context = browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
        context.add_init_script(script)
        page = context.new_page()
        page.goto(f"{self.url}/user/login/")
        page.fill("input[name=email]", self.email)
        page.fill("input[name=password]", self.password)
        page.locator("button[type=submit]").click()
        page.wait_for_url(f"{self.url}/**")
        page.wait_for_load_state("networkidle")
        page.goto(f"{self.url}/projects/{project}/data?labeling=1")
        return page

    def _asked(self, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            self.url + path,
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Token {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.loads(answer.read())
        except HTTPError as error:
            raise AssertionError(f"{path}: {error} {error.read()[:500]!r}") from error
