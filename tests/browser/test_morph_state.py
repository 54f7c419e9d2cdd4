"""What runs, plays and lives in a page goes on when its HTML is edited."""

import base64
import struct
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.morph_harness import MOVES, MorphPage, open_morph


@pytest.fixture(scope="module", params=MOVES)
def morph(browser: Browser, request: pytest.FixtureRequest) -> Iterator[MorphPage]:
    yield from open_morph(browser, request.param)


def silence(seconds: int) -> str:
    """A WAV file as a URL."""
    samples = bytes([128]) * 8000 * seconds
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    data = struct.pack("<4sI", b"data", len(samples)) + samples
    wave = struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(data), b"WAVE") + form + data
    return "data:audio/wav;base64," + base64.b64encode(wave).decode()


@pytest.mark.parametrize("tag", ["audio", "video"])
def test_playing_media(morph: MorphPage, tag: str) -> None:
    media = f"<{tag} id=m muted loop src='{silence(1)}'></{tag}>"
    morph.open(f"<p id=a>a</p><p id=b>b</p>{media}")
    morph.act(
        "window.m = $('#m'); window.stops = [];"
        "for (const name of ['emptied', 'ended', 'waiting', 'error', 'seeking'])"
        "  m.addEventListener(name, () => stops.push(name)); m.loop = true; m.play()"
    )
    morph.page.wait_for_function("m.currentTime > 0")
    for body in (
        f"<h1>new</h1><p id=a>c</p><p id=b>b</p>{media}",
        f"{media}<p id=b>b</p><p id=a>c</p>",
        f"<p id=b>b</p><div>{media}</div><p id=a>c</p>",
    ):
        morph.edit(body)
        morph.check("m.isConnected && $('#m') == m && !m.paused")
        morph.js("window.was = m.currentTime")
        morph.page.wait_for_function("m.currentTime > was")
    assert [stop for stop in morph.js("stops") if stop in ("emptied", "ended", "error")] == []


def test_fullscreen(morph: MorphPage) -> None:
    box = "<div id=box><p>a</p></div>"
    morph.open(f"<p id=x>x</p>{box}<p id=y>y</p>")
    morph.page.click("#box")
    morph.js("$('#box').requestFullscreen()")
    morph.check("document.fullscreenElement == $('#box')")
    morph.edit(f"<h1>new</h1><p id=y>y!</p>{box.replace('a', 'b')}<p id=x>x</p>")
    morph.check("document.fullscreenElement == $('#box') && $('#box').textContent == 'b'")
    morph.js("document.exitFullscreen()")


def test_what_is_looked_at_stays_where_it_is(morph: MorphPage) -> None:
    body = "<p style='height: 2000px'>a</p><p id=seen>b</p><p style='height: 2000px'>c</p>"
    morph.open(body)
    morph.act("scrollTo(0, 1900); window.top0 = $('#seen').getBoundingClientRect().top")
    morph.edit(f"<h1 style='height: 300px; margin: 0'>new</h1>{body}")
    # The browser's own anchoring, which a morph must not upset; it acts with the next layout.
    morph.page.wait_for_function("$('#seen').getBoundingClientRect().top == top0")


def test_running_transition(morph: MorphPage) -> None:
    style = "<style>p { opacity: 0; transition: opacity 1000s } p.on { opacity: 1 }</style>"
    morph.open("<p id=t>a</p><b id=b>b</b>", head=style)
    morph.act("getComputedStyle($('p')).opacity; $('p').classList.add('on')")
    morph.act("window.run = $('p').getAnimations()[0]; run.currentTime = 5e5")
    morph.edit("<h1>new</h1><p id=t title=new>a!</p><i>i</i><b id=b>b</b>", head=style)
    morph.check("$('p').getAnimations()[0] == run && run.currentTime >= 5e5")


def test_animation_of_an_element_that_moves(morph: MorphPage) -> None:
    style = "<style>@keyframes a { to { left: 1px } } p { animation: a 1000s }</style>"
    morph.open("<p id=p>a</p><b id=b>b</b><i id=i>c</i>", head=style)
    morph.act("window.run = $('p').getAnimations()[0]; run.currentTime = 5e5")
    morph.edit("<b id=b>b</b><i id=i>c</i><p id=p>a</p>", head=style)
    # Nothing but an atomic move keeps it.
    assert morph.js("$('p').getAnimations()[0] == run") is morph.moves


COUNTER = """
    const Counter = class extends HTMLElement {
        calls = [];
        connectedCallback() { this.calls.push('in'); }
        disconnectedCallback() { this.calls.push('out'); }
        connectedMoveCallback() { this.calls.push('moved'); }
    };
    customElements.get('x-counter') ?? customElements.define('x-counter', Counter);
"""


def test_custom_element_hears_of_a_move_only(morph: MorphPage) -> None:
    morph.open("<x-counter id=c></x-counter><p id=p>a</p><p id=q>b</p>", before=COUNTER)
    morph.act("window.c = $('#c'); c.count = 7")
    morph.edit("<p id=p>a</p><p id=q>b</p><x-counter id=c></x-counter>")
    morph.check("$('#c') == c && c.count == 7")
    assert morph.js("c.calls.slice(1)") == (["moved"] if morph.moves else ["out", "in"])


