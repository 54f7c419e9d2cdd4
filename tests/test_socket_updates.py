"""What a page is told over the socket of a real server, and what it isn't."""

import json
import re
import signal
from typing import Any

import pytest

from tests.project import Project
from tests.sockets import (
    FILES,
    SECONDS,
    greet,
    hello,
    module_hash,
    open_socket,
    read_birth,
    receive,
    token_of,
)


@pytest.fixture
def served(project: Project) -> Project:
    return project.write(FILES).start()


def test_an_update_carries_the_content_of_the_whole_chain(served: Project) -> None:
    with open_socket(served) as socket:
        welcome = greet(socket, hello(served))
        served.edit("dep.js", "1", "2")
        update = receive(socket, "update")
        assert update["rev"] == welcome["rev"] + 1
        assert update["reload"] is None
        dep, main = update["modules"]
        assert (dep["path"], main["path"]) == ("/dep.js", "/main.js")
        assert dep["v"] == main["v"] == f"{welcome['boot']}.{update['rev']}"
        assert "export const a = 2;" in dep["code"]
        origin = f"http://127.0.0.1:{served.port}"
        assert f"import '{origin}/dep.js?v={dep['v']}'" in main["code"]
        boundary = {"path": "/main.js", "accepted": "/main.js", "circular": False}
        assert update["boundaries"] == [boundary]


def test_a_stylesheet_and_a_page_are_pushed_with_their_text(served: Project) -> None:
    page = read_birth(served)
    with open_socket(served) as socket:
        greet(socket, hello(served, resources={"/theme.css": ""}))
        served.edit("theme.css", "red", "blue")
        (style,) = receive(socket, "update")["styles"]
        assert (style["path"], style["css"]) == ("/theme.css", "body { color: blue }")
        served.edit("index.html", "</head>x", "</head>new")
        (update,) = receive(socket, "update")["pages"]
        assert update["path"] == page["page"]
        assert update["html"] == FILES["index.html"].replace("</head>x", "</head>new")
        assert "@hotreload" not in update["html"]


def test_a_page_is_only_told_of_what_it_holds(served: Project) -> None:
    other = hello(served, page="/other.html", hash="", modules={})
    with open_socket(served) as one, open_socket(served) as two:
        greet(one, hello(served))
        greet(two, other)
        served.edit("dep.js", "1", "2")
        receive(one, "update")
        two.send('{"type": "ping"}')
        seen: list[dict[str, Any]] = []
        while not seen or seen[-1]["type"] != "pong":
            seen.append(json.loads(two.recv(SECONDS)))
        assert [f for f in seen if f["type"] == "update" and (f["modules"] or f["reload"])] == []


def test_a_change_that_nobody_accepts_is_a_reload_with_its_reason(served: Project) -> None:
    frame = hello(served)
    frame["modules"]["/lone.js"] = [module_hash(served, "lone.js"), ""]
    with open_socket(served) as socket:
        greet(socket, frame)
        served.edit("lone.js", "1", "2")
        reload = receive(socket, "update")["reload"]
        assert "/lone.js" in reload["reason"]
        assert reload["chain"] == ["/lone.js"]


def test_sixty_files_at_once_are_few_updates_with_all_of_them(served: Project) -> None:
    names = [f"m{number}.js" for number in range(60)]
    served.write(dict.fromkeys(names, "export let n = 0; import.meta.hot.accept();"))
    modules = {f"/{name}": [module_hash(served, name), ""] for name in names}
    with open_socket(served) as socket:
        greet(socket, hello(served, modules=modules))
        served.write(dict.fromkeys(names, "export let n = 1; import.meta.hot.accept();"))
        pushed: list[str] = []
        frames = 0
        while set(pushed) != set(modules):
            pushed += [module["path"] for module in receive(socket, "update")["modules"]]
            frames += 1
        assert frames <= 2
        assert len(pushed) == len(set(pushed))


def test_a_syntax_error_is_told_and_not_pushed_and_fixing_it_clears_it(served: Project) -> None:
    with open_socket(served) as socket:
        greet(socket, hello(served))
        receive(socket, "problems")
        served.edit("dep.js", "1;", ";")
        (problem,) = receive(socket, "problems")["problems"]
        assert (problem["owner"], problem["kind"], problem["line"]) == ("/dep.js", "syntax", 1)
        assert "export const a = ;" in problem["frame"]
        served.edit("dep.js", " ;", " 3;")
        assert receive(socket, "problems")["problems"] == []
        assert "a = 3" in receive(socket, "update")["modules"][0]["code"]


