"""What users did stays in a page whose HTML is edited."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.morph_harness import MOVES, MorphPage, open_morph


@pytest.fixture(scope="module", params=MOVES)
def morph(browser: Browser, request: pytest.FixtureRequest) -> Iterator[MorphPage]:
    yield from open_morph(browser, request.param)


FRAME = "<iframe id=f srcdoc='<p>inside'></iframe>"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>a</p><input>", "<p>b</p><input>"),
        ("<input>", "<p>new</p><input>"),
        ("<input>", "<input name=new><input>"),
        ("<p id=a>a</p><p id=b><input></p>", "<p id=b><input></p><p id=a>a</p>"),
        ("<p>x</p><p><input></p>", "<p><input></p><p>x</p>"),
        ("<input>", "<div><input></div>"),
        ("<div><input></div>", "<input>"),
        ("<div id=a><input></div>", "<section id=a><input></section>"),
        ("<input>", "<input class=a placeholder=b>"),
    ],
)
def test_focus_caret_and_value(morph: MorphPage, before: str, after: str) -> None:
    typed = "value=x data-typed"
    before, after = (html.replace("<input>", f"<input {typed}>") for html in (before, after))
    before, after = (html.replace("class=a", f"class=a {typed}") for html in (before, after))
    morph.open(before)
    morph.act(
        "window.field = $('[data-typed]'); field.focus(); field.value = 'hello';"
        "field.setSelectionRange(1, 3, 'backward')"
    )
    morph.edit(after)
    morph.check("document.activeElement == field && field.isConnected && field.value == 'hello'")
    morph.check("[field.selectionStart, field.selectionEnd].join() == '1,3'")
    morph.check("field.selectionDirection == 'backward'")


def test_focus_in_a_shadow_root(morph: MorphPage) -> None:
    morph.open("<p>a</p><p>b</p><x-a></x-a>")
    morph.act(
        "const root = $('x-a').attachShadow({ mode: 'open' }); root.innerHTML = '<input>';"
        "root.firstChild.focus()"
    )
    morph.edit("<x-a></x-a><p>a</p><p>b</p>")
    morph.check("$('x-a').shadowRoot.activeElement == $('x-a').shadowRoot.firstChild")


def test_text_selection(morph: MorphPage) -> None:
    morph.open("<p>one two three</p><p>x</p>")
    morph.act("const t = $('p').firstChild; getSelection().setBaseAndExtent(t, 7, t, 4)")
    morph.edit("<i>new</i><p>one two four</p><p>y</p>")
    morph.check("getSelection().toString() == 'two' && getSelection().anchorOffset == 7")


def test_selection_of_moved_text(morph: MorphPage) -> None:
    morph.open("<p id=a>one two</p><p id=b>x</p><p id=c>y</p>")
    morph.act("const t = $('p').firstChild; getSelection().setBaseAndExtent(t, 0, t, 3)")
    morph.edit("<p id=b>x</p><p id=c>y</p><div><p id=a>one two</p></div>")
    morph.check("getSelection().toString() == 'one'")


def test_selection_of_removed_text_is_dropped(morph: MorphPage) -> None:
    morph.open("<p>one</p><p id=b>two</p>")
    morph.act("getSelection().selectAllChildren($('p'))")
    morph.edit("<p id=b>two</p>")
    morph.check("getSelection().toString() == ''")


DIRTY = [
    ("<input>", "e.value = 'typed'", "e.value == 'typed'"),
    ("<input type=number>", "e.value = '7'", "e.value == '7'"),
    ("<input type=date>", "e.value = '2026-11-21'", "e.value == '2026-11-21'"),
    ("<input type=search name=id>", "e.value = 'typed'", "e.value == 'typed'"),
    ("<input form=elsewhere name=n>", "e.value = 'typed'", "e.value == 'typed'"),
    ("<input required>", "e.setCustomValidity('no')", "e.validationMessage == 'no'"),
    ("<input type=range value=1>", "e.value = '9'", "e.value == '9'"),
    ("<input type=color>", "e.value = '#ff0000'", "e.value == '#ff0000'"),
    ("<input type=checkbox>", "e.checked = true", "e.checked"),
    ("<input type=checkbox checked>", "e.checked = false", "!e.checked"),
    ("<input type=checkbox>", "e.indeterminate = true", "e.indeterminate"),
    ("<input type=radio name=r>", "e.checked = true", "e.checked"),
    ("<select><option>1<option>2</select>", "e.value = '2'", "e.value == '2'"),
    (
        "<select multiple><option selected>1<option>2</select>",
        "e.options[0].selected = false; e.options[1].selected = true",
        "e.selectedOptions.length == 1 && e.value == '2'",
    ),
    ("<textarea>a</textarea>", "e.value = 'typed'", "e.value == 'typed'"),
    (
        "<input type=file>",
        "const d = new DataTransfer(); d.items.add(new File(['x'], 'x')); e.files = d.files",
        "e.files.length == 1",
    ),
    ("<div contenteditable>a</div>", "e.firstChild.data = 'typed'", "e.innerText == 'typed'"),
    ("<details><summary>a</summary>b</details>", "e.open = true", "e.open"),
    ("<details open><summary>a</summary>b</details>", "e.open = false", "!e.open"),
    ("<dialog>a</dialog>", "e.showModal()", "e.matches(':modal')"),
    ("<dialog>a</dialog>", "e.show()", "e.open"),
    ("<div popover>a</div>", "e.showPopover()", "e.matches(':popover-open')"),
    (
        "<canvas width=1 height=1></canvas>",
        "const c = e.getContext('2d'); c.fillRect(0, 0, 1, 1)",
        "e.getContext('2d').getImageData(0, 0, 1, 1).data[3] == 255",
    ),
    (
        "<div style='height: 20px; overflow: auto'><p style='height: 900px'>a</div>",
        "e.scrollTop = 50",
        "e.scrollTop == 50",
    ),
]


@pytest.mark.parametrize(("element", "act", "state"), DIRTY)
def test_state_stays(morph: MorphPage, element: str, act: str, state: str) -> None:
    tag, _, rest = element.partition(">")
    marked = f"{tag} id=e>{rest}"
    morph.open(f"<p>a</p><section>{marked}</section><p>z</p>")
    morph.act(f"window.e = $('#e'); {act}")
    changed = f"{tag} id=e title=new>{rest}"
    for source in (
        f"<p>b</p><section>{marked}</section><p>z</p>",
        f"<h1>new</h1><p>b</p><section><i>new</i>{marked}<i>new</i></section>",
        f"<section>{changed}</section><p>b</p><h1>new</h1>",
        f"<section></section><p>b</p><main>{changed}</main>",
    ):
        morph.edit(source)
        morph.check(f"e.isConnected && {state}")


def test_number_with_text_that_is_none(morph: MorphPage) -> None:
    morph.open("<p>a</p><input type=number>")
    morph.page.click("input")
    morph.page.keyboard.type("1e")
    morph.check("$('input').validity.badInput")
    morph.edit("<h1>new</h1><p>b</p><input type=number title=new><p>new</p>")
    morph.check("$('input').validity.badInput")
    morph.page.keyboard.type("5")
    morph.check("$('input').value == '1e5'")


def test_fields_named_like_a_forms_own_properties(morph: MorphPage) -> None:
    names = ["id", "name", "children", "attributes", "remove", "replaceWith", "style", "title"]
    fields = "".join(f"<input name={name}>" for name in names)
    form = "<form id=f class='{}' style='top: {}'>{}<p>{}</p></form>"
    morph.open(f"<p>a</p>{form.format('a', 0, fields, 'x')}")
    morph.act("window.f = $('form'); f.classList.add('js'); f.setAttribute('style', 'left: 1px')")
    morph.act("$$('input').forEach((input) => { input.value = 'typed' })")
    morph.edit(f"<h1>new</h1>{form.format('b', '1px', fields + '<b>c</b>', 'y')}<p>a</p>")
    morph.check("$('form') == f && f.className == 'js b' && $('form p').textContent == 'y'")
    morph.check("f.getAttribute('style').includes('top: 1px')")
    morph.check("$$('input').every((input) => input.value == 'typed')")
    morph.edit("<h1>new</h1><p>a</p>")
    morph.check("!$('form')")


def test_details_of_one_group(morph: MorphPage) -> None:
    group = "".join(f"<details name=g id=d{n}><summary>{n}</summary>{n}</details>" for n in (1, 2))
    morph.open(f"<p>a</p>{group}")
    morph.act("$('#d2').open = true")
    morph.edit(f"<h1>new</h1><details name=g id=d0><summary>0</summary>0</details>{group}")
    morph.check("$$('details').map((d) => +d.open).join('') == '001'")


def test_radio_group_that_gets_another_member(morph: MorphPage) -> None:
    radio = "<label><input type=radio name=r value={0}>{0}</label>"
    morph.open(f"<form>{radio.format(1)}{radio.format(2)}</form>")
    morph.page.click("text=2")
    morph.edit(f"<form>{radio.format(0)}{radio.format(2)}{radio.format(1)}</form>")
    morph.check("$$(':checked').length == 1 && $(':checked').value == '2'")


def test_options_that_come_and_go_around_the_chosen_one(morph: MorphPage) -> None:
    morph.open("<select><option>a<option>b<option>c</select>")
    morph.act("$('select').value = 'b'")
    morph.edit("<select><option>0<option>a<optgroup label=g><option>b</optgroup></select>")
    morph.check("$('select').value == 'b'")
    morph.edit("<select><option>0<option>a</select>")
    morph.check("$('select').value == '0'")


def test_editable_text(morph: MorphPage) -> None:
    editor = "<div contenteditable id=e><p>one</p><p>two</p></div>"
    morph.open(f"<h1>a</h1>{editor}")
    morph.page.click("#e p:last-child")
    morph.page.keyboard.press("End")
    morph.page.keyboard.type(" typed")
    morph.page.keyboard.press("Enter")
    morph.page.keyboard.type("three")
    morph.edit(
        f"<h1>b</h1><i>new</i>{editor.replace('contenteditable', 'contenteditable lang=en')}"
    )
    morph.check("$('#e').innerText.replace(/\\n+/g, '|') == 'one|two typed|three'")
    morph.page.keyboard.type("!")
    morph.check("$('#e').innerText.endsWith('three!') && document.activeElement == $('#e')")


def test_changed_defaults_leave_the_users_choice(morph: MorphPage) -> None:
    morph.open(
        "<input id=i value=a><input id=c type=checkbox><textarea>a</textarea>"
        "<select><option>1<option>2<option>3</select>"
        "<input type=radio name=r id=r1><input type=radio name=r id=r2>"
    )
    morph.act(
        "$('#i').value = 'typed'; $('#c').click(); $('#c').click(); $('textarea').value = 'typed';"
        "$('select').value = '2'; $('#r1').click()"
    )
    morph.edit(
        "<input id=i value=b><input id=c type=checkbox checked><textarea>b</textarea>"
        "<select><option>1<option>2<option selected>3</select>"
        "<input type=radio name=r id=r1><input type=radio name=r id=r2 checked>"
    )
    morph.check("$('#i').value == 'typed' && $('#i').defaultValue == 'b' && !$('#c').checked")
    morph.check("$('textarea').value == 'typed' && $('textarea').defaultValue == 'b'")
    morph.check("$('select').value == '2' && $('#r1').checked && !$('#r2').checked")


def test_changed_defaults_show_where_the_user_chose_nothing(morph: MorphPage) -> None:
    morph.open("<input value=a><textarea>a</textarea><select><option>1<option>2</select>")
    morph.edit("<input value=b><textarea>b</textarea><select><option>1<option selected>2</select>")
    morph.check("$('input').value == 'b' && $('textarea').value == 'b' && $('select').value == '2'")


def test_page_scroll(morph: MorphPage) -> None:
    tall = "<div style='height: 5000px'>a</div>"
    morph.open(f"{tall}<p>b</p>")
    morph.act("scrollTo(0, 1000)")
    morph.edit(f"{tall}<p>c</p><p>d</p>")
    morph.check("scrollY == 1000")


def test_frame_is_not_reloaded(morph: MorphPage) -> None:
    morph.open(f"<p id=a>a</p><p id=b>b</p>{FRAME}")
    morph.act("$('iframe').contentWindow.mine = true")
    morph.edit(f"<h1>new</h1><p id=a>a</p><p id=b>b</p>{FRAME}")
    morph.check("$('iframe').contentWindow.mine")
    morph.edit(f"{FRAME}<p id=b>b</p><h1>new</h1><p id=a>a</p>")
    morph.check("$('iframe').contentWindow.mine")
    if morph.moves:
        morph.edit(f"<p id=b>b</p><h1>new</h1><div>{FRAME}</div><p id=a>a</p>")
        morph.check("$('iframe').contentWindow.mine")


def test_custom_element_is_not_reconnected(morph: MorphPage) -> None:
    morph.open("<p>a</p><my-el></my-el>")
    morph.act(
        "window.calls = 0; if (!customElements.get('my-el')) customElements.define('my-el',"
        "class extends HTMLElement { connectedCallback() { calls++; this.innerHTML = '<b>x' } })"
    )
    morph.edit("<h1>new</h1><p>b</p><my-el></my-el><p>new</p>")
    morph.check("calls == 1 && $('my-el b').textContent == 'x'")


def test_running_composition(morph: MorphPage) -> None:
    morph.open("<p>a</p><input><p id=b>b</p>")
    morph.act(
        "$('input').focus(); $('input').addEventListener('compositionend', () => { ended = 1 })"
    )
    morph.act("window.ended = 0")
    devtools = morph.page.context.new_cdp_session(morph.page)
    compose = {"text": "にほ", "selectionStart": 2, "selectionEnd": 2}
    devtools.send("Input.imeSetComposition", compose)
    morph.edit("<h1>new</h1><p id=b>c</p><input title=new><p>a</p>")
    morph.check("ended == 0 && $('input').value == 'にほ'")
    devtools.send("Input.insertText", {"text": "日本"})
    morph.check("$('input').value == '日本'")
    devtools.detach()


def test_running_animation(morph: MorphPage) -> None:
    morph.open("<p id=a>a</p><p id=b>b</p>")
    morph.act(
        "window.run = $('#a').animate([{ opacity: 0 }, { opacity: 1 }], 1e6); run.currentTime = 5e5"
    )
    morph.edit("<h1>new</h1><p id=a class=c>c</p><p id=b>b</p>")
    morph.check("run.playState == 'running' && run.currentTime >= 5e5")
