"""What browsers brought lately: an edit gives what a fresh load would, its undo what was before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.contexts import context_of
from tests.project import Project

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Frame, Page


@dataclass(frozen=True)
class Case:
    """One new thing.

    Args:
        needs: an expression that holds where the browser has it.
        before: what is in the body; ``§`` parts what is in the head from that.
        after: the same, edited.
        shows: an expression whose value tells what is seen of it.
        act: what the user does.
        state: an expression that holds from then on.
    """

    needs: str
    before: str
    after: str
    shows: str = "0"
    act: str = "0"
    state: str = "true"


def css(needs: str, before: str, after: str, shows: str, body: str = "<p class=a>x</p>") -> Case:
    """A case of a stylesheet in the page; what scripts set in another rule stays."""
    probe = "<style>:root {{ top: 0 }} {} </style>§{}"
    return Case(
        needs,
        probe.format(before, body),
        probe.format(after, body),
        shows,
        "document.styleSheets[0].cssRules[0].style.left = '3px'",
        "document.styleSheets[0].cssRules[0].style.left === '3px'",
    )


def supports(*what: str) -> str:
    return f"CSS.supports({', '.join(map(repr, what))})"


def style_of(what: str, selector: str = "p", pseudo: str = "") -> str:
    return f"getComputedStyle(document.querySelector({selector!r}), {pseudo!r})[{what!r}]"


SELECT = (
    "<style>select, select::picker(select) {{ appearance: base-select }}</style>§"
    "<select><button><selectedcontent></selectedcontent></button>{}</select>"
)
CHOSEN = (
    "[document.querySelector('select').value, document.querySelector('selectedcontent').innerHTML]"
)
ONE, TWO = "<option value=1><b>one</b></option>", "<option value=2>two</option>"
SCOPED = (
    "<x-h><template shadowrootmode=open shadowrootcustomelementregistry shadowrootserializable"
    " shadowrootslotassignment=manual shadowrootreferencetarget=i>{}</template></x-h>"
)
ROOT = "document.querySelector('x-h').shadowRoot"
SCOPED_ROOT = (
    f"[{ROOT}.slotAssignment, {ROOT}.referenceTarget, {ROOT}.customElementRegistry === null,"
    f" [...{ROOT}.children].map((x) => x.customElementRegistry === null)]"
)
FRAME = "<iframe srcdoc='<p>f'></iframe>"

RULES = "[...document.styleSheets[0].cssRules].map((rule) => rule.cssText).slice(1)"

CASES = {
    "select: options swapped": Case(
        supports("appearance", "base-select"),
        SELECT.format(ONE + TWO),
        SELECT.format(TWO + ONE),
        CHOSEN,
    ),
    "select: an option before": Case(
        supports("appearance", "base-select"),
        SELECT.format(ONE + TWO),
        SELECT.format("<option value=0>zero</option>" + ONE + TWO),
        CHOSEN,
    ),
    "select: the chosen one edited": Case(
        supports("appearance", "base-select"),
        SELECT.format(ONE + TWO),
        SELECT.format(ONE.replace("one", "first<i>!</i>") + TWO),
        CHOSEN,
    ),
    "select: all edited": Case(
        supports("appearance", "base-select"),
        SELECT.format(ONE + TWO),
        SELECT.format("<option value=1>uno</option><option value=2>due</option>"),
        CHOSEN,
    ),
    "select: made customizable": Case(
        supports("appearance", "base-select"),
        f"<p>a</p>§<select>{ONE}{TWO}</select>".replace("<p>a</p>", ""),
        SELECT.format(ONE + TWO),
        "document.querySelector('select').value",
    ),
    "popover=hint": Case(
        "HTMLElement.prototype.hasOwnProperty('popover')",
        "§<div id=p popover=hint>a</div><p>x</p>",
        "§<h2>new</h2><div id=p popover=hint class=b>b</div><p>y</p>",
        "document.getElementById('p').popover",
        "document.getElementById('p').showPopover()",
        "document.querySelector('#p:popover-open')",
    ),
    "interestfor": Case(
        "'interestForElement' in HTMLButtonElement.prototype",
        "§<button interestfor=a>b</button><i id=a popover=hint>a</i><i id=b popover=hint>b</i>",
        "§<button interestfor=b>b</button><i id=b popover=hint>b</i><i id=a popover=hint>a</i>",
        "document.querySelector('button').interestForElement.id",
    ),
    "command, commandfor": Case(
        "'commandForElement' in HTMLButtonElement.prototype",
        "§<button commandfor=a command=show-modal>o</button><dialog id=a>a</dialog>",
        "§<button commandfor=a command=close>c</button><p>new</p><dialog id=a>b</dialog>",
        "((b) => [b.command, b.commandForElement.id])(document.querySelector('button'))",
        "document.querySelector('button').click()",
        "document.querySelector('dialog:modal')",
    ),
    "closedby": Case(
        "'closedBy' in HTMLDialogElement.prototype",
        "§<dialog closedby=none>a</dialog>",
        "§<p>new</p><dialog closedby=any>a<b>b</b></dialog>",
        "document.querySelector('dialog').closedBy",
        "document.querySelector('dialog').showModal()",
        "document.querySelector('dialog:modal')",
    ),
    "moveBefore": Case(
        "'moveBefore' in Element.prototype",
        f"§<div id=a>{FRAME}</div><div id=b></div><p>x</p>",
        f"§<div id=b>{FRAME}</div><p>x</p><div id=a></div>",
        act="frames[0].kept = true",
        state="frames[0].kept === true",
    ),
    "details of one name": Case(
        "'name' in HTMLDetailsElement.prototype",
        "§<details name=n><summary>a</summary>1</details><details name=n>2</details>",
        "§<details name=m><summary>b</summary>1</details><details name=m>3</details>",
        act="document.querySelector('details').open = true",
        state="document.querySelector('details').open",
    ),
    "hidden=until-found": Case(
        "'onbeforematch' in HTMLElement.prototype",
        "§<p hidden>a</p>",
        "§<p hidden=until-found>a</p>",
        "document.querySelector('p').hidden",
    ),
    "scoped registry": Case(
        "'customElementRegistry' in ShadowRoot.prototype",
        "§" + SCOPED.format("<x-y></x-y><i id=i></i>"),
        "§" + SCOPED.format("<x-y></x-y><x-y class=new></x-y><i id=i></i>"),
        SCOPED_ROOT,
        "customElements.define('x-y', class extends HTMLElement { up = 1 })",
        f"[...{ROOT}.children].every((child) => !child.up)",
    ),
    "shadow root with all of its attributes": Case(
        "'referenceTarget' in ShadowRoot.prototype",
        "§<p>a</p>",
        "§<p>a</p>" + SCOPED.format("<x-y></x-y><i id=i></i>"),
        f"document.querySelector('x-h') && {SCOPED_ROOT}",
    ),
    "customelementregistry": Case(
        "'customElementRegistry' in Element.prototype",
        "§<p>a</p>",
        "§<p>a</p><div customelementregistry><x-y></x-y></div>",
        "[...document.querySelectorAll('div, div *')].map((x) => x.customElementRegistry === null)",
    ),
    "speculationrules": Case(
        "HTMLScriptElement.supports('speculationrules')",
        '<script type=speculationrules>{"prefetch": [{"urls": ["/a.html"]}]}</script>§<p>a</p>',
        '<script type=speculationrules>{"prefetch": [{"urls": ["/b.html"]}]}</script>§<p>a</p>',
    ),
    "@function": css(
        "'CSSFunctionRule' in window",
        "@function --f(--x) { result: calc(var(--x) * 2) } p { width: --f(10px) }",
        "@function --f(--x) { result: calc(var(--x) * 3) } p { width: --f(10px) }",
        style_of("width"),
    ),
    "if()": css(
        supports("width", "if(else: 1px)"),
        "p { --w: a; width: if(style(--w: a): 40px; else: 20px) }",
        "p { --w: a; width: if(style(--w: b): 40px; else: 30px) }",
        style_of("width"),
    ),
    "range of a style query": css(
        "'CSSContainerRule' in window",
        "body { --n: 5 } @container style(--n > 3) { p { width: 40px } }",
        "body { --n: 5 } @container style(--n > 7) { p { width: 40px } }",
        style_of("width"),
    ),
    "random()": css(
        supports("width", "random(fixed 0.5, 10px, 20px)"),
        "p { width: random(fixed 0.5, 10px, 20px) }",
        "p { width: random(fixed 0.5, 10px, 40px) }",
        style_of("width"),
    ),
    "::scroll-marker": css(
        supports("selector(li::scroll-marker)"),
        "ul { overflow: auto; scroll-marker-group: after } li::scroll-marker { content: 'a' }",
        "ul { overflow: auto; scroll-marker-group: before } li::scroll-marker { content: 'b' }",
        f"[{style_of('content', 'li', '::scroll-marker')}, {style_of('scrollMarkerGroup', 'ul')}]",
        "<ul><li>x</ul>",
    ),
    "::scroll-button()": css(
        supports("selector(ul::scroll-button(left))"),
        "ul { overflow: auto } ul::scroll-button(left) { content: '<' }",
        "ul { overflow: auto } ul::scroll-button(right) { content: '>' }",
        "document.styleSheets[0].cssRules[2].cssText",
        "<ul><li>x</ul>",
    ),
    "::column": css(
        supports("selector(p::column)"),
        "p { columns: 2 } p::column { scroll-snap-align: start }",
        "p { columns: 3 } p::column { scroll-snap-align: end }",
        RULES,
    ),
    "attr() with a type": css(
        supports("width", "attr(data-w type(<length>), 1px)"),
        "p { width: attr(data-w type(<length>), 1px) }",
        "p { width: attr(data-v type(<length>), 2px) }",
        style_of("width"),
        "<p data-w=7px>x</p>",
    ),
    "sibling-index()": css(
        supports("width", "calc(1px * sibling-index())"),
        "p { width: calc(1px * sibling-index()) }",
        "p { width: calc(2px * sibling-count()) }",
        style_of("width"),
    ),
    "nested declarations": css(
        "'CSSNestedDeclarations' in window",
        "p { & { width: 1px } width: 2px; @media all { height: 1px } height: 2px }",
        "p { width: 2px; & { width: 1px } @media all { height: 3px } height: 2px }",
        f"[{style_of('width')}, {style_of('height')}]",
    ),
    "anchors": css(
        "'CSSPositionTryRule' in window",
        "p { anchor-name: --a; position-anchor: --a } @position-try --t { top: 1px }",
        "p { anchor-name: --b; position-anchor: --b } @position-try --t { top: 2px }",
        RULES,
    ),
    "@property, @starting-style, @scope, @view-transition": css(
        "'CSSViewTransitionRule' in window",
        "@property --l { syntax: '<length>'; inherits: false; initial-value: 1px } "
        "@scope (body) to (i) { p { width: var(--l) } } @view-transition { navigation: none }"
        "@starting-style { p { opacity: 0 } }",
        "@property --l { syntax: '<length>'; inherits: false; initial-value: 2px } "
        "@scope (body) to (b) { p { width: var(--l) } } @view-transition { types: a }"
        "@starting-style { p { opacity: .5 } }",
        f"[{style_of('width')}, {RULES}]",
    ),
    "corner-shape, text-box, field-sizing, reading-flow": css(
        supports("corner-shape", "squircle"),
        "p { corner-shape: squircle; text-box: trim-both cap alphabetic; field-sizing: content }",
        "p { corner-shape: bevel notch; text-box: trim-start ex text; reading-flow: flex-visual }",
        f"[{style_of('cornerShape')}, {style_of('textBox')}, {style_of('fieldSizing')}]",
    ),
    "focusgroup, headingoffset": Case(
        "true",
        "§<div focusgroup='toolbar'><button>a</button></div><h1>t</h1>",
        "§<div focusgroup='toolbar wrap' headingoffset=1><button>a</button></div><h1>t</h1>",
        act="document.querySelector('button').focus()",
        state="document.activeElement === document.querySelector('button')",
    ),
}

TREE = """() => {
  const roots = [...document.querySelectorAll('*')].flatMap((x) => x.shadowRoot ?? []);
  const copy = document.implementation.createHTMLDocument();
  copy.documentElement.setHTMLUnsafe(document.documentElement.getHTML({ shadowRoots: roots }));
  for (const ours of copy.querySelectorAll('[data-hotreload]')) ours.remove();
  // A sheet's rules change, and the text that it was made of stays.
  for (const style of copy.querySelectorAll('style')) style.replaceChildren();
  // What the user opened is not the source's.
  for (const open of copy.querySelectorAll('[open]')) open.removeAttribute('open');
  return copy.documentElement.getHTML({ serializableShadowRoots: true }).replace(/\\s+/g, ' ');
}"""


@dataclass
class Outcome:
    """What became of a case: whether the browser has it, and what was shown after each edit."""

    has: bool
    shown: list[object] = field(default_factory=list)
    fresh: list[object] = field(default_factory=list)
    kept: list[bool] = field(default_factory=list)


def document(source: str, step: int) -> str:
    head, body = source.split("§")
    text = f"<!doctype html><html data-step={step}><head><title>t</title>{head}</head>"
    return f"{text}<body>{body}</body></html>\n"


def show_all(page: Page, address: str, prefix: str) -> list[tuple[Frame, Case]]:
    """Open a page that shows each case's file in a frame, and wait until all are there."""
    files = [f"{prefix}{index}.html" for index in range(len(CASES))]
    page.goto(address + "empty.html")
    page.set_content("".join(f"<iframe name={file} src={file}></iframe>" for file in files))
    page.wait_for_load_state()
    frames = [frame for file in files if (frame := page.frame(file)) is not None]
    return list(zip(frames, CASES.values(), strict=True))


