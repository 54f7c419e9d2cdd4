"""From the names of plugins, as they are configured, to plugins."""

import importlib
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points
from pathlib import Path

from hotreload.plugins import Plugin, name_of
from hotreload.project.kinds import NATIVE
from hotreload.project.settings import SettingsError

GROUP = "hotreload.plugins"


def load_plugins(names: Iterable[str], *, own_code: Path | None = None) -> tuple[Plugin, ...]:
    """The plugins of these names, in their order.

    Args:
        names: ``"package.module:attribute"``, or the name of an entry point in the group
            ``hotreload.plugins``. What it leads to is a plugin, or is called (a subclass of
            :class:`~hotreload.plugins.Plugin`, say) for one or for an iterable of some.
        own_code: a folder whose modules may be named, too. Only who runs the command may say so: a
            project's own files must not have its code run.

    Raises:
        SettingsError: a plugin can't be loaded; the message says which and why.
    """
    if own_code is not None and str(own_code) not in sys.path:
        sys.path.insert(0, str(own_code))
    plugins: list[Plugin] = []
    for name in names:
        plugins += _load(name, trusted=own_code is not None)
    for plugin in plugins:
        taken = sorted(NATIVE.keys() & {claim.suffix for claim in plugin.claims})
        if taken:
            raise SettingsError(
                f"the plugin {name_of(plugin)} claims {taken[0]}, which needs no plugin: it can "
                "transform it without"
            )
    return tuple(plugins)


def _load(name: str, *, trusted: bool) -> Iterator[Plugin]:
    try:
        found = _find(name)
        if callable(found) and not isinstance(found, Plugin):
            found = found()
    except SettingsError:
        raise
    except ModuleNotFoundError as error:
        hint = ""
        if not trusted and (Path.cwd() / f"{(error.name or '').replace('.', '/')}.py").is_file():
            hint = (
                f"; a project's files can't have its own code run: allow it by --plugin {name} "
                "or HOTRELOAD_PLUGIN"
            )
        raise SettingsError(f"the plugin {name!r} can't be loaded: {error}{hint}") from None
    except Exception as error:
        raise SettingsError(
            f"the plugin {name!r} can't be loaded: {type(error).__name__}: {error}"
        ) from error
    several = found if isinstance(found, Iterable) and not isinstance(found, Plugin) else (found,)
    for plugin in several:
        if not isinstance(plugin, Plugin):
            raise SettingsError(
                f"the plugin {name!r} is a {type(plugin).__name__}, not a hotreload.plugins.Plugin"
            )
        yield plugin


def _find(name: str) -> object:
    module, colon, attribute = name.partition(":")
    if not colon:
        found = next(iter(entry_points(group=GROUP, name=name)), None)
        if found is None:
            known = ", ".join(sorted(point.name for point in entry_points(group=GROUP)))
            raise SettingsError(
                f"there is no plugin {name!r}; installed are: {known or 'none'} "
                "(one that is not installed is written module:attribute)"
            )
        return found.load()
    target: object = importlib.import_module(module)
    for part in attribute.split("."):
        target = getattr(target, part)
    return target
