"""A stranger's page in a real browser, beside ours: what it may do is nothing."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from tests.project import Project

FILES = {
    "index.html": "<!doctype html><html><head><script type='module' src='main.js'></script>"
    "<link rel='stylesheet' href='theme.css'></head><body><p id='out'></p></body></html>",
    "main.js": "import { text } from './dep.js';\n"
    "document.getElementById('out').textContent = text;\nimport.meta.hot?.accept();\n",
    "dep.js": "export const text = 'ours';\n",
    "classic.js": "globalThis.stolen = 'source';\n",
    "theme.css": "body { --stolen: yes }\n",
    "data.json": '{"stolen": true}',
    "x.svg": "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='3'></svg>",
}
# Tries everything a page can try without being told to, and says what came of it.
ATTACK = """
async (target) => {
  const seen = [];
  const Native = WebSocket;
  window.WebSocket = function (...given) { seen.push(given.flat().join(' ')); };
  const load = (name, attributes) => new Promise((resolve) => {
    const element = document.createElement(name);
    element.onload = () => resolve('loaded');
    element.onerror = () => resolve('refused');
    Object.assign(element, attributes);
    document.head.append(element);
  });
  const outcome = (promise) => promise.then((value) => `got ${value}`, () => 'refused');
  const results = {};
  for (const path of ['classic.js', 'main.js', 'data.json', '@hotreload/client.js']) {
    results[`script ${path}`] = await load('script', { src: target + path });
    results[`module ${path}`] = await load('script', { type: 'module', src: target + path });
    results[`import ${path}`] = await outcome(import(target + path));
    results[`fetch ${path}`] = await outcome(fetch(target + path).then((r) => r.text()));
  }
  results['opaque'] = await outcome(
    fetch(target + 'main.js', { mode: 'no-cors' }).then((r) => r.text()).then((t) => t.length));
  results['image'] = await load('img', { src: target + 'x.svg' });
  results['style'] = await load('link', { rel: 'stylesheet', href: target + 'theme.css' });
  results['worker'] = await new Promise((resolve) => {
    try {
      new Worker(target + 'main.js').onerror = () => resolve('refused');
    } catch { resolve('refused'); }
  });
  results['post'] = await outcome(
    fetch(target + '@hotreload/stream', { method: 'POST' }).then((r) => r.text()));
  for (const protocols of [[], ['hotreload'], ['hotreload', 'hr.guessed']]) {
    results[`socket ${protocols}`] = await new Promise((resolve) => {
      const socket = new Native(target.replace('http', 'ws') + '@hotreload/ws', protocols);
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('refused');
    });
  }
  const frame = document.createElement('iframe');
  frame.src = target;
  await new Promise((resolve) => { frame.onload = resolve; document.body.append(frame); });
  try { results['frame'] = `got ${frame.contentDocument.body.textContent}`; }
  catch { results['frame'] = 'refused'; }
  results['frame'] = frame.contentDocument === null ? 'refused' : results['frame'];
  const style = getComputedStyle(document.body).getPropertyValue('--stolen');
  return { results, seen, stolen: globalThis.stolen ?? style };
}
"""


@contextmanager
def serving(html: str) -> Iterator[int]:
    """A server of the stranger's."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def stranger() -> Iterator[int]:
    with serving("<!doctype html><title>stranger</title><body>stranger</body>") as port:
        yield port


@pytest.fixture
def page(misled_page: Page) -> Page:
    return misled_page


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("ours")
    project = Project(folder / "site", folder / "state").write(FILES)
    yield project.start("--host", "0.0.0.0")
    project.close()


def works(page: Page, url: str) -> None:
    """Our own page does: its modules load, and it is connected."""
    page.goto(url)
    expect(page.locator("#out")).to_have_text("ours")


def own_address() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        name: str = probe.getsockname()[0]
        return name


@pytest.mark.parametrize("name", ["evil.example", "localhost", "127.0.0.1"])
@pytest.mark.parametrize("target", ["127.0.0.1", "localhost", "network"])
def test_a_stranger_s_page_gets_nothing(
    page: Page, ours: Project, stranger: int, name: str, target: str
) -> None:
    """From another site, and from another port of this machine, which is the same site."""
    address = own_address() if target == "network" else target
    if address is None:
        address = "127.0.0.2"  # no network: another address that is no name of the stranger's
    url = f"http://{address}:{ours.port}/"
    works(page, url)
    page.goto(f"http://{name}:{stranger}/")
    found = page.evaluate(ATTACK, url)
    results = found["results"]
    opaque = results.pop("opaque")
    assert opaque in ("refused", "got 0")
    assert {key: value for key, value in results.items() if value != "refused"} == {}
    assert found["seen"] == []
    assert not found["stolen"]
    works(page, url)


def test_a_stranger_s_link_leads_to_our_page(page: Page, ours: Project) -> None:
    link = f"<!doctype html><a href='http://127.0.0.1:{ours.port}/'>to it</a>"
    with serving(link) as port:
        page.goto(f"http://evil.example:{port}/")
        page.click("a")
        expect(page.locator("#out")).to_have_text("ours")


def test_a_rebound_name_gets_nothing(page: Page, ours: Project) -> None:
    works(page, ours.url)
    answer = page.goto(f"http://rebound.example:{ours.port}/")
    assert answer is not None
    assert answer.status == 403
    assert "--allow-host rebound.example" in answer.text()
    found = page.evaluate(
        """async () => {
          const texts = [];
          for (const path of ['/', '/main.js', '/@hotreload/client.js', '/@hotreload/status'])
            texts.push((await fetch(path)).status);
          const socket = new WebSocket(`ws://${location.host}/@hotreload/ws`, ['hotreload']);
          return [texts, await new Promise((resolve) => {
            socket.onopen = () => resolve('open'); socket.onerror = () => resolve('refused');
          })];
        }"""
    )
    assert found == [[403, 403, 403, 403], "refused"]


def test_the_runtime_is_no_classic_script_even_of_our_own_page(page: Page, ours: Project) -> None:
    works(page, ours.url)
    error = page.evaluate(
        """() => new Promise((resolve) => {
          addEventListener('error', (event) => resolve(event.message), { once: true });
          const script = document.createElement('script');
          script.src = '/@hotreload/client.js';
          document.head.append(script);
        })"""
    )
    assert "SyntaxError" in error


def test_a_named_origin_loads_our_modules_and_is_updated(page: Page, project: Project) -> None:
    project.write(FILES)
    html = (
        "<!doctype html><body><p id='out'></p>"
        f"<script type='module' src='http://localhost:{project.port}/main.js'></script>"
    )
    with serving(html) as port:
        project.start("--cors-origin", f"http://localhost:{port}")
        page.goto(f"http://127.0.0.1:{port}/")
        refused = page.evaluate("u => import(u).then(() => 'got', () => 'refused')", project.url)
        assert refused == "refused", "the same server under another name is another origin"
        page.goto(f"http://localhost:{port}/")
        expect(page.locator("#out")).to_have_text("ours")
        project.edit("dep.js", "ours", "edited")
        expect(page.locator("#out")).to_have_text("edited")
