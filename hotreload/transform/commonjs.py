"""CommonJS modules as ES modules.

Each becomes two. ``x.js?commonjs`` is what `require` gives: its ``load`` runs the module when it is
first called, so that what is required in a circle or only perhaps behaves as in Node.js. And
``x.js?exports`` is what `import` gives: it runs the module, and exports what that left.

The plain URL stays what a browser makes of the file itself.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from hotreload.project.urls import file_url
from hotreload.transform.wrap import COMMONJS_QUERIES, is_export_name, wrap_query

# What stands before a specifier that is required.
REQUIRED_AS = "commonjs:"


class Required(NamedTuple):
    """What a literal `require("…")` gives.

    Args:
        specifier: as written.
        problem: why it gives nothing, or "".
        empty: an empty object stands for it, as for Node's own modules.
    """

    specifier: str
    problem: str = ""
    empty: bool = False


class Asked(NamedTuple):
    """How a CommonJS module is imported.

    Args:
        names: those that are imported and are not known to be exported.
        node: the default is `module.exports`, as Node.js has it, whatever the module says it was.
        dynamic: by `import(…)`, which can give any object.
    """

    names: tuple[str, ...] = ()
    node: bool = False
    dynamic: bool = False

    def query(self) -> str:
        """How the URL of the module says so."""
        parts = ["exports"]
        if self.names:
            parts.append("names=" + ",".join(self.names))
        return "&".join([*parts, *["node"] * self.node, *["dynamic"] * self.dynamic])


def asked_by(url: str) -> Asked:
    """How a URL with the query ``exports`` says that a module is imported."""
    parts = url.partition("?")[2].split("&")
    listed = next((part[6:] for part in parts if part.startswith("names=")), "")
    names = tuple(name for name in listed.split(",") if is_export_name(name))
    return Asked(names, "node" in parts, "dynamic" in parts)


def commonjs_file(url: str) -> str | None:
    """The file of which a URL names what stands for it; None where it names none."""
    return file_url(url) if wrap_query(url) in COMMONJS_QUERIES else None


def as_required(url: str, source: str, required: Sequence[Required]) -> str:
    """What `require` gives of a CommonJS module; its lines stay where they are.

    Args:
        url: URL of the file.
        source: its prepared text.
        required: what it requires.
    """
    imports, cases = [], []
    for index, each in enumerate(required):
        if each.problem:
            message = f"Cannot find module '{each.specifier}': {each.problem}"
            give = f"throw __hr_missing({json.dumps(message)})"
        elif each.empty:
            give = "return {}"
        else:
            name = f"__hr_{index}"
            imports.append(
                f"import{{load as {name}}}from{json.dumps(REQUIRED_AS + each.specifier)};"
            )
            give = f"return {name}()"
        cases.append(f"case{json.dumps(each.specifier)}:{give};")
    file = json.dumps(file_url(url))
    folder = json.dumps(file_url(url).rpartition("/")[0] or "/")
    # All are functions and variables without a value, which are there before the module is run:
    # circles need them.
    before = (
        "".join(imports) + "var __hr_module;"
        "function __hr_missing(text){return Object.assign(new Error(text),"
        '{code:"MODULE_NOT_FOUND"})}'
        f"function __hr_require(name){{switch(name){{{''.join(cases)}}}"
        "throw __hr_missing(`Cannot find module '${name}': only literals are known`)}"
        "export function load(){if(__hr_module)return __hr_module.exports;"
        f"__hr_module={{exports:{{}},id:{file},filename:{file},loaded:false,children:[],paths:[],"
        "require:__hr_require};"
        "__hr_require.resolve=(name)=>name;__hr_require.cache={};"
        "try{__hr_run.call(__hr_module.exports,__hr_module.exports,__hr_require,__hr_module,"
        f"{file},{folder})}}catch(error){{__hr_module=undefined;throw error}}"
        "__hr_module.loaded=true;return __hr_module.exports}"
    )
    # In a scope around the module, so that it can have its own.
    given = "".join(
        f"const {name}={value};"
        for name, value in (("global", "globalThis"), ("define", "undefined"))
        if name in source
    )
    head = "function __hr_run(exports,require,module,__filename,__dirname){"
    return f"{before}{given}{head}{source}\n}}\n"


def module_as_required(url: str) -> str:
    """What `require` gives of an ES module: as bundlers have it, an object of its exports."""
    return (
        f"import * as all from {json.dumps(file_url(url))};var made;export function load(){{"
        'if("module.exports" in all)return all["module.exports"];if("__esModule" in all)return all;'
        'if(made===undefined){made=Object.defineProperty({},"__esModule",{value:true});'
        "for(const name of Object.keys(all))Object.defineProperty(made,name,"
        "{enumerable:true,configurable:true,get:()=>all[name]});}return made}"
    )


def json_as_required(text: str) -> str:
    """What `require` gives of a JSON file."""
    return f"var data;export function load(){{return data??=JSON.parse({json.dumps(text)})}}"


def asset_as_required(address: str, *, style: bool) -> str:
    """What `require` gives of any other file: of a stylesheet, nothing; of others, the address."""
    return f"import address from {json.dumps(address)};export function load(){{return " + (
        "{}}" if style else "address}"
    )


def as_imported(url: str, names: Collection[str], asked: Asked) -> str:
    """What `import` gives of a CommonJS module.

    Args:
        url: URL of the file.
        names: what it is known to export.
        asked: how it is imported.
    """
    run = f"import{{load}}from{json.dumps(file_url(url) + '?commonjs')};const it=load();"
    default = "it" if asked.node else "it?.__esModule?it.default:it"
    if asked.dynamic:
        # What `import()` gives is awaited once more if it has a `then`.
        every = "it" if asked.node else "it?.__esModule?it:{...it,default:it}"
        every = "{...it,default:it}" if asked.node else every
        return f"{run}export function then(give){{give({every})}}"
    exported = sorted({name for name in (*names, *asked.names) if name != "default"})
    listed = ",".join(f"__{index} as {_export(name)}" for index, name in enumerate(exported))
    values = "".join(
        f"const __{index}=all[{json.dumps(name)}];" for index, name in enumerate(exported)
    )
    return f"{run}export default {default};const all=it??{{}};{values}export{{{listed}}};"


def _export(name: str) -> str:
    return name if is_export_name(name) else json.dumps(name)


def nothing(names: Iterable[str] | None) -> str:
    """The address of a module that stands for one that a browser can't have.

    Args:
        names: what is imported of it.
    """
    listed = [n for n in sorted(names or ()) if is_export_name(n)]
    values = "".join(f"export const {name}=undefined;" for name in listed)
    return f"data:text/javascript,export default {{}};{values}"
