"""Packages in CommonJS, such as React's, as modules."""

import json
import re

from hotreload.plugins import Plugin, Source

_MODULE = re.compile(r"^\s*(?:import|export)\b", re.M)
_COMMONJS = re.compile(r"\b(?:module\.)?exports\b")
# What a package has for others than developers.
_PRODUCTION = re.compile(
    r"if \(process\.env\.NODE_ENV === (['\"])production\1\) \{.*?\} else(?= \{)", re.S
)
_REQUIRE = re.compile(r"\brequire\((['\"])([^'\"]+)\1\)")
_EXPORTED = re.compile(r"\bexports\.([A-Za-z_$][\w$]*) *=(?!=)")
_PASSED_ON = re.compile(r"\bmodule\.exports *= *require\((['\"])([^'\"]+)\1\)")


class CommonJS(Plugin):
    """Knows a package's exports by what is assigned to them, and what it requires by name."""

    suffixes = (".js", ".cjs")

    def transform(self, code: str, source: Source) -> str | None:
        packaged = "/node_modules/" in source.url
        if not packaged or _MODULE.search(code) or not _COMMONJS.search(code):
            return None
        code = _PRODUCTION.sub(lambda found: "\n" * found[0].count("\n"), code)
        required = list(dict.fromkeys(found[2] for found in _REQUIRE.finditer(code)))
        imports = [f"import * as _{i} from {json.dumps(name)};" for i, name in enumerate(required)]
        known = ", ".join(f"{json.dumps(name)}: _{i}.default" for i, name in enumerate(required))
        names = sorted({found[1] for found in _EXPORTED.finditer(code)} - {"default"})
        values = ", ".join(f"{name}: ${i}" for i, name in enumerate(names))
        exports = ", ".join(f"${i} as {name}" for i, name in enumerate(names))
        passed_on = [
            f"export * from {json.dumps(found[2])};" for found in _PASSED_ON.finditer(code)
        ]
        # In front of the first line, so that the others keep their numbers.
        before = [
            *imports,
            "const _module = { exports: {} };",
            "(function (module, exports, require) {",
        ]
        after = [
            f"}})(_module, _module.exports, (name) => ({{ {known} }})[name]);",
            "export default _module.exports;",
            f"const {{ {values} }} = _module.exports;",
            f"export {{ {exports} }};",
            *passed_on,
        ]
        return f"{' '.join(before)} {code}\n" + "\n".join(after) + "\n"
