"""Svelte's components, edited: what of their state is kept, case by case."""

import shutil
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.site import console_of, html, is_marked, mark, run_counts, runs
from tests.packages import node_modules
from tests.project import Project

EXAMPLE = Path(__file__).parents[2] / "examples/svelte"
FILES = {
    "index.html": html("<input id='note'><div id='app'></div>"),
    "main.js": "import { mount } from 'svelte';\nimport App from './App.svelte';\n"
    "mount(App, { target: document.getElementById('app') });\n",
    "App.svelte": """<script>
  import Child from './Child.svelte';
  import Legacy from './Legacy.svelte';
  import { shared } from './shared.svelte';
  let n = $state(0);
</script>

<button id="own" onclick={() => n++}>own {n}</button>
<button id="shared" onclick={() => shared.n++}>shared {shared.n}</button>
<Child step={2}>{#snippet end()}<em>slot</em>{/snippet}</Child>
<Legacy />

<style>
  #own { color: rgb(1, 0, 0) }
</style>
""",
    "Child.svelte": """<script module>
  export const limit = 9;
</script>

<script lang="ts">
  import type { Snippet } from 'svelte';
  import { word } from './word';
  let { step = 1, end }: { step?: number; end: Snippet } = $props();
  let count: number = $state(0);
  const twice = $derived(count * 2);
</script>

<p id="child" onclick={() => (count += step)}>
  {word} {count} {twice} {@render end()}</p>

<style lang="scss">
  @use './sizes';
  p { margin-left: sizes.$gap; &:hover { left: 0 } }
</style>
""",
    "Legacy.svelte": "<script>\n  let old = 0;\n  $: half = old / 2;\n</script>\n"
    "<button id='legacy' on:click={() => old++}>old {old} {half}</button>\n",
    "shared.svelte.ts": runs("shared") + "export const shared: { n: number } = $state({ n: 0 });\n",
    "word.ts": "export const word: string = 'child';\n",
    "_sizes.scss": "$gap: 3px;\n",
}


def _open(project: Project, page: Page, files: dict[str, str]) -> None:
    project.write(files).start("--mount", f"/node_modules={node_modules()}")
    page.goto(project.url)
    mark(page)


def test_what_is_kept(project: Project, page: Page) -> None:
    said = console_of(page)
    _open(project, page, FILES)
    own, child, note = page.locator("#own"), page.locator("#child"), page.locator("#note")
    shared, legacy = page.locator("#shared"), page.locator("#legacy")
    for each in (own, child, shared, legacy):
        each.click()
    note.fill("kept")
    expect(own).to_have_text("own 1")
    expect(child).to_have_text("child 2 4 slot")
    expect(legacy).to_have_text("old 1 0.5")
    expect(child).to_have_css("margin-left", "3px")
    # Styles: in place, no component notices.
    project.edit("App.svelte", "rgb(1, 0, 0)", "rgb(5, 0, 0)")
    expect(own).to_have_css("color", "rgb(5, 0, 0)")
    project.edit("_sizes.scss", "3px", "4px")
    expect(child).to_have_css("margin-left", "4px")
    project.edit("Child.svelte", "sizes.$gap", "sizes.$gap * 2")
    expect(child).to_have_css("margin-left", "8px")
    expect(child).to_have_text("child 2 4 slot")
    expect(own).to_have_text("own 1")
    # A component: it is created anew, with what its parents give it; they stay.
    project.edit("Child.svelte", "count * 2", "count * 3")
    expect(child).to_have_text("child 0 0 slot")
    child.click()
    expect(child).to_have_text("child 2 6 slot")
    project.edit("Legacy.svelte", "old {old}", "legacy {old}")
    expect(legacy).to_have_text("legacy 0 0")
    legacy.click()
    expect(own).to_have_text("own 1")
    # What a script imports is part of it.
    project.edit("word.ts", "'child'", "'word'")
    expect(child).to_have_text("word 0 0 slot")
    expect(legacy).to_have_text("legacy 1 0.5")
    expect(own).to_have_text("own 1")
    # The root: what is in modules is kept.
    project.edit("App.svelte", "own {n}", "mine {n}")
    expect(own).to_have_text("mine 0")
    expect(shared).to_have_text("shared 1")
    shared.click()
    expect(shared).to_have_text("shared 2")
    assert run_counts(page)["shared"] == 1
    # A module with runes: who imports it gets the new one.
    project.edit("shared.svelte.ts", "n: 0", "n: 7")
    expect(shared).to_have_text("shared 7")
    shared.click()
    expect(shared).to_have_text("shared 8")
    expect(note).to_have_value("kept")
    assert is_marked(page)
    assert not [line for line in said if "Error" in line]
    assert project.output.count("with a click event must be accompanied") == 1


def test_mistakes_are_at_their_place_in_the_file(project: Project, page: Page) -> None:
    _open(project, page, FILES)
    own, overlay = page.locator("#own"), page.locator("hotreload-overlay")
    own.click()
    for name, right, wrong, place in (
        ("App.svelte", "let n = $state(0);", "let n = ;", "/App.svelte:5:11"),
        ("App.svelte", "own {n}", "own {n n}", "/App.svelte:8:45"),
        ("App.svelte", "</button>\n<Child", "</buton>\n<Child", "/App.svelte:9:"),
        ("App.svelte", "rgb(1, 0, 0) }", "rgb(1, 0, 0)", "/App.svelte:15:"),
        ("Child.svelte", "sizes.$gap;", "sizes.$gp;", "/Child.svelte:18:20"),
        ("shared.svelte.ts", "= $state", "= = $state", "/shared.svelte.ts:2:"),
    ):
        project.edit(name, right, wrong)
        expect(overlay).to_contain_text(place)
        project.edit(name, wrong, right)
        expect(overlay).to_have_count(0)
    expect(own).to_have_text("own 1")
    # What is thrown is thrown at a line of the component.
    project.edit(
        "App.svelte", "let n = $state(0);", "let n = $state(0);\n  const no = () => { throw n; };"
    )
    project.edit("App.svelte", "throw n", "throw new Error('no')")
    project.edit("App.svelte", "n++", "no()")
    expect(own).to_have_text("own 0")
    own.click()
    expect(page.locator("hotreload-notices")).to_contain_text("Error: no · /App.svelte:6")
    assert is_marked(page)


def test_the_example_keeps_its_state(project: Project, page: Page) -> None:
    shutil.copytree(EXAMPLE, project.root, dirs_exist_ok=True)
    project.start("--mount", f"/node_modules={node_modules()}")
    page.goto(project.url)
    mark(page)
    text, heading = page.get_by_role("textbox"), page.locator("h1")
    page.locator("label").first.click()
    text.fill("one more")
    page.get_by_role("button").click()
    expect(heading).to_have_text("To do: 2")
    project.edit("src/TodoItem.svelte", "{todo.text}", "{todo.text}!")
    expect(page.locator("label").first).to_have_text("Edit a style!")
    project.edit("src/TodoItem.svelte", "rgb(120", "rgb(200")
    expect(page.locator("label").first).to_have_css("color", "rgb(200, 120, 120)")
    project.edit("src/App.svelte", "To do: {", "Left: {")
    expect(heading).to_have_text("Left: 2")
    assert is_marked(page)