def test_a_page_that_was_away_gets_what_changed_meanwhile(served: Project) -> None:
    before = hello(served)
    served.edit("dep.js", "1", "2")
    with open_socket(served) as socket:
        greet(socket, before)
        assert "a = 2" in receive(socket, "update")["modules"][0]["code"]


def test_a_page_that_missed_nothing_gets_nothing_over_a_restart(served: Project) -> None:
    before = hello(served)
    token = token_of(served)
    served.stop(signal.SIGKILL)
    served.start()
    with open_socket(served, token=token) as socket:
        welcome = greet(socket, before)
        assert welcome["project"] == before["project"]
        assert welcome["boot"] != before["boot"]
        socket.send('{"type": "ping"}')
        assert receive(socket, "problems")["problems"] == []
        assert json.loads(socket.recv(SECONDS)) == {"type": "pong"}


def test_a_page_gets_what_changed_while_the_server_was_down(served: Project) -> None:
    before = hello(served)
    served.stop()
    served.edit("dep.js", "1", "2")
    served.start()
    with open_socket(served) as socket:
        greet(socket, before)
        assert "a = 2" in receive(socket, "update")["modules"][0]["code"]


def test_a_page_of_another_project_is_made_to_reload(served: Project) -> None:
    with open_socket(served) as socket:
        greet(socket, {**hello(served), "project": "another"})
        assert "another project" in receive(socket, "update")["reload"]["reason"]


def test_a_module_pruned_before_the_page_said_that_it_holds_it_is_pruned_still(
    served: Project,
) -> None:
    frame = hello(served)
    modules, frame["modules"] = frame["modules"], {}
    with open_socket(served) as watching, open_socket(served) as socket:
        greet(watching, hello(served))
        greet(socket, frame)
        served.write({"main.js": "import.meta.hot.accept();\n"})
        assert receive(watching, "update")["pruned"] == ["/dep.js"]
        assert receive(socket, "update")["modules"] == []
        socket.send(json.dumps({"type": "hold", "modules": modules, "resources": {}}))
        update = receive(socket, "update")
        assert [module["path"] for module in update["modules"]] == ["/main.js"]
        assert update["pruned"] == ["/dep.js"]


@pytest.mark.parametrize("at_once", [True, False])
def test_a_page_keeps_what_it_imports_by_a_name_that_no_source_has(
    served: Project, at_once: bool
) -> None:
    with open_socket(served) as watching:
        greet(watching, hello(served))
        served.write({"main.js": "await import(`./${'dep'}.js`);\nimport.meta.hot.accept();\n"})
        assert receive(watching, "update")["pruned"] == ["/dep.js"]
    frame = hello(served)
    dep = frame["modules"]["/dep.js"]
    with open_socket(served) as socket:
        if at_once:
            greet(socket, frame)
        else:
            greet(socket, {**frame, "modules": {"/main.js": frame["modules"]["/main.js"]}})
            hold = {"type": "hold", "modules": {"/dep.js": dep}, "resources": {}}
            socket.send(json.dumps(hold))
            socket.send('{"type": "ping"}')
            receive(socket, "pong")
        served.edit("dep.js", "1", "2")
        update = receive(socket, "update")
        while not update["reload"]:
            # By which versions others know its modules.
            assert not update["pruned"]
            update = receive(socket, "update")
        assert update["reload"]["chain"] == ["/dep.js"]


def test_a_page_s_entry_is_not_pruned_when_its_importer_lets_go_of_it(served: Project) -> None:
    served.write({"dep.js": "import './main.js';\nimport.meta.hot.accept();\n"})
    with open_socket(served) as socket:
        greet(socket, hello(served))
        served.write({"dep.js": "import.meta.hot.accept();\n"})
        update = receive(socket, "update")
        assert [module["path"] for module in update["modules"]] == ["/dep.js"]
        assert update["pruned"] == []


def test_sync_is_answered_when_every_change_up_to_it_is_applied(served: Project) -> None:
    with open_socket(served) as page, open_socket(served, origin=None) as tool:
        greet(page, hello(served))
        served.edit("dep.js", "a = 1", "a = 2")
        tool.send('{"type": "sync", "id": "one"}')
        update = receive(page, "update")
        assert "a = 2" in update["modules"][0]["code"]
        page.send(json.dumps({"type": "ack", "rev": update["rev"], "result": "applied", "ms": 1}))
        synced = receive(tool, "synced")
        assert synced == {"type": "synced", "id": "one", "rev": update["rev"], "waiting": 0}
        tool.send('{"type": "sync", "id": "nothing changed"}')
        assert receive(tool, "synced")["id"] == "nothing changed"
    line = r"hmr /dep\.js · 1 page · \d+ ms\n"
    assert re.search(line, served.output)
