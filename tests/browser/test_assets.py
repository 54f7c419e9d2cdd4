"""A file that changed is shown anew in every place that shows it, and nothing else is touched."""

import io
import wave

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.site import html, is_marked, mark
from tests.project import Project


def svg(size: int) -> str:
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}">
<rect id="part" width="{size}" height="{size}"/></svg>"""


def sound(seconds: int) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(4000)
        file.writeframes(b"\x80" * 4000 * seconds)
    return buffer.getvalue()


# What shows a file; %s is its name.
PLACES = {
    "picture": '<picture><source srcset="%s 1x"><img src="none.svg"></picture>',
    "srcset": '<img srcset="%s 1x, %s 2x" src="none.svg">',
    "image input": '<input type="image" src="%s">',
    "poster": '<video poster="%s"></video>',
    "object": '<object data="%s"></object>',
    "embed": '<embed src="%s">',
    "favicon": '<link rel="icon" href="%s">',
    "use": '<svg><use href="%s#part"></use></svg>',
    "old use": '<svg><use xlink:href="%s#part"></use></svg>',
    "image": '<svg><image href="%s"></image></svg>',
    "inline style": '<div style="height: 1px; background-image: url(%s)"></div>',
    "several in a style": "<div style=\"height: 1px; background: url(%s), url('none.svg')\"></div>",
}


@pytest.mark.parametrize("shadow", [False, True], ids=["document", "shadow root"])
def test_each_place_shows_it_anew_and_others_stay(
    project: Project, page: Page, shadow: bool
) -> None:
    def body(name: str) -> str:
        places = (place.replace("%s", name) for place in PLACES.values())
        return "".join(f"<section class='{name[0]}'>{place}</section>" for place in places)

    both = body("a.svg") + body("b.svg")
    script = """const shadow = host.attachShadow({mode: 'open'});
