"""The form in a real JupyterLab, in a browser, by keyboard alone: from two files as received to the page."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from browser import chromium, needs_chromium
from conftest import ROOT
from folders import REGISTER
from playwright.sync_api import Page
from test_new import UNIT, received

from audit.running import saving

SECONDS = 30
CODE = "000.00.99.H99-250401-0001"
FOCUSED = """() => {
  const at = document.activeElement, box = at.closest(".jupyter-widgets");
  const label = box && box.querySelector("label");
  return !at.matches("button, input, select") ? "" : [at.textContent, label ? label.textContent : ""].join(" | ");
}"""


@pytest.fixture
def lab(tmp_path) -> Iterator[str]:
    """The address of a JupyterLab that shows a copy of the notebooks."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
            "--IdentityProvider.token=", f"--ServerApp.root_dir={tmp_path / 'notebooks'}"]  # fmt: skip
    home = {"HOME": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    process = subprocess.Popen(
        line, env=os.environ | home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        address, end = f"http://127.0.0.1:{port}", time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                urlopen(f"{address}/api").close()
                break
            except URLError:
                time.sleep(0.2)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(SECONDS)


def tab_to(page: Page, text: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if text in page.evaluate(FOCUSED):
            return
    raise AssertionError(text)


@needs_chromium
def test_by_keyboard_alone_two_files_become_a_page_and_the_notebook_keeps_no_data(lab, tmp_path):
    export = f"{UNIT}\n{CODE} | 01/04/2025 | 08/04/2025 | 10/04/2025 | UBND xã Thử"
    files = received(tmp_path / "in", xuat__csv=export, so__csv=REGISTER.replace("H-1", CODE))
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(SECONDS * 1000)
        page.goto(f"{lab}/lab/tree/begin.ipynb")
        page.locator(".jp-Notebook-cell").first.wait_for()
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        keys = page.keyboard
        keys.press("Control+Shift+c")
        keys.type("Run All Cells")
        keys.press("Enter")
        page.locator("[data-keys=form] .widget-upload").first.wait_for()
        tab_to(page, "Chọn tệp")
        with page.expect_file_chooser() as chooser:
            page.evaluate("0")  # by now the browser knows that somebody waits for it
            keys.press("Enter")
        chooser.value.set_files([str(file) for file in files.iterdir()])
        page.get_by_text("Chọn tệp (nhiều tệp một lần) (2)").wait_for()
        tab_to(page, "Đọc tệp")
        keys.press("Enter")
        page.get_by_text("Đơn vị có lưu những sổ nào?").wait_for()
        tab_to(page, "so.csv")
        keys.press("ArrowDown")
        assert page.evaluate("document.activeElement.value").replace("\xa0", " ") == "Phần mềm"
        keys.press("ArrowUp")
        tab_to(page, "Ngày kiểm tra")
        keys.press("Control+a")
        keys.type("05/05/2025")
        tab_to(page, "Thư mục hồ sơ sẽ tạo")
        keys.type(str(tmp_path / "kiem-tra" / "xa" / "q"))
        for _ in range(5):  # records, of each of which it is said that it is not kept
            tab_to(page, "Không")
            keys.press("Space")
        tab_to(page, "Lập bản kiểm tra")
        keys.press("Enter")
        keys.press("b")  # Lab's keys for a new cell, and to cut one away
        keys.press("x")
        shown = page.frame_locator("iframe[title='Trang kết quả']")
        shown.get_by_text("BẢN NỘI BỘ").first.wait_for()
        assert page.locator(".jp-Notebook-cell").count() == 5
        notebook = tmp_path / "notebooks" / "begin.ipynb"
        before = notebook.stat().st_mtime_ns
        page.locator("[data-jp-item-name=save]").click()
        end = time.monotonic() + SECONDS
        while notebook.stat().st_mtime_ns == before and time.monotonic() < end:
            page.wait_for_timeout(100)
        assert notebook.stat().st_mtime_ns > before
        assert CODE not in notebook.read_text(encoding="utf-8")
        assert "xã Thử" not in notebook.read_text(encoding="utf-8")
    assert (tmp_path / "kiem-tra" / "ket-qua" / "shareable" / "xa" / "q" / "audit.html").is_file()


class Contents:
    root_dir = str(ROOT)


def saved(path: str, source: str) -> dict:
    cell = {"id": "facts", "cell_type": "code", "metadata": {"trusted": True}, "source": source,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": CODE}], "execution_count": 7}  # fmt: skip
    other = cell | {"id": "new"}
    model = {"type": "notebook", "content": {"cells": [dict(cell), dict(other)], "metadata": {"widgets": {}}}}
    saving.without_outputs(model, path, Contents())
    return model["content"]


def test_the_toolkits_own_notebook_is_saved_as_typed_and_with_the_outputs_that_it_had():
    content = saved("notebooks/audit_commune.ipynb", "x = 1")
    assert content["cells"][0]["source"] == "x = 1"
    assert CODE not in str(content)
    assert "widgets" not in content["metadata"]
    assert "xã Bình Phước" in str(content["cells"][0]["outputs"])
    assert content["cells"][1]["outputs"] == []


def test_a_notebook_elsewhere_is_saved_as_it_is():
    assert str(saved("data/begin.ipynb", "x = 1")).count(CODE) == 2
