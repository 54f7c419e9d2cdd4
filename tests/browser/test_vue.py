"""Vue's single-file components, edited: what of their state is kept, case by case."""

import shutil
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.site import console_of, html, is_marked, mark, run_counts, runs
from tests.packages import node_modules
from tests.project import Project

EXAMPLE = Path(__file__).parents[2] / "examples/vue"
MAIN = """import { createApp } from 'vue';
import App from './App.vue';
createApp(App).mount('#app');
"""
APP = """<script setup>
import { ref } from 'vue';
import Child from './Child.vue';
const n = ref(0);
</script>

<template>
  <button id="own" @click="n++">own {{ n }}</button>
  <input id="note">
  <Child :step="2" title="t"><em>slot</em></Child>
</template>

<style>
#own { color: rgb(1, 0, 0) }
</style>
"""
CHILD = """<script setup lang="ts">
import { computed, ref, type Ref } from 'vue';
import type { Props } from './types';
import { word } from './word';
const { step = 1 } = defineProps<Props>();
const count: Ref<number> = ref(0);
const colour = ref('rgb(0, 2, 0)');
const twice = computed(() => count.value * 2);
</script>

<template>
  <p id="child" class="child" :class="$style.box" @click="count += step">
    {{ word }} {{ count }} {{ (twice as number) }} <slot /></p>
</template>

<style scoped lang="scss">
@use './sizes';
.child { color: v-bind(colour); margin-left: sizes.$gap; }
</style>

<style module>
.box { padding-left: 1px }
</style>
"""
FILES = {
    "index.html": html("<div id='app'></div>"),
    "main.js": MAIN,
    "App.vue": APP,
    "Child.vue": CHILD,
    "types.ts": "export interface Props { step?: number }\n",
    "word.ts": runs("word") + "export const word: string = 'child';\n",
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
    own.click()
    child.click()
    note.fill("kept")
    expect(own).to_have_text("own 1")
    expect(child).to_have_text("child 2 4 slot")
    expect(child).to_have_css("color", "rgb(0, 2, 0)")
    expect(child).to_have_css("margin-left", "3px")
    expect(child).to_have_css("padding-left", "1px")

    # Templates: everything is kept.
    project.edit("App.vue", "own {{ n }}", "mine {{ n }}")
    expect(own).to_have_text("mine 1")
    project.edit("Child.vue", "{{ (twice as number) }}", "({{ (twice as number) }})")
    expect(child).to_have_text("child 2 (4) slot")
    # Styles: in place, whatever they are written in; no component notices.
    project.edit("App.vue", "rgb(1, 0, 0)", "rgb(5, 0, 0)")
    expect(own).to_have_css("color", "rgb(5, 0, 0)")
    for name, old, new, css, value in (
        ("_sizes.scss", "3px", "4px", "margin-left", "4px"),
        ("Child.vue", "sizes.$gap", "sizes.$gap * 2", "margin-left", "8px"),
        ("Child.vue", "padding-left: 1px", "padding-left: 9px", "padding-left", "9px"),
    ):
        project.edit(name, old, new)
        expect(child).to_have_css(css, value)
    # A class of another name, in the style first: the element gets it.
    project.edit("Child.vue", ".box { padding", ".box, .other { padding")
    project.edit("Child.vue", "$style.box", "$style.other")
    expect(child).to_have_class(
        "child other_" + (child.get_attribute("class") or "_").split("_")[1]
    )
    expect(child).to_have_css("padding-left", "9px")
    # Lines that move alone.
    project.edit("Child.vue", "<template>", "\n\n<template>")
    project.edit("App.vue", "mine {{", "yours {{")
    expect(own).to_have_text("yours 1")
    expect(child).to_have_text("child 2 (4) slot")

    # A script: its component anew, its parents as they were.
    project.edit("Child.vue", "count.value * 2", "count.value * 3")
    expect(child).to_have_text("child 0 (0) slot")
    child.click()
    expect(child).to_have_text("child 2 (6) slot")
    expect(own).to_have_text("yours 1")
    # What a script imports is part of it, and so are types that its props are made of.
    project.edit("word.ts", "'child'", "'word'")
    expect(child).to_have_text("word 0 (0) slot")
    expect(child).to_have_attribute("title", "t")
    project.edit("types.ts", "step?: number", "step?: number; title?: string")
    expect(child).not_to_have_attribute("title", "t")
    child.click()
    expect(child).to_have_text("word 2 (6) slot")
    # A template edit after the child was replaced keeps the child, too.
    project.edit("App.vue", "yours {{", "ours {{")
    expect(own).to_have_text("ours 1")
    expect(child).to_have_text("word 2 (6) slot")
    # What `v-bind` names in a style is part of the script.
    project.edit("Child.vue", "v-bind(colour)", "v-bind('`rgb(${twice}, 0, 0)`')")
    expect(child).to_have_css("color", "rgb(0, 0, 0)")
    expect(note).to_have_value("kept")
    expect(own).to_have_text("ours 1")
    # The root's script: the app anew, and no load.
    project.edit("App.vue", "ref(0)", "ref(5)")
    expect(own).to_have_text("ours 5")
    assert is_marked(page)
    assert run_counts(page)["word"] == 2
    assert not [line for line in said if "Error" in line or "[HMR]" in line]


def test_mistakes_are_at_their_place_in_the_file(project: Project, page: Page) -> None:
    _open(project, page, FILES)
    own, overlay = page.locator("#own"), page.locator("hotreload-overlay")
    own.click()
    for name, right, wrong, place in (
        ("App.vue", "const n = ref(0);", "const n = ;", "/App.vue:4:11"),
        ("App.vue", "own {{ n }}", "own {{ n n }}", "/App.vue:8:42"),
        ("App.vue", "</button>", "</buton>", "/App.vue:8:44"),
        ("App.vue", "rgb(1, 0, 0) }", "rgb(1, 0, 0)", "/App.vue:14:1"),
        ("Child.vue", "sizes.$gap;", "sizes.$gp;", "/Child.vue:18:46"),
        ("Child.vue", "ref(0);", "ref(0]);", "/Child.vue:6:33"),
        ("Child.vue", 'lang="scss"', 'lang="less"', "/Child.vue:"),
    ):
        project.edit(name, right, wrong)
        expect(overlay).to_contain_text(place)
        project.edit(name, wrong, right)
        expect(overlay).to_have_count(0)
    project.edit("App.vue", "own {{", "still {{")
    expect(own).to_have_text("still 1")
    # What is thrown is thrown at a line of the component.
    project.edit(
        "App.vue",
        "const n = ref(0);",
        "const n = ref(0);\nconst fail = () => { setTimeout(() => { throw new Error('no'); }); };",
    )
    project.edit("App.vue", "n++", "fail()")
    expect(own).to_have_text("still 0")
    own.click()
    expect(page.locator("hotreload-notices")).to_contain_text("Error: no · /App.vue:5")
    assert is_marked(page)


def test_blocks_in_files_of_their_own_and_the_options_api(project: Project, page: Page) -> None:
    files = {
        "index.html": html("<div id='app'></div><div id='there'></div>"),
        "main.js": MAIN,
        "App.vue": "<script>\nimport { defineAsyncComponent, markRaw } from 'vue';\n"
        "import Parts from './Parts.vue';\n"
        "const Late = defineAsyncComponent(() => import('./Late.vue'));\n"
        "export default {\n  components: { Parts, Late },\n"
        "  data: () => ({ n: 0, on: true }),\n};\n"
        "</script>\n<template>\n  <button id='own' @click='n++'>{{ n }}</button>\n"
        "  <button id='on' @click='on = !on'>on</button><Parts />\n"
        "  <Suspense><Late /><template #fallback>wait</template></Suspense>\n"
        "  <KeepAlive><Parts v-if='on' id='alive' /></KeepAlive>\n"
        "  <Teleport to='#there'><i id='far'>far {{ n }}</i></Teleport>\n</template>\n",
        "Parts.vue": "<script src='./parts.js'></script>\n"
        "<template src='./parts.html'></template>\n<style scoped src='./parts.css'></style>\n",
        "parts.js": "export default { data: () => ({ m: 0 }) };\n",
        "parts.html": "<p class='parts' @click='m++'>parts {{ m }}</p>\n",
        "parts.css": ".parts { color: rgb(3, 0, 0) }\n",
        "Late.vue": "<script setup lang='tsx'>\nimport { ref } from 'vue';\n"
        "const k = ref<number>(0);\nconst Bold = () => <b>late {k.value}</b>;\n"
        "await Promise.resolve();\n</script>\n"
        "<template>\n  <div id='late' @click='k++'><Bold /></div>\n</template>\n",
    }
    _open(project, page, files)
    own, late, far = page.locator("#own"), page.locator("#late"), page.locator("#far")
    parts, alive = page.locator(".parts").first, page.locator("#alive")
    for each in (own, parts, alive, late):
        each.click()
    expect(late).to_have_text("late 1")
    expect(parts).to_have_css("color", "rgb(3, 0, 0)")
    project.edit("parts.html", "parts {{", "things {{")
    expect(parts).to_have_text("things 1")
    project.edit("parts.css", "rgb(3", "rgb(4")
    expect(parts).to_have_css("color", "rgb(4, 0, 0)")
    project.edit("Late.vue", "<Bold />", "<Bold />!")
    expect(late).to_have_text("late 1!")
    project.edit("App.vue", "far {{", "there {{")
    expect(far).to_have_text("there 1")
    page.locator("#on").click()
    expect(alive).to_have_count(0)
    project.edit("parts.html", "things {{", "others {{")
    expect(parts).to_have_text("others 1")
    page.locator("#on").click()
    expect(alive).to_have_text("others 1")
    project.edit("parts.js", "m: 0", "m: 7")
    expect(parts).to_have_text("others 7")
    expect(own).to_have_text("1")
    assert is_marked(page)


def test_pinia_and_the_router(project: Project, page: Page) -> None:
    files = {
        "index.html": html("<div id='app'></div>"),
        "main.js": "import { createApp } from 'vue';\nimport { createPinia } from 'pinia';\n"
        "import { createRouter, createWebHashHistory } from 'vue-router';\n"
        "import App from './App.vue';\n"
        "const routes = [{ path: '/', component: () => import('./Home.vue') }];\n"
        "createApp(App).use(createPinia())"
        ".use(createRouter({ history: createWebHashHistory(), routes })).mount('#app');\n",
        "App.vue": "<template><main><RouterView /></main></template>\n",
        "Home.vue": "<script setup>\nimport { useCounter } from './counter.js';\n"
        "const counter = useCounter();\n</script>\n<template>\n"
        "  <button id='own' @click='counter.add()'>{{ counter.n }}</button>\n</template>\n",
        "counter.js": "import { acceptHMRUpdate, defineStore } from 'pinia';\n"
        "export const useCounter = defineStore('counter', {\n  state: () => ({ n: 0 }),\n"
        "  actions: { add() { this.n += 1; } },\n});\n"
        "const { hot } = import.meta;\n"
        "if (import.meta.hot) import.meta.hot.accept(acceptHMRUpdate(useCounter, hot));\n",
    }
    _open(project, page, files)
    own = page.locator("#own")
    own.click()
    expect(own).to_have_text("1")
    project.edit("Home.vue", "{{ counter.n }}", "n: {{ counter.n }}")
    expect(own).to_have_text("n: 1")
    project.edit("counter.js", "+= 1", "+= 10")
    project.edit("Home.vue", "n: {{", "all: {{")
    expect(own).to_have_text("all: 1")
    own.click()
    expect(own).to_have_text("all: 11")
    project.edit("App.vue", "<main>", "<main><h1>Head</h1>")
    expect(page.locator("h1")).to_have_text("Head")
    expect(own).to_have_text("all: 11")
    assert is_marked(page)


def test_the_example_keeps_its_state(project: Project, page: Page) -> None:
    shutil.copytree(EXAMPLE, project.root, dirs_exist_ok=True)
    project.start("--mount", f"/node_modules={node_modules()}")
    page.goto(project.url)
    mark(page)
    text, heading = page.get_by_role("textbox"), page.locator("h1")
    first = page.locator("label").first
    first.click()
    text.fill("one more")
    expect(heading).to_have_text("To do: 1")
    project.edit("src/TodoItem.vue", "{{ text }}", "{{ text }}!")
    expect(first).to_have_text("Edit a template!")
    project.edit("src/TodoItem.vue", "rgb(120", "rgb(200")
    expect(first).to_have_css("color", "rgb(200, 120, 120)")
    # A restart finds the page as it is, and the first edit after it goes the same way.
    project.stop()
    project.start("--mount", f"/node_modules={node_modules()}")
    project.edit("src/App.vue", "To do: {{", "Left: {{")
    expect(heading).to_have_text("Left: 1")
    page.get_by_role("button").click()
    expect(heading).to_have_text("Left: 2")
    assert is_marked(page)
