"""Heads, scripts, shadow roots, whole documents, and the events around an edit."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.morph_harness import MOVES, MorphPage, document, open_morph


@pytest.fixture(scope="module", params=MOVES)
def morph(browser: Browser, request: pytest.FixtureRequest) -> Iterator[MorphPage]:
    yield from open_morph(browser, request.param)


def test_head_and_injected_nodes(morph: MorphPage) -> None:
    morph.open("<p>a</p>", head="<meta name=description content=a><link rel=icon href=data:,a>")
    morph.act(
        "for (const parent of [document.documentElement, document.head, document.body]) {"
        "  const ours = document.createElement('x-ours'); ours.dataset.hotreload = '';"
        "  parent.prepend(ours) }"
        "document.head.append(document.createElement('style'))"
    )
    result = morph.update_document(
        "<!doctype html><html lang=en><head><title>u</title><meta name=viewport content=b>"
        "<meta name=description content=c><link rel=icon href=data:,b></head>"
        "<body class=c><p>b</p></body></html>"
    )
    assert result.kind == "applied"
    morph.check("document.title == 'u' && document.documentElement.lang == 'en'")
    morph.check("$$('meta').map((m) => m.content).join('') == 'bc' && $('link').href == 'data:,b'")
    morph.check("$$('x-ours').length == 3 && $$('head > style').length == 1")
    morph.check("document.body.className == 'c' && $('p').textContent == 'b'")


def test_noscript_that_ends_the_head_for_a_parser_without_scripting(morph: MorphPage) -> None:
    head = "<noscript><img src=data:,></noscript><meta name=description content={}>"
    morph.open("<p>a</p>", head=head.format("a"))
    morph.edit("<p>b</p>", head=head.format("b"))
    morph.check("$('head > meta').content == 'b' && $$('meta').length == 1")
    morph.check("$('p').textContent == 'b' && document.body.children.length == 1")


def test_links_stay_in_order_and_are_not_fetched_again(morph: MorphPage) -> None:
    def links(*colours: str) -> str:
        return "".join(
            f"<link rel=stylesheet href='data:text/css,p{{color:{colour}}}'>" for colour in colours
        )

    morph.open("<p>a</p>", head=links("red", "blue"))
    morph.act("window.kept = $$('link'); window.sheets = [...document.styleSheets]")
    morph.edit("<p>a</p>", head="<meta name=a>" + links("red", "green", "blue"))
    morph.page.wait_for_function("() => document.styleSheets.length == 3")
    morph.check("[0, 2].map((i) => $$('link')[i]).every((link, i) => link == kept[i])")
    morph.check("[0, 2].every((i, n) => document.styleSheets[i] == sheets[n])")
    morph.check("$('link').previousSibling.name == 'a'")
    morph.edit("<p>a</p>", head=links("blue"))
    morph.check("document.styleSheets.length == 1 && document.styleSheets[0] == sheets[1]")
    morph.check("getComputedStyle($('p')).color == 'rgb(0, 0, 255)'")


def test_link_with_a_stamp_is_the_sources_link(morph: MorphPage) -> None:
    link = "<link rel=stylesheet href='/a.css' title='{}'>"
    morph.open("<p>a</p>", head=link.format("a"))
    morph.act("$('link').href = '/a.css?v=1'; window.link = $('link')")
    assert morph.update("<p>a</p>", head=link.format("a")).records == 0
    morph.edit("<p>b</p>", head=link.format("b"))
    morph.check("$('link') == link && link.title == 'b' && link.href.endsWith('?v=1')")


def test_same_text_written_otherwise_changes_nothing(morph: MorphPage) -> None:
    morph.open("<p title='&eacute;' class=a hidden>&copy; caf&eacute;</p>")
    result = morph.update('<p title="é" class="a" hidden="">© café</p>')
    assert (result.kind, result.records) == ("unchanged", 0)


def test_style_in_the_page(morph: MorphPage) -> None:
    morph.open("<p>a</p>", head="<style>p { color: red }</style>")
    morph.act("window.style = $('style')")
    morph.edit("<p>a</p>", head="<style>p { color: blue }</style>")
    morph.check("$('style') == style && getComputedStyle($('p')).color == 'rgb(0, 0, 255)'")


def test_title_that_a_script_set(morph: MorphPage) -> None:
    morph.open("<p>a</p>")
    morph.act("document.title = 'js'")
    morph.edit("<p>b</p>")
    morph.check("document.title == 'js'")
    head = "<!doctype html><title>{}</title><p>b</p>"
    assert morph.update_document(head.format("u")).kind == "applied"
    morph.check("document.title == 'u'")


def test_stylesheets_are_swapped_without_a_flash(morph: MorphPage) -> None:
    red, blue = "data:text/css,p{color:red}", "data:text/css,p{color:blue}"
    link = "<link rel=stylesheet href='{}'>"
    morph.open("<p>a</p>", head=link.format(red) + "<link rel=stylesheet href=data:text/css,>")
    morph.act("[window.first, window.second] = $$('link')")
    shown = morph.js(
        "(html) => { update(html); return first.isConnected && first.nextSibling.href }",
        document("<p>b</p>", link.format(blue) + "<link rel=stylesheet href=data:text/css,>"),
    )
    assert shown == blue
    morph.page.wait_for_function("() => !first.isConnected && $$('link').length == 2")
    morph.check("getComputedStyle($('p')).color == 'rgb(0, 0, 255)' && $$('link')[1] == second")
    morph.edit("<p>b</p>")
    morph.check("$$('link').length == 0")


def test_stylesheet_removed_while_it_loads(morph: MorphPage) -> None:
    morph.open("<p>a</p>", head="<link rel=stylesheet href=data:text/css,a>")
    morph.edit("<p>a</p>", head="<link rel=stylesheet href=data:text/css,b>")
    morph.edit("<p>a</p>")
    morph.check("$$('link').length == 0")


def test_added_scripts_run_in_order_when_the_page_is_complete(morph: MorphPage) -> None:
    morph.open("<p>a</p>")
    morph.edit(
        "<script>window.ran = [$('p').textContent, $$('i').length]</script>"
        "<script>ran.push('second')</script><p>b</p><div><i></i></div>"
    )
    assert morph.js("ran") == ["b", 1, "second"]
    morph.edit(
        "<p>c</p><script>window.ran = [$('p').textContent, $$('i').length]</script>"
        "<script>ran.push('second')</script><div><i></i></div>"
    )
    assert morph.js("ran") == ["b", 1, "second"]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("<script>1</script>", "<script>2</script>", "an inline <script> was changed"),
        ("<script>1</script>", "", "an inline <script> was removed"),
        ("<script src=data:,1></script>", "<p>", '<script src="data:,1"> was removed'),
        ("<script id=d type=a>1</script>", "<script id=d type=a>2</script>", '<script id="d"> was'),
        ("<script type=importmap>{}</script>", "<p>", "the import map was removed"),
        ("", '<script type=importmap>{"imports":{}}</script>', "the import map was added"),
        ("", "<base href=/>", "<base> was added"),
        ("<meta charset=utf-8>", "<meta charset=latin1>", "the charset was changed"),
        (
            "",
            "<meta http-equiv=content-security-policy content=''>",
            '<meta http-equiv="content-security-policy"> was added',
        ),
    ],
)
def test_what_only_a_load_can_do(morph: MorphPage, before: str, after: str, reason: str) -> None:
    morph.open("<p>a</p>", head=before)
    result = morph.update("<p>b</p>", head=after)
    assert (result.kind, result.records) == ("reload", 0)
    assert result.reason.startswith(reason)


def test_doctype(morph: MorphPage) -> None:
    morph.open_document("<!doctype html><p>a")
    assert morph.update_document("<p>a").reason == "the doctype was changed"


def test_declared_shadow_root(morph: MorphPage) -> None:
    host = "<x-h><template shadowrootmode=open><p>{}</p><slot></slot></template>{}</x-h>"
    morph.open(host.format("a", "light"))
    morph.act("window.root = $('x-h').shadowRoot; root.append('js')")
    morph.edit(host.format("b", "dark"))
    morph.check("$('x-h').shadowRoot == root && root.textContent == 'bjs'")
    morph.check("$('x-h').textContent == 'dark' && !$('template')")
    morph.edit(host.format("b", "dark") + "<x-i>" + host.format("c", "new") + "</x-i>")
    morph.check("$('x-i x-h').shadowRoot.firstChild.textContent == 'c'")
    morph.edit(host.format("b", "dark") + "<x-i>" + host.format("d", "new") + "</x-i>")
    morph.check("$('x-i x-h').shadowRoot.firstChild.textContent == 'd'")
    assert "shadow root" in morph.update("<x-h>dark</x-h>").reason


def test_events(morph: MorphPage) -> None:
    morph.open("<p>a</p>")
    morph.act(
        "window.events = []; window.veto = true;"
        "const hear = (e) => { events.push(e.type, $('p').textContent);"
        "  if (veto && e.cancelable) e.preventDefault() };"
        "for (const when of ['before', 'after'])"
        "  document.addEventListener(`hotreload:${when}-morph`, hear)"
    )
    assert morph.update("<p>b</p>").kind == "vetoed"
    assert morph.js("events") == ["hotreload:before-morph", "a"]
    morph.act("veto = false; events.length = 0")
    morph.edit("<p>c</p>")
    assert morph.js("events") == [
        "hotreload:before-morph",
        "a",
        "hotreload:after-morph",
        "c",
    ]
    morph.edit("<p>d</p>")


def test_listener_may_put_right_what_a_script_changed(morph: MorphPage) -> None:
    morph.open("<p>a</p>")
    morph.act(
        "const text = $('p').firstChild; text.data = 'js';"
        "document.addEventListener('hotreload:before-morph', () => { text.data = 'a' })"
    )
    morph.edit("<p>b</p>")


def test_failure_half_way_asks_for_a_reload(morph: MorphPage) -> None:
    morph.open("<p>a</p>")
    morph.act("$('p').firstChild.replaceData = () => { throw new Error('broken') }")
    for source in ("<p>b</p>", "<p>a</p>", "<p>a</p><p>c</p>"):
        # Nobody knows by now what the page is.
        result = morph.update(source)
        assert result.kind == "reload"
        assert "broken" in result.reason


@pytest.mark.parametrize(
    "body",
    [
        "<ul><template shadowrootmode=open><b>{}</b></template></ul>",
        "<p><template shadowrootmode=sideways><b>{}</b></template></p>",
        "<div><template shadowrootmode=open>a</template>"
        "<template shadowrootmode=open>{}</template></div>",
    ],
)
def test_template_that_can_be_no_shadow_root(morph: MorphPage, body: str) -> None:
    morph.open("<i>a</i>")
    morph.edit(f"<i>a</i>{body.format('x')}")
    morph.edit(f"<i>a</i>{body.format('y')}")
    morph.check("$$('template').length == 1 && $('template').content.textContent == 'y'")


@pytest.mark.parametrize("define", [False, True])
def test_added_shadow_root_of_an_element_that_makes_its_own(morph: MorphPage, define: bool) -> None:
    name = "x-own" if define else "x-declared"
    morph.open("<p>a</p>")
    if define:
        morph.act(
            "customElements.get('x-own') ?? customElements.define('x-own',"
            "class extends HTMLElement { root = this.attachShadow({ mode: 'open' }) })"
        )
    host = f"<{name}><template shadowrootmode=open><b>{{}}</b></template></{name}>"
    morph.edit(f"<p>a</p>{host.format('x')}")
    declared = morph.js(f"$('{name}').shadowRoot.textContent")
    assert declared == ("" if define else "x")


@pytest.mark.parametrize(
    "html", ["", "<p>a", "\ufeff<p>a</p>", "<b><p>x</b>y</p>", "<body class=c>"]
)
def test_odd_documents(morph: MorphPage, html: str) -> None:
    morph.open_document(html)
    assert morph.update_document(html + "<i>b</i>").kind == "applied"
    morph.check("$('i').textContent == 'b'")
    assert morph.update_document(html).kind == "applied"
    morph.check("!$('i')")


def test_the_case_of_the_charset_is_no_change(morph: MorphPage) -> None:
    morph.open("<p>a</p>", head="<meta charset='utf-8'>")
    morph.edit("<p>b</p>", head="<meta charset='UTF-8'>")
    morph.check("$('p').textContent === 'b' && $('meta').getAttribute('charset') === 'UTF-8'")
    assert morph.update("<p>b</p>", head="<meta charset='latin1'>").kind == "reload"
