"""Which element of the page an edited one is: by likeness, whatever its fields are called."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.morph_harness import MorphPage, document, open_morph


@pytest.fixture(scope="module")
def morph(browser: Browser) -> Iterator[MorphPage]:
    yield from open_morph(browser, True)


def items(words: str) -> str:
    """A list of one item for each phrase, phrases being separated by commas."""
    return "".join(f"<li>{word.strip()}</li>" for word in words.split(",") if word)


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("milk, eggs", "tea, milk 2l, eggs", "milk 2l=milk, eggs=eggs"),
        ("milk, bread, salt", "tea, coffee, cocoa, milk 2l", "milk 2l=milk"),
        ("milk, eggs", "tea, milk 2l", "milk 2l=milk"),
        ("milk, eggs", "12 eggs, milk 2l", "12 eggs=eggs, milk 2l=milk"),
        ("Milch, Eier", "Tee, Vollmilch, Eier", "Vollmilch=Milch, Eier=Eier"),
        ("牛乳, 卵", "お茶, 牛乳二本, 卵", "牛乳二本=牛乳, 卵=卵"),
        ("<b>milk</b> 1l, eggs", "tea, <b>milk</b> 2l, eggs", "milk 2l=milk 1l, eggs=eggs"),
        ("<a href=m>milk</a>, x", "<a href=t>tea</a>, <a href=m>oat</a>, x", "oat=milk, x=x"),
    ],
)
def test_insertion_before_an_edited_twin(
    morph: MorphPage, before: str, after: str, kept: str
) -> None:
    morph.open(f"<ul>{items(before)}</ul>")
    morph.act("$$('li').forEach((li) => { li.mine = li.textContent })")
    morph.edit(f"<ul>{items(after)}</ul>")
    expected = dict(pair.strip().split("=") for pair in kept.split(","))
    found = morph.js("$$('li').map((li) => [li.textContent, li.mine ?? null])")
    assert {text: mine for text, mine in found if text in expected} == expected
    assert not {mine for text, mine in found if text not in expected} & set(expected.values())


def test_selection_in_an_edited_item_stays_as_it_was(morph: MorphPage) -> None:
    morph.open(f"<ul>{items('milk, eggs')}</ul>")
    morph.act("getSelection().selectAllChildren($('li'))")
    morph.edit(f"<ul>{items('tea, milk 2l, eggs')}</ul>")
    assert morph.js("getSelection().toString()").startswith("milk")


def test_long_list_of_which_each_item_changes_and_one_is_new(morph: MorphPage) -> None:
    names = [f"item {number} of many" for number in range(500)]
    morph.open(f"<ul>{items(','.join(names))}</ul>")
    morph.act("$$('li').forEach((li) => { li.mine = li.textContent })")
    morph.edit(f"<ul>{items(','.join(['first', *(name + '!' for name in names)]))}</ul>")
    morph.check("$$('li').slice(1).every((li) => li.textContent == li.mine + '!')")


def test_sorted_rows_keep_scroll_and_focus(morph: MorphPage) -> None:
    box = "<div style='overflow:auto; height:9px; width:99px'><p style='height:99px'>x</p></div>"
    rows = [f"<tr><td>{number * 7919 % 300}<td>{box}<input></tr>" for number in range(300)]
    morph.open(f"<table>{''.join(rows)}</table>")
    morph.act("$$('div')[7].scrollTop = 31; $$('input')[9].focus(); $$('input')[9].value = 'x'")
    morph.act("$$('tr').forEach((row) => { row.mine = row.textContent })")
    rows.sort(key=lambda row: int(row.split("<td>")[1]))
    morph.edit(f"<table>{''.join(rows)}</table>")
    morph.check(
        "$$('tr').every((row, i) => row.mine == row.textContent && +row.cells[0].textContent == i)"
    )
    morph.check("$$('div').filter((box) => box.scrollTop == 31).length == 1")
    morph.check("document.activeElement.value == 'x' && !$('[data-hotreload]')")


# Of forms, as a field may be called; and of documents, as an image may be.
MEMBERS = [
    "nodeType",
    "nodeName",
    "nodeValue",
    "firstChild",
    "lastChild",
    "nextSibling",
    "parentNode",
    "parentElement",
    "childNodes",
    "children",
    "isConnected",
    "ownerDocument",
    "contains",
    "isEqualNode",
    "cloneNode",
    "getRootNode",
    "insertBefore",
    "appendChild",
    "removeChild",
    "replaceChild",
    "hasChildNodes",
    "normalize",
    "localName",
    "namespaceURI",
    "attributes",
    "classList",
    "style",
    "matches",
    "closest",
    "querySelector",
    "querySelectorAll",
    "getAttribute",
    "hasAttribute",
    "setAttribute",
    "removeAttribute",
    "getAttributeNS",
    "setAttributeNS",
    "setAttributeNodeNS",
    "hasAttributeNS",
    "removeAttributeNS",
    "getAttributeNodeNS",
    "shadowRoot",
    "scrollTop",
    "scrollLeft",
    "focus",
    "moveBefore",
    "textContent",
    "innerHTML",
    "outerHTML",
    "id",
    "compareDocumentPosition",
]
OF_DOCUMENT = [
    "body",
    "head",
    "documentElement",
    "activeElement",
    "getSelection",
    "importNode",
    "adoptNode",
    "createElement",
    "createElementNS",
    "createComment",
    "createDocumentFragment",
    "createTextNode",
    "querySelectorAll",
    "querySelector",
    "getElementsByTagName",
    "dispatchEvent",
    "doctype",
    "forms",
]


def test_fields_and_images_named_like_members(morph: MorphPage) -> None:
    fields = "".join(f"<input name={name}>" for name in MEMBERS)
    images = "".join(f"<img name={name}>" for name in OF_DOCUMENT)
    form = "<form id=f class=a title=1 style='top: 1px'>{}<p>one</p>{}</form>{}<p>end</p>"
    before = form.format(fields, "", images)
    after = "<i>new</i>" + form.format("<b>x</b>" + fields, "<p>two</p>", images)
    after = after.replace(
        "class=a title=1 style='top: 1px'", "class='a b' lang=en style='top: 2px'"
    )
    # What the page's own helpers would use is covered by an image.
    same = """(html) => {
      const [now, fresh] = [document, parse(html)].map((owner) =>
        Reflect.get(Document.prototype, 'documentElement', owner));
      return Node.prototype.isEqualNode.call(now, fresh);
    }"""
    morph.open(before)
    moved = before.replace("<p>one</p>", "") + "<p>one</p>"
    for source in (after, before, f"<div>{before}</div>", before, moved, before):
        morph.edit(source)
        assert morph.js(same, document(source)), source


def test_customized_built_in_element_is_made_anew(morph: MorphPage) -> None:
    morph.open("<p id=p>a<b>c</b></p><p>d</p>")
    morph.act(
        "customElements.get('x-p') ?? customElements.define('x-p',"
        "class extends HTMLParagraphElement { up = 1 }, { extends: 'p' }); $('b').mine = 1"
    )
    for number in range(2):
        morph.edit(f"<p id=p is=x-p>a<b>c</b></p><p is=x-p>d</p><p is=x-p>{number}</p>")
        morph.check("$$('p').every((p) => p.up == 1) && $$('p').length == 3 && $('b').mine == 1")
        morph.edit("<p id=p>a<b>c</b></p><p>d</p>")
        morph.check("$$('p').every((p) => !p.up) && $$('p').length == 2 && $('b').mine == 1")


def test_script_of_a_drawing_runs(morph: MorphPage) -> None:
    morph.open("<svg><g/></svg>")
    morph.edit("<svg><g/><script>window.ran = (window.ran ?? 0) + 1</script></svg>")
    morph.check("ran == 1 && $('svg script') instanceof SVGScriptElement")
    script = "<script>window.ran = (window.ran ?? 0) + 1</script>"
    morph.edit(f"<div><svg id=new><path d=''/>{script}</svg></div>")
    morph.check("ran == 1 && $('svg script') instanceof SVGScriptElement")


def test_processing_instructions(morph: MorphPage) -> None:
    dump = """() => [...document.body.childNodes].map((node) => [
      node.nodeType, node.target ?? node.localName ?? '', node.nodeValue])"""
    morph.open("<p>a</p><?foo bar?><?one 1?><?two 2?><p>b</p>")
    before = morph.js(dump)
    morph.act("[...document.body.childNodes].forEach((node) => { node.mine = node.data })")
    after = "<p>a</p><?foo2 bar?><?two 2?><?one 1?><p>b</p>"
    morph.edit(after)
    fresh = morph.js(f"(html) => ({dump.replace('document', 'parse(html)')})()", after)
    assert morph.js(dump) == fresh
    morph.check("[...document.body.childNodes].every(({mine, data}) => !mine || mine == data)")
    morph.edit("<p>a</p><?foo bar?><?one 1?><?two 2?><p>b</p>")
    assert morph.js(dump) == before


def test_copy_of_what_the_user_chose(morph: MorphPage) -> None:
    head = "<style>select, select::picker(select) { appearance: base-select }</style>"
    select = "<select><button><selectedcontent></selectedcontent></button>{}</select>"
    one, two = "<option value=1><b>one</b></option>", "<option value=2>two</option>"
    morph.open(select.format(one + two), head=head)
    if not morph.js("CSS.supports('appearance', 'base-select')"):
        pytest.skip("this browser has no customizable select")
    morph.act("$('select').value = 2; window.field = $('select')")
    shown = "[$('select').value, $('selectedcontent').textContent].join()"
    for source, expected in [
        (two + one, "2,two"),
        (two.replace("two", "<i>zwei</i>") + one, "2,zwei"),
        ("<option value=0>zero</option>" + one + two, "2,two"),
        (one, "1,one"),
        (one + two, "1,one"),
    ]:
        morph.edit(select.format(source), head)
        assert morph.js(shown) == expected
        morph.check("$('select') == field")
    # What a script made of it is the script's.
    morph.act("$('selectedcontent').textContent = 'mine'")
    morph.edit(select.format(one + two.replace("two", "deux")), head)
    assert morph.js(shown) == "1,mine"


def test_what_a_select_without_options_shows(morph: MorphPage) -> None:
    head = "<style>select, select::picker(select) { appearance: base-select }</style>"
    select = "<select><button><selectedcontent>{}</selectedcontent></button>{}</select>"
    morph.open(select.format("pick", ""), head=head)
    if not morph.js("CSS.supports('appearance', 'base-select')"):
        pytest.skip("this browser has no customizable select")
    for said, option, expected in [
        ("choose", "", "choose"),
        ("choose", "<option>a", "a"),
        ("pick <b>one</b>", "", "pick <b>one</b>"),
        ("pick <b>two</b>", "", "pick <b>two</b>"),
    ]:
        morph.edit(select.format(said, option), head)
        assert morph.js("$('selectedcontent').innerHTML") == expected


def test_a_script_in_mathematics_is_an_element_like_others(morph: MorphPage) -> None:
    morph.open("<math><mi>x</mi>y</math>")
    for source in ("<math><script><mi>x</mi></script></math>", "<math><script>z</script></math>"):
        morph.edit(source)
        assert morph.js("$('math').innerHTML") == source[len("<math>") : -len("</math>")]
