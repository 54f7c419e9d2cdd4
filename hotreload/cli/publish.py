"""``hotreload publish``: changes for apps on other machines."""

import asyncio
import logging
from pathlib import Path

import click

from hotreload.project.settings import check_folder


@click.command()
@click.argument("folders", nargs=-1, required=True)
@click.option(
    "--broker", required=True, envvar="HOTRELOAD_BROKER", metavar="URL", help="A Redis, redis://…"
)
def publish(folders: tuple[str, ...], broker: str) -> None:
    """Publish what changes in FOLDERS to apps on other machines."""
    from hotreload.hosts.broker.publisher import Publisher

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    root = Path.cwd().resolve()
    paths = [check_folder(Path(folder)) for folder in folders]
    for path in paths:
        if not path.is_relative_to(root):
            raise click.UsageError(f"{path} is not below {root}, which names are relative to")

    async def run() -> None:
        await Publisher(broker, root, paths).run()

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        return
