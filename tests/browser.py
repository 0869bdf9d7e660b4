"""This module opens a page in a real browser, headless Chromium, and looks at what it does."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from tests.outside import require

if TYPE_CHECKING:
    from selenium.webdriver.remote.webelement import WebElement

_SWITCHES = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps"),
)
_CLOCK = """
const Real = Date, begin = Real.now(), start = Real.parse("{moment}");
globalThis.Date = class extends Real {{
  constructor(...given) {{ if (given.length) super(...given); else super(start + Real.now() - begin); }}
}};
"""


@dataclass(slots=True)
class Browser:
    """Chromium with a profile of its own."""

    driver: webdriver.Chrome
    _clock: list[str] = field(default_factory=list)

    @classmethod
    def start(cls, profile: Path) -> Browser:
        """Return a browser; without Chromium and its driver the test is skipped, and in CI it fails."""
        options = webdriver.ChromeOptions()
        options.binary_location = require("chromium")
        for switch in (*_SWITCHES, f"--user-data-dir={profile}"):
            options.add_argument(switch)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        return cls(webdriver.Chrome(options=options, service=Service(require("chromedriver"))))

    def open(
        self, page: Path, *, scheme: str = "light", width: int = 1280, moment: str = "2026-12-09T08:00:00+08:00"
    ) -> None:
        """Open a page from the disk, as it is seen in China at a moment."""
        for known in self._clock:
            self._tell("Page.removeScriptToEvaluateOnNewDocument", identifier=known)
        clock = self._tell("Page.addScriptToEvaluateOnNewDocument", source=_CLOCK.format(moment=moment))
        self._clock = [clock["identifier"]]
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self._tell("Emulation.setTimezoneOverride", timezoneId="Asia/Shanghai")
        self._tell("Emulation.setEmulatedMedia", features=features)
        self.resize(width, 900)
        self.driver.get("about:blank")
        self.messages(), self.requests()  # of the page before
        self.driver.get(page.as_uri())

    def resize(self, width: int, height: int) -> None:
        """Give the window a size; a narrow one is a phone's."""
        self._tell(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )

    def messages(self) -> list[str]:
        """Return what the page has written to the console since this was last asked."""
        return [f"{entry['level']}: {entry['message']}" for entry in self._log("browser")]

    def requests(self) -> list[str]:
        """Return the addresses that were asked for since this was last asked."""
        entries = (json.loads(entry["message"])["message"] for entry in self._log("performance"))
        sent = [entry["params"] for entry in entries if entry["method"] == "Network.requestWillBeSent"]
        return [one["request"]["url"] for one in sent]

    def run(self, script: str, *given: Any) -> Any:
        """Return what a script returns."""
        return self.driver.execute_script(script, *given)

    def rest(self) -> None:
        """Wait until the page has done what it put off for a moment, by its own clock."""
        self.driver.execute_async_script("setTimeout(arguments[0], 100)")

    def all(self, selector: str) -> list[WebElement]:
        """Return the elements that a selector finds."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        """Return the texts of the elements that can be seen."""
        script = (
            "return [...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility()).map(e => e.innerText)"
        )
        return [str(text) for text in self.run(script, selector)]

    def violations(self) -> list[str]:
        """Return what axe finds wrong, serious or critical: the rules that Chromium and a rule book can decide."""
        self.run(require_text("axe-core"))
        found = self.driver.execute_async_script("axe.run(document).then(arguments[arguments.length - 1])")
        return [
            f"{one['id']}: {node['html']}"
            for one in found["violations"]
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
        ]

    def picture(self, path: Path, *, width: int, height: int = 0) -> None:
        """Write a picture of the page, of all of it where no height is said."""
        self.resize(width, height or int(self.run("return document.documentElement.scrollHeight")))
        path.write_bytes(base64.b64decode(self._tell("Page.captureScreenshot")["data"]))

    def printed(self, path: Path) -> Path:
        """Write the page as it is printed on A4, and return the PDF."""
        sheet = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": True}
        path.write_bytes(base64.b64decode(self._tell("Page.printToPDF", **sheet)["data"]))
        return path

    def _log(self, kind: str) -> list[dict[str, Any]]:
        return list(self.driver.get_log(kind))  # type: ignore[no-untyped-call]

    def _tell(self, command: str, **parameters: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.driver.execute_cdp_cmd(command, parameters)
        return answer


def require_text(tool: str) -> str:
    """Return the text of what `make system` has brought."""
    return Path(require(tool)).read_text(encoding="utf-8")