def look(frame: Frame, case: Case) -> object:
    return frame.evaluate(f"() => [({TREE})(), {case.shows}]")


def edit_all(page: Page, project: Project) -> list[Outcome]:
    """Save all files three times; what a fresh load gives is looked at first."""

    def write(prefix: str, step: int, which: str) -> None:
        texts = [document(getattr(case, which), step) for case in CASES.values()]
        project.write({f"{prefix}{index}.html": text for index, text in enumerate(texts)})

    project.write({"empty.html": "<p>"})
    write("live", 0, "before")
    write("after", 0, "after")
    project.start()
    fresh: dict[str, list[object]] = {}
    shown = show_all(page, project.url, "after")
    outcomes = [Outcome(frame.evaluate(f"() => Boolean({case.needs})")) for frame, case in shown]

    def look_at(frames: list[tuple[Frame, Case]]) -> list[object]:
        pairs = zip(frames, outcomes, strict=True)
        return [look(*each) if outcome.has else None for each, outcome in pairs]

    fresh["after"] = look_at(shown)
    live = show_all(page, project.url, "live")
    fresh["before"] = look_at(live)
    for (frame, case), outcome in zip(live, outcomes, strict=True):
        frame.evaluate(f"() => {{ marked = 1; {case.act if outcome.has else ''} }}")
    for step, which in enumerate(("after", "before", "after"), start=1):
        write("live", step, which)
        for index, ((frame, case), outcome) in enumerate(zip(live, outcomes, strict=True)):
            if not outcome.has:
                continue
            frame.wait_for_function(f"document.documentElement.dataset.step === '{step}'")
            outcome.shown.append(look(frame, case))
            outcome.fresh.append(fresh[which][index])
            kept = f"() => globalThis.marked === 1 && Boolean({case.state})"
            outcome.kept.append(frame.evaluate(kept))
    return outcomes


@pytest.fixture(scope="module")
def outcomes(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    folder = tmp_path_factory.mktemp("new")
    project = Project(folder / "site", folder / "state")
    try:
        with context_of(browser) as context:
            return dict(zip(CASES, edit_all(context.new_page(), project), strict=True))
    finally:
        project.close()


@pytest.mark.parametrize("name", CASES)
def test_edit_is_a_fresh_load_and_undo_is_before(outcomes: dict[str, Outcome], name: str) -> None:
    outcome = outcomes[name]
    if not outcome.has:
        pytest.skip(f"this browser has no {name}")
    assert outcome.shown == outcome.fresh
    assert outcome.kept == [True] * 3
