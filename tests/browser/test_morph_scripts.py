"""What scripts did stays in a page whose HTML is edited, or the page is left alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.morph_harness import MOVES, MorphPage, open_morph


@pytest.fixture(scope="module", params=MOVES)
def morph(browser: Browser, request: pytest.FixtureRequest) -> Iterator[MorphPage]:
    yield from open_morph(browser, request.param)


def test_scripts_changes_stay(morph: MorphPage) -> None:
    morph.open(
        "<div id=a class='x y' style='color: red; top: 1px' title=a>one</div>"
        "<div id=app></div><p id=gone>gone</p><ul><li>b<li>a</ul><table><tr><td>1</table>"
    )
    morph.act(
        """
        const a = $('#a');
        a.classList.add('js'); a.classList.remove('x'); a.dataset.js = '1';
        a.style.setProperty('left', '2px'); a.style.color = 'blue';
        a.append(document.createElement('i'));
        document.documentElement.classList.add('dark');
        document.body.prepend(Object.assign(document.createElement('aside'), { id: 'banner' }));
        document.body.append(Object.assign(document.createElement('aside'), { id: 'extension' }));
        $('#app').innerHTML = '<p>rendered</p>';
        $('#gone').remove();
        $('ul').prepend($('ul').lastChild);
        const wrapper = Object.assign(document.createElement('div'), { id: 'wrapper' });
        $('table').before(wrapper);
        wrapper.append($('table'));
        """
    )
    morph.edit(
        "<div id=a class='x y z' style='color: red; top: 3px' title=b>two</div>"
        "<div id=app></div><p id=gone>gone</p><ul><li>b<li>a<li>c</ul>"
        "<table><tr><td>2</table><footer>new</footer>"
    )
    morph.check("$('#a').className == 'y js z' && $('#a').dataset.js == '1'")
    morph.check("$('#a').style.cssText == 'color: blue; top: 3px; left: 2px;'")
    morph.check("$('#a').firstChild.data == 'two' && $('#a').lastChild.nodeName == 'I'")
    morph.check("document.documentElement.className == 'dark' && $('#a').title == 'b'")
    morph.check("$('#app').innerHTML == '<p>rendered</p>' && !$('#gone')")
    morph.check("$$('li').map((li) => li.textContent).sort().join('') == 'abc'")
    morph.check("$$('li').findIndex((li) => li.textContent == 'a') == 0")
    morph.check("$('td').textContent == '2' && $('table').parentNode.id == 'wrapper'")
    morph.check(
        "document.body.firstChild.id == 'banner' && $('footer').previousSibling.id == 'wrapper'"
    )
    morph.check("document.body.lastElementChild.id == 'extension'")


def test_changes_made_before_the_morph_began(morph: MorphPage) -> None:
    morph.open(
        "<p>a</p><ul><li>1<li>2</ul><main><h1>t</h1></main>",
        before="document.body.prepend(Object.assign(document.createElement('aside')));"
        "document.querySelector('p').className = 'js';"
        "const w = document.createElement('div'); document.querySelector('ul').before(w);"
        "w.append(document.querySelector('ul'));"
        "document.querySelector('ul').prepend(document.querySelector('ul').lastChild)",
    )
    morph.edit("<p class=new>b</p><ul><li>1<li>2!</ul><main><h1>u</h1><p>new</p></main>")
    morph.check("$('aside') && $('p').textContent == 'b' && $('p').classList.contains('js')")
    morph.check("$('ul').parentNode.nodeName == 'DIV' && $('ul').textContent == '2!1'")
    morph.check("$('main').innerHTML == '<h1>u</h1><p>new</p>'")


def test_undo_leaves_what_scripts_did(morph: MorphPage) -> None:
    before, after = "<p>a</p>", "<h1>x</h1><p class=c style='top: 0'>b<i>c</i></p>"
    morph.open(before)
    morph.act("$('p').classList.add('js'); $('p').append(document.createElement('b'))")
    original = morph.body()
    morph.edit(after)
    morph.edit(before)
    assert morph.body() == original


@pytest.mark.parametrize(
    ("body", "script", "after", "reason"),
    [
        (
            "<pre id=c>a</pre>",
            "$('pre').innerHTML = '<b>a</b>'",
            "<pre id=c>b</pre>",
            '<pre id="c">',
        ),
        ("<p id=t>a</p>", "$('p').firstChild.data = 'js'", "<p id=t>b</p>", '<p id="t">'),
        ("<p id=t>a</p>", "$('p').remove()", "<p id=t>b</p>", '<p id="t">'),
        ("<p id=t>a</p>", "$('p').firstChild.data = 'js'", "<p id=t></p>", '<p id="t">'),
        ("<i id=t></i>", "$('i').replaceWith(new Image())", "", '<i id="t">'),
        ("<p id=t>a</p>b", "$('p').remove()", "<div><p id=t>a</p></div>b", '<p id="t">'),
        ("<p id=t><b>a</b></p>", "$('p').innerHTML='js'", "<p id=t><b>a</b><i>b</i></p>", "<p id"),
    ],
)
def test_conflict_asks_for_a_reload(
    morph: MorphPage, body: str, script: str, after: str, reason: str
) -> None:
    morph.open(body)
    morph.act(script)
    result = morph.update(after)
    assert (result.kind, result.records) == ("reload", 0)
    assert reason in result.reason


@pytest.mark.parametrize("same", ["<b>a</b> text", "<b>a</b> text<i>more</i>"])
def test_what_a_script_rendered_again_is_found(morph: MorphPage, same: str) -> None:
    morph.open("<p><b>a</b> text</p>")
    morph.js("(html) => { $('p').innerHTML = html }", same)
    morph.edit("<p><b>b</b> texts</p>")
    morph.check("$('p').innerText.startsWith('b texts')")
    morph.edit("<p><b>c</b> texts</p>")
    morph.check("$('b').textContent == 'c'")


def test_text_that_a_script_split(morph: MorphPage) -> None:
    morph.open("<p>one two</p><i>three four</i><b>five six</b>")
    morph.act("for (const e of $$('p, i, b')) e.firstChild.splitText(3).splitText(1)")
    morph.edit("<p>one two!</p><i>three four</i><b><u>7</u></b>")
    morph.check("$('p').textContent == 'one two!' && $('b').innerHTML == '<u>7</u>'")
    morph.check("$('i').textContent == 'three four' && $('i').childNodes.length == 3")
    morph.act("$('i').lastChild.data = 'js'")
    assert morph.update("<p>one two!</p><i>five</i><b><u>7</u></b>").kind == "reload"


def test_long_text_that_the_parser_split(morph: MorphPage) -> None:
    text = "0123456789\n" * 20_000
    morph.open(f"<pre>{text}</pre>")
    morph.edit(f"<pre>{text}end</pre>")
    morph.edit(f"<pre>start{text}end</pre>")
    assert morph.js("$('pre').textContent") == f"start{text}end"


@pytest.mark.parametrize(
    ("script", "after"),
    [
        ("$('#b').append($('#a'))", "<p id=a><b id=b>b</b></p>"),
        ("$('#b').append($('#a'))", "<p id=a>a<i>i</i><b id=b>b</b></p>"),
        ("$('#b').append($('#a'))", "<p id=a><s><i><b id=b>b</b></i></s></p>"),
    ],
)
def test_things_put_into_each_other_by_script_and_edit(
    morph: MorphPage, script: str, after: str
) -> None:
    morph.open("<p id=a></p><b id=b>b</b>")
    morph.act(script)
    result = morph.update(after)
    assert (result.kind, result.records) == ("reload", 0)
    assert "was moved by a script and by this edit" in result.reason


def test_element_taken_out_and_put_back(morph: MorphPage) -> None:
    morph.open("<p>a</p><b>b</b>")
    morph.act("window.p = $('p'); p.remove()")
    morph.edit("<p>a</p><b>c</b>")
    morph.act("document.body.prepend(p)")
    morph.edit("<p>d</p><b>c</b>")
    morph.check("p.textContent == 'd'")


def test_removing_what_a_script_removed_is_no_conflict(morph: MorphPage) -> None:
    morph.open("<p>a</p><i>b</i><p>c</p>")
    morph.act("$('i').remove()")
    assert morph.update("<p>a</p><p>c</p>").kind == "unchanged"
    morph.edit("<p>a</p><p>d</p>")


def test_element_that_opted_in_is_replaced(morph: MorphPage) -> None:
    morph.open("<div data-hotreload=replace><p>x</p><pre><code>a</code></pre></div>")
    morph.act("window.p = $('p'); $('code').innerHTML = '<b>a</b>'")
    morph.edit("<div data-hotreload=replace><p>x</p><pre><code>b</code></pre></div>")
    morph.check("$('code').innerHTML == 'b' && $('p') == p")
    morph.edit("<div data-hotreload=replace><p>y</p><pre><code>c</code></pre></div>")
    morph.check("$('code').innerHTML == 'c' && p.textContent == 'y'")


def test_ignored_element_is_left_alone(morph: MorphPage) -> None:
    morph.open("<div data-hotreload=ignore class=a><p>x</p></div><p>a</p>")
    morph.act("$('div').innerHTML = 'js'")
    morph.edit("<div data-hotreload=ignore class=b><p>y</p><script>1</script></div><p>b</p>")
    morph.check("$('div').innerHTML == 'js' && $('div').className == 'a'")
    morph.edit("<p>b</p>")
    morph.check("!$('div')")


def test_script_may_mark_what_is_its_own(morph: MorphPage) -> None:
    morph.open("<div>a</div><p>a</p>")
    morph.act("$('div').dataset.hotreload = 'ignore'; $('div').textContent = 'js'")
    morph.edit("<div>b</div><p>b</p>")
    morph.check("$('div').textContent == 'js' && $('p').textContent == 'b'")


def test_element_that_asks_for_a_reload(morph: MorphPage) -> None:
    morph.open("<div id=d data-hotreload=reload><p>x</p></div><p>a</p>")
    morph.edit("<div id=d data-hotreload=reload><p>x</p></div><p>b</p>")
    result = morph.update("<div id=d data-hotreload=reload><p>y</p></div><p>b</p>")
    assert result.kind == "reload"
    assert '<div id="d">' in result.reason
