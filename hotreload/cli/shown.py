"""Every setting of the running command, as text, and where it comes from."""

import click
from click.core import ParameterSource

from hotreload.project.options import ShownSetting


def shown_settings() -> tuple[ShownSetting, ...]:
    """Those of the command that is being run."""
    context = click.get_current_context()
    found = []
    for parameter in context.command.params:
        if parameter.name not in context.params:
            continue
        value = context.params[parameter.name]
        text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        name = parameter.name.replace("_", "-")
        found.append(ShownSetting(name, text, _origin(context, parameter.name, parameter)))
    return tuple(found)


def _origin(context: click.Context, name: str, parameter: click.Parameter) -> str:
    match context.get_parameter_source(name):
        case ParameterSource.COMMANDLINE | ParameterSource.PROMPT:
            return "the command line"
        case ParameterSource.ENVIRONMENT:
            return str(parameter.envvar)
        case ParameterSource.DEFAULT_MAP:
            return str(context.find_root().meta.get(f"hotreload.{name}", "a file"))
        case _:
            return "default"