shadow.append(document.getElementById('all').content);
"""
    content = f"<div id='host'></div><template id='all'>{both}</template>" if shadow else both
    project.write({"index.html": html(content), "main.js": script if shadow else "\n"})
    project.write({"a.svg": svg(10), "b.svg": svg(20), "none.svg": svg(30)}).start()
    page.goto(project.url, wait_until="load")
    if shadow:
        page.wait_for_function("host.shadowRoot")
    mark(page)
    page.evaluate(
        f"""() => {{
          globalThis.root = {"host.shadowRoot" if shadow else "document"};
          globalThis.places = [...root.querySelectorAll('section.a')];
          globalThis.touched = [];
          new MutationObserver((records) => {{
            for (const {{target}} of records) touched.push(target.closest('section').className);
          }}).observe(root, {{subtree: true, childList: true, attributes: true}});
        }}"""
    )
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    # At once: an empty file that is looked at on the way would be shown, too.
    saved = project.temporary / "a.svg"
    saved.write_text(svg(15))
    saved.replace(project.root / "a.svg")
    page.wait_for_function("places.every((place) => place.innerHTML.includes('a.svg?v='))")
    expected = ["a"] * len(PLACES)
    assert page.evaluate("touched") == expected
    page.wait_for_function(
        """() => [...root.querySelectorAll('section.a img')].every((i) => i.naturalWidth === 15)
          && root.querySelector('section.a input').offsetWidth === 15
          && [...root.querySelectorAll('section.a use')].every((use) => use.getBBox().width === 15)
          && root.querySelector('section.a image').getBBox().width === 15"""
    )
    assert not [url for url in requests if "b.svg" in url or "none.svg" in url]
    assert is_marked(page)


MEDIA = {
    "video": '<video id="a" src="a.wav" muted></video>',
    "audio": '<audio id="a" src="a.wav" muted></audio>',
    "source": '<video id="a" muted><source src="a.wav"></video>',
    "audio source": '<audio id="a" muted><source src="a.wav"><source src="b.wav"></audio>',
}


@pytest.mark.parametrize("kind", MEDIA)
def test_media_play_on_with_their_new_file_and_others_undisturbed(
    project: Project, page: Page, kind: str
) -> None:
    other = '<video id="b" muted><source src="b.wav"><source src="a.wav"></video>'
    project.write({"index.html": html(MEDIA[kind] + other, script="")})
    project.write({"a.wav": sound(60), "b.wav": sound(90)}).start()
    page.goto(project.url)
    mark(page)
    page.wait_for_function("[a, b].every((media) => media.readyState > 0)")
    page.wait_for_load_state()
    page.evaluate(
        """async () => {
          globalThis.events = [];
          for (const name of ['emptied', 'loadstart', 'pause', 'seeking', 'abort'])
            b.addEventListener(name, () => events.push(name));
          for (const media of [a, b]) await media.play();
          a.currentTime = 20;
          a.playbackRate = 2;
        }"""
    )
    page.wait_for_function("b.currentTime > 0.1 && a.currentTime > 20")
    before = page.evaluate("b.currentTime")
    project.write({"a.wav": sound(70)})
    page.wait_for_function("a.duration === 70 && a.currentTime > 20 && !a.paused")
    assert page.evaluate("a.playbackRate") == 2
    page.wait_for_function("time => b.currentTime > time", arg=before)
    assert page.evaluate("events") == []
    assert page.evaluate("b.duration") == 90
    assert is_marked(page)


def test_a_paused_film_stays_so(project: Project, page: Page) -> None:
    project.write({"index.html": html(MEDIA["video"], script=""), "a.wav": sound(60)}).start()
    page.goto(project.url)
    page.wait_for_function("a.readyState > 0")
    page.evaluate("a.currentTime = 20")
    project.write({"a.wav": sound(30)})
    page.wait_for_function("a.duration === 30 && a.currentTime === 20")
    assert page.evaluate("a.paused")


def test_a_film_that_plays_by_itself_and_was_stopped_stays_so(project: Project, page: Page) -> None:
    film = MEDIA["video"].replace("muted", "muted autoplay")
    project.write({"index.html": html(film, script=""), "a.wav": sound(60)}).start()
    page.goto(project.url)
    page.wait_for_function("a.currentTime > 0")
    page.evaluate("a.pause()")
    for seconds in (40, 30):
        project.write({"a.wav": sound(seconds)})
        page.wait_for_function(f"a.duration === {seconds} && a.readyState === 4")
    # By the time another one plays by itself, this one would.
    page.evaluate("globalThis.other = a.cloneNode(); other.id = ''; a.after(other)")
    page.wait_for_function("other.currentTime > 0.5")
    assert page.evaluate("a.paused && a.currentTime > 0")


def test_a_film_saved_again_while_it_loads_anew_plays_on(project: Project, page: Page) -> None:
    project.write({"index.html": html(MEDIA["video"], script=""), "a.wav": sound(60)}).start()
    page.goto(project.url)
    page.wait_for_function("a.readyState > 0")
    page.evaluate("async () => { await a.play(); a.currentTime = 20; a.playbackRate = 2; }")
    held: list[Route] = []
    page.route("**/a.wav?v=*", lambda route: held.append(route), times=1)
    project.write({"a.wav": sound(40)})
    page.wait_for_function("a.networkState === a.NETWORK_LOADING && a.readyState === 0")
    project.write({"a.wav": sound(30)})
    page.wait_for_function("a.duration === 30 && a.currentTime > 20 && !a.paused")
    assert page.evaluate("a.playbackRate") == 2
    assert len(held) == 1


def test_a_film_sought_while_it_loads_anew_goes_on_from_there(project: Project, page: Page) -> None:
    project.write({"index.html": html(MEDIA["video"], script=""), "a.wav": sound(60)}).start()
    page.goto(project.url)
    page.wait_for_function("a.readyState > 0")
    held: list[Route] = []
    page.route("**/a.wav?v=*", lambda route: held.append(route), times=1)
    project.write({"a.wav": sound(40)})
    page.wait_for_function("a.networkState === a.NETWORK_LOADING && a.readyState === 0")
    page.evaluate("a.currentTime = 20")
    held.pop().continue_()
    page.wait_for_function("a.duration === 40 && a.currentTime === 20")


def test_an_image_in_a_layered_imported_sheet_is_shown_anew(project: Project, page: Page) -> None:
    head = '<style>@import "s/a.css" layer(base);</style>'
    project.write({"index.html": html("<h1>x</h1>", head, ""), "s/a.svg": svg(10)})
    project.write({"s/a.css": "@media all { h1 { &:first-child { background: url(a.svg) } } }\n"})
    project.start()
    page.goto(project.url)
    mark(page)
    heading = page.locator("h1")
    expect(heading).to_have_css("background-image", f'url("{project.url}s/a.svg")')
    project.write({"s/a.svg": svg(15)})
    page.wait_for_function(
        "getComputedStyle(document.querySelector('h1')).backgroundImage.includes('a.svg?v=')"
    )
    assert is_marked(page)
