"""Which package a module means by a name: as Node.js looks for it, on the disk."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hotreload.project.files import FileMissingError, Mount, ProjectFiles, content_hash
from hotreload.project.resolve import folders
from hotreload.project.urls import RefusedPathError, file_url, parse_path, to_url

# Where packages are served that lie outside of all that is served.
ADMITTED = "/@packages/"


class Installed(NamedTuple):
    """What resolving may ask of the gate, and where packages really are.

    Args:
        files: the gate.
    """

    files: ProjectFiles

    def is_file(self, url: str) -> bool:
        return self.files.is_file(url)

    def text(self, url: str) -> str:
        return self.files.read(url).data.decode("utf-8", "replace")

    def is_es_module(self, url: str) -> bool:
        """Whether a script is an ES module by its text."""
        from hotreload.transform.link import (
            is_module_source,
        )  # late: its patterns take long to compile

        try:
            return is_module_source(self.files.read(url).data)
        except FileMissingError:
            return False

    def package(self, name: str, importer: str) -> str | None:
        """The URL of the folder of the package that a module means by a name.

        A link is followed to the real folder, so that a package is one module however it is
        reached, and finds its own packages beside itself. Where that is none of what is served,
        the package is admitted.

        Args:
            name: the package's, without a path into it.
            importer: URL path of the module.
        """
        within, above = self._within(name, importer), self._above(name, importer)
        # What surrounds an admitted package on the disk is nearer to it than the site is.
        places = (above, within) if importer.startswith(ADMITTED) else (within, above)
        for found in (path for each in places for path in each):
            if not found.is_dir():
                continue
            home = self._url(found)
            if home is not None:
                return home
        return None

    def _within(self, name: str, importer: str) -> Iterator[Path]:
        for folder in folders(importer):
            try:
                yield self.files.place(f"{folder}/node_modules/{name}")
            except FileMissingError:
                continue

    def _above(self, name: str, importer: str) -> Iterator[Path]:
        try:
            place = self.files.place(file_url(importer))
        except FileMissingError:
            return
        for folder in place.parents:
            if folder.name != "node_modules":
                yield folder / "node_modules" / name

    def _url(self, folder: Path) -> str | None:
        real = folder.resolve()
        urls = self.files.urls_of(real)
        # Of a folder that is served as a whole, that ends with a slash.
        return urls[0].rstrip("/") if urls else self._admit(real)

    def _admit(self, folder: Path) -> str | None:
        """Serve a package that lies outside of all mounts, since served code imports it.

        Returns:
            The URL path of the folder, which is the same in each run. None where it is no package,
            or what is served lies in it: then much else may, too.
        """
        if any(mount.root.is_relative_to(folder) for mount in self.files.mounts):
            return None
        if not (folder / "package.json").is_file():
            return None
        try:
            name = to_url((content_hash(os.fsencode(folder)), folder.name))
            parse_path(name.encode("ascii"))
        except (UnicodeEncodeError, RefusedPathError):
            return None
        prefix = f"{ADMITTED[:-1]}{name}/"
        # Somebody works on it, unless it was installed.
        self.files.add(Mount(prefix, folder, watched="node_modules" not in folder.parts))
        return prefix[:-1]