def test_elements_that_change_the_page_while_it_is_edited(morph: MorphPage) -> None:
    define = """
        customElements.get('x-eater') ?? customElements.define('x-eater',
            class extends HTMLElement {
                connectedCallback() { this.nextElementSibling?.remove(); }
                disconnectedCallback() { document.querySelector('#gone')?.remove(); }
            });
    """
    morph.open("<p id=a>a</p><p id=b>b</p><p id=c>c</p>", before=define)
    morph.edit("<p id=a>a</p><i>i</i><x-eater></x-eater><p id=b>b</p><u>u</u><p id=c>c</p>")
    morph.check("$('i') && $('u') && $('#c') && !$('#b')")
    morph.edit(
        "<p id=c>c</p><x-eater id=e></x-eater><p id=gone>d</p><b>b</b><p id=b>b</p><p id=a>a</p>"
    )
    # What it eats then is its own business: the edit goes on around it.
    morph.check("$('#a') && $('#c')")


def test_what_cannot_be_put_back_is_said(morph: MorphPage) -> None:
    morph.open("<dialog id=d>a</dialog><p id=a>a</p><p id=b>b</p>")
    morph.act("$('#d').showModal(); $('#d').showModal = () => { throw new Error('no') }")
    morph.act("$('#d').focus = $('#d').showModal")
    morph.edit("<p id=b>b</p><div><dialog id=d>a</dialog></div><p id=a>a</p>")
    morph.check("$('div > #d') && $('#a').previousSibling.nodeName == 'DIV'")


def test_slots_and_shadow_state(morph: MorphPage) -> None:
    morph.open("<x-tabs><p slot=a>a</p><p slot=b>b</p></x-tabs>")
    morph.act(
        "const root = $('x-tabs').attachShadow({ mode: 'open' });"
        "root.innerHTML = '<input><slot name=b></slot><slot name=a></slot>';"
        "root.firstChild.value = 'typed'; window.root = root"
    )
    morph.edit(
        "<h1>new</h1><x-tabs lang=en><p slot=b>b!</p><p slot=a>a</p><p slot=a>c</p></x-tabs>"
    )
    morph.check("$('x-tabs').shadowRoot == root && root.firstChild.value == 'typed'")
    morph.check("root.lastChild.assignedNodes().map((n) => n.textContent).join('') == 'ac'")
    morph.check("root.children[1].assignedNodes()[0].textContent == 'b!'")


def test_form_associated_element(morph: MorphPage) -> None:
    define = """
        customElements.get('x-field') ?? customElements.define('x-field',
            class extends HTMLElement {
                static formAssociated = true;
                internals = this.attachInternals();
            });
    """
    morph.open("<form id=f><x-field name=x></x-field></form><p>a</p>", before=define)
    morph.act("$('x-field').internals.setFormValue('mine')")
    for body in (
        "<form id=f><p>new</p><x-field name=x class=c></x-field></form><p>b</p>",
        "<p>b</p><form id=f><x-field name=x class=c></x-field><p>new</p></form>",
        "<p>b</p><form id=f></form><x-field name=x class=c form=f></x-field>",
    ):
        morph.edit(body)
        morph.check("new FormData($('form')).get('x') == 'mine'")


def test_frame_that_a_script_filled(morph: MorphPage) -> None:
    frame = "<iframe id=f></iframe>"
    morph.open(f"<p>a</p>{frame}")
    morph.act("$('#f').contentDocument.body.innerHTML = '<input>'")
    morph.act("$('#f').contentDocument.querySelector('input').value = 'typed'")
    morph.edit(f"<p>b</p><p>new</p>{frame.replace('>', ' title=t>', 1)}<p>new</p>")
    morph.check("$('#f').contentDocument.querySelector('input').value == 'typed'")


def test_object_and_embed_are_not_moved(morph: MorphPage) -> None:
    page = "data:text/html,x"
    plugins = f"<object id=o data='{page}'></object><embed id=e src='{page}'>"
    morph.open(f"<p id=a>a</p><p id=b>b</p>{plugins}")
    morph.act("window.plugins = [$('#o'), $('#e')]")
    for body in (
        f"<h1>new</h1><p id=a>a!</p><p id=b>b</p>{plugins}",
        f"{plugins}<p id=b>b</p><i>new</i><p id=a>a</p>",
    ):
        morph.edit(body)
        morph.check("$('#o') == plugins[0] && $('#e') == plugins[1]")
        # Taken out and put in again, each would load again.
        morph.check("!records.some((r) => plugins.some((e) => [...r.removedNodes].includes(e)))")


def test_client_rendered_root_with_routes(morph: MorphPage) -> None:
    morph.open("<div id=app></div><footer>a</footer>")
    morph.act(
        "$('#app').innerHTML = '<main><h1>Route</h1><button>0</button></main>';"
        "window.clicks = 0; $('button').onclick = () => { $('button').textContent = ++clicks }"
    )
    morph.page.click("button")
    morph.edit("<header>new</header><div id=app class=wide></div><footer>b</footer>")
    morph.page.click("button")
    morph.check("$('button').textContent == '2' && $('#app').className == 'wide'")


def test_client_root_with_a_placeholder_that_the_script_replaced(morph: MorphPage) -> None:
    morph.open("<div id=app><p>Loading…</p></div><footer>a</footer>")
    morph.act("$('#app').replaceChildren(document.createElement('main'))")
    morph.edit("<div id=app><p>Loading…</p></div><footer>b</footer>")
    morph.check("$('#app').innerHTML == '<main></main>' && $('footer').textContent == 'b'")
    result = morph.update("<div id=app><p>Please wait</p></div><footer>b</footer>")
    assert (result.kind, result.records) == ("reload", 0)
