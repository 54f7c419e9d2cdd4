"""The packages, each with a script that imports it by its bare name and shows that it works.

``show(value)`` shows a value that is not falsy; an element with the id ``app`` is in the page.
"""

PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>A package</title>
<link rel="icon" href="data:,">
<script>
const show = (value) => {
  const text = value ? "ok " + String(value).slice(0, 60) : "nothing";
  document.getElementById("out").textContent = text;
};
</script>
<script type="module" src="main.js"></script>
</head><body><div id="app"></div><p id="out"></p></body></html>
"""

REACT = """
import { createElement as h, useState, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
const mount = (view) => createRoot(document.getElementById('app')).render(view);
"""


def _react(imports: str, body: str) -> str:
    return f"{imports}\n{REACT}\nfunction App() {{ {body} }}\nmount(h(App));\n"


_SHOWN = "useEffect(() => show(document.getElementById('app').textContent)); "

PAGES: dict[str, str] = {
    "react": "import React, { version } from 'react'; show(React.version === version && version);",
    "react-dom": _react("", f"const [n] = useState(7); {_SHOWN} return h('b', null, 'n=' + n);"),
    "vue": "import { createApp, h } from 'vue';"
    "createApp({ render: () => h('b', 'vue') }).mount('#app'); show(app.textContent);",
    "preact": "import { h, render } from 'preact'; import { useState } from 'preact/hooks';"
    "function A() { const [n] = useState(3); return h('b', null, n); }"
    "render(h(A), app); show(app.textContent);",
    "lit": "import { LitElement, html, css } from 'lit';"
    "class E extends LitElement { static styles = css`b { color: red }`; "
    "render() { return html`<b>lit</b>`; } }"
    "customElements.define('x-e', E); const e = new E(); app.append(e);"
    "await e.updateComplete; show(e.shadowRoot.textContent);",
    "three": "import * as THREE from 'three'; show(new THREE.Vector3(1, 2, 3).length() > 3);",
    "three/addons": "import { OrbitControls } from 'three/addons/controls/OrbitControls.js';"
    "import { PerspectiveCamera } from 'three';"
    "show(new OrbitControls(new PerspectiveCamera(), app).object.isCamera);",
    "d3": "import * as d3 from 'd3'; d3.select('#app').append('i').text(d3.sum([1, 2]));"
    "show(app.textContent);",
    "rxjs": "import { of, map } from 'rxjs'; import { filter } from 'rxjs/operators';"
    "of(1, 2).pipe(filter((x) => x > 1), map((x) => x * 2)).subscribe(show);",
    "pixi.js": "import { Graphics, Container } from 'pixi.js'; const c = new Container();"
    "c.addChild(new Graphics()); show(c.children.length);",
    "lodash-es": "import { chunk } from 'lodash-es'; show(chunk([1, 2, 3], 2).length);",
    "lodash": "import _, { debounce } from 'lodash'; import chunk from 'lodash/chunk';"
    "show(_.debounce === debounce && chunk([1, 2, 3], 2).length);",
    "date-fns": "import { addDays, format } from 'date-fns';"
    "show(format(addDays(new Date(2020, 0, 1), 1), 'yyyy-MM-dd'));",
    "dayjs": "import dayjs from 'dayjs'; import utc from 'dayjs/plugin/utc'; dayjs.extend(utc);"
    "show(dayjs.utc('2020-01-01').format('YYYY'));",
    "luxon": "import { DateTime } from 'luxon'; show(DateTime.fromISO('2020-01-01').year);",
    "chart.js": "import Chart from 'chart.js/auto'; const c = document.createElement('canvas');"
    "app.append(c); show(new Chart(c, { type: 'bar', "
    "data: { labels: ['a'], datasets: [{ data: [1] }] } }).id + 1);",
    "echarts": "import * as echarts from 'echarts'; app.style.height = '50px';"
    "show(echarts.init(app).id);",
    "leaflet": "import L from 'leaflet'; import 'leaflet/dist/leaflet.css';"
    "show(L.map(app).setView([1, 2], 3).getZoom());",
    "leaflet (names)": "import { map, latLng } from 'leaflet'; import * as L from 'leaflet';"
    "show(L.map === map && latLng(1, 2).lat);",
    "maplibre-gl": "import * as all from 'maplibre-gl'; const m = all.default ?? all;"
    "show(new m.LngLat(1, 2).lng);",
    "codemirror": "import { EditorView, basicSetup } from 'codemirror';"
    "const v = new EditorView({ doc: 'code', extensions: [basicSetup], parent: app });"
    "show(v.state.doc.toString());",
    "prosemirror": "import { schema } from 'prosemirror-schema-basic';"
    "import { EditorState } from 'prosemirror-state';"
    "import { EditorView } from 'prosemirror-view';"
    "show(new EditorView(app, { state: EditorState.create({ schema }) }).dom.nodeName);",
    "monaco-editor": "import * as monaco from 'monaco-editor';"
    "show(monaco.editor.createModel('x = 1', 'javascript').getValue());",
    "@tiptap/core": "import { Editor } from '@tiptap/core'; import Kit from '@tiptap/starter-kit';"
    "show(new Editor({ element: app, extensions: [Kit], content: '<p>t</p>' }).getText());",
    "axios": "import axios from 'axios';"
    "show((await axios.get(location.href)).data.includes('id=\"app\"'));",
    "zod": "import { z } from 'zod'; show(z.object({ a: z.number() }).parse({ a: 1 }).a);",
    "yup": "import * as yup from 'yup'; show(await yup.string().required().validate('x'));",
    "immer": "import { produce } from 'immer'; show(produce({ n: 1 }, (d) => { d.n++; }).n);",
    "zustand": _react(
        "import { create } from 'zustand'; const use = create(() => ({ n: 5 }));",
        f"const n = use((s) => s.n); {_SHOWN} return h('b', null, n);",
    ),
    "redux": "import { createStore } from 'redux';"
    "show(createStore((s = 1, a) => (a.type === 'x' ? 2 : s)).getState());",
    "@reduxjs/toolkit": "import { configureStore, createSlice } from '@reduxjs/toolkit';"
    "const s = createSlice({ name: 'n', initialState: 1, reducers: { inc: (n) => n + 1 } });"
    "const store = configureStore({ reducer: s.reducer }); store.dispatch(s.actions.inc());"
    "show(store.getState());",
    "react-redux": _react(
        "import { Provider, useSelector } from 'react-redux'; import { createStore } from 'redux';",
        "return h(Provider, { store: createStore(() => ({ n: 4 })) }, h(function In() {"
        f" const n = useSelector((s) => s.n); {_SHOWN} return h('b', null, n); }}));",
    ),
    "mobx": "import { observable, autorun } from 'mobx'; const o = observable({ n: 1 });"
    "autorun(() => show(o.n)); o.n = 2;",
    "jotai": _react(
        "import { atom, useAtom } from 'jotai'; const a = atom(6);",
        f"const [n] = useAtom(a); {_SHOWN} return h('b', null, n);",
    ),
    "valtio": _react(
        "import { proxy, useSnapshot } from 'valtio'; const p = proxy({ n: 8 });",
        f"const s = useSnapshot(p); {_SHOWN} return h('b', null, s.n);",
    ),
    "@tanstack/react-query": _react(
        "import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';",
        "return h(QueryClientProvider, { client: new QueryClient() }, h(function In() {"
        " const q = useQuery({ queryKey: ['a'], queryFn: () => 9 });"
        f" {_SHOWN} return h('b', null, q.data); }}));",
    ),
    "@tanstack/table-core": "import { constructTable } from '@tanstack/table-core';"
    "show(constructTable.name);",
    "@tanstack/react-table": "import { flexRender, createColumnHelper } from"
    " '@tanstack/react-table'; show(typeof flexRender === 'function' && createColumnHelper());",
    "@tanstack/virtual-core": "import { Virtualizer } from '@tanstack/virtual-core';"
    "show(Virtualizer.name);",
    "framer-motion": _react(
        "import { motion } from 'framer-motion';",
        f"{_SHOWN} return h(motion.div, {{ animate: {{ opacity: 1 }} }}, 'moves');",
    ),
    "motion": "import { animate } from 'motion'; animate(app, { opacity: 0.5 }, { duration: 0.01 })"
    ".then(() => show('moved'));",
    "gsap": "import gsap from 'gsap'; gsap.set(app, { x: 5 }); show(app.style.transform);",
    "animejs": "import * as anime from 'animejs'; show(typeof (anime.animate ?? anime.default));",
    "swiper": "import Swiper from 'swiper'; import { Navigation } from 'swiper/modules';"
    "import 'swiper/css'; app.className = 'swiper';"
    'app.innerHTML = \'<div class="swiper-wrapper"><div class="swiper-slide">1</div></div>\';'
    "show(new Swiper(app, { modules: [Navigation] }).slides.length);",
    "sortablejs": "import Sortable from 'sortablejs'; show(Sortable.create(app).el === app);",
    "interactjs": "import interact from 'interactjs'; show(interact(app).draggable(true));",
    "@floating-ui/dom": "import { computePosition } from '@floating-ui/dom';"
    "show((await computePosition(app, document.body)).placement);",
    "@popperjs/core": "import { createPopper } from '@popperjs/core';"
    "show(createPopper(app, document.body).state);",
    "bootstrap": "import { Tooltip } from 'bootstrap'; import 'bootstrap/dist/css/bootstrap.css';"
    "show(Tooltip.VERSION);",
    "htmx.org": "import htmx from 'htmx.org'; show(htmx.version);",
    "alpinejs": "import Alpine from 'alpinejs'; app.innerHTML = '<b x-data x-text=\"1 + 1\"></b>';"
    "Alpine.start(); await new Promise((go) => setTimeout(go)); show(app.textContent);",
    "@hotwired/stimulus": "import { Application, Controller } from '@hotwired/stimulus';"
    "app.dataset.controller = 'c'; const a = Application.start();"
    "a.register('c', class extends Controller { connect() { show('connected'); } });",
    "@hotwired/turbo": "import * as Turbo from '@hotwired/turbo'; show(typeof Turbo.visit);",
    "socket.io-client": "import { io } from 'socket.io-client';"
    "show(io({ autoConnect: false }).connected === false);",
    "yjs": "import * as Y from 'yjs'; const d = new Y.Doc(); d.getText('t').insert(0, 'hi');"
    "show(d.getText('t').toString());",
    "dexie": "import Dexie from 'dexie'; const db = new Dexie('x');"
    "db.version(1).stores({ a: '++id' }); show((await db.a.add({ n: 1 })) > 0);",
    "idb": "import { openDB } from 'idb'; show((await openDB('y', 1)).name);",
    "localforage": "import localforage from 'localforage';show(await localforage.setItem('a', 1));",
    "uuid": "import { v4 } from 'uuid'; show(v4());",
    "nanoid": "import { nanoid } from 'nanoid'; show(nanoid());",
    "marked": "import { marked } from 'marked'; show(marked('# a'));",
    "markdown-it": "import MarkdownIt from 'markdown-it'; show(new MarkdownIt().render('# a'));",
    "highlight.js": "import hljs from 'highlight.js/lib/core';"
    "import javascript from 'highlight.js/lib/languages/javascript';"
    "hljs.registerLanguage('javascript', javascript);"
    "show(hljs.highlight('let a', { language: 'javascript' }).value);",
    "highlight.js (all)": "import hljs from 'highlight.js';"
    "show(hljs.highlightAuto('a = 1').value);",
    "prismjs": "import Prism from 'prismjs'; import 'prismjs/components/prism-python';"
    "show(Prism.highlight('def a', Prism.languages.python, 'python'));",
    "katex": "import katex from 'katex'; import 'katex/dist/katex.css';"
    "show(katex.renderToString('a^2'));",
    "mermaid": "import mermaid from 'mermaid';"
    "show((await mermaid.render('m', 'graph TD; A-->B')).svg.length);",
    "dompurify": "import DOMPurify from 'dompurify';"
    "show(DOMPurify.sanitize('<b onclick=x>a</b>'));",
    "fuse.js": "import Fuse from 'fuse.js'; show(new Fuse(['apple'], {}).search('aple').length);",
    "clsx": "import clsx, { clsx as same } from 'clsx'; show(clsx === same && clsx('a', 'b'));",
    "classnames": "import cx from 'classnames'; show(cx('a', { b: true }));",
    "@material/web": "import '@material/web/button/filled-button.js';"
    "app.innerHTML = '<md-filled-button>b</md-filled-button>'; await app.firstChild.updateComplete;"
    "show(app.firstChild.shadowRoot.innerHTML);",
    "@shoelace-style/shoelace": "import '@shoelace-style/shoelace/dist/components/button/button.js'"
    ";"
    "app.innerHTML = '<sl-button>b</sl-button>'; await app.firstChild.updateComplete;"
    "show(app.firstChild.shadowRoot.innerHTML);",
    "@awesome.me/webawesome": "import '@awesome.me/webawesome/dist/components/button/button.js';"
    "app.innerHTML = '<wa-button>b</wa-button>'; await app.firstChild.updateComplete;"
    "show(app.firstChild.shadowRoot.innerHTML);",
    "@fluentui/web-components": "import { fluentButton, provideFluentDesignSystem } from"
    " '@fluentui/web-components'; provideFluentDesignSystem().register(fluentButton());"
    "show(customElements.get('fluent-button'));",
    "@ionic/core": "import { initialize } from '@ionic/core/components';"
    "import { defineCustomElement } from '@ionic/core/components/ion-button.js';"
    "initialize(); defineCustomElement(); show(customElements.get('ion-button'));",
    "@googlemaps/js-api-loader": "import * as loader from '@googlemaps/js-api-loader';"
    "show(Object.keys(loader).length);",
    "mapbox-gl": "import mapboxgl from 'mapbox-gl'; show(new mapboxgl.LngLat(1, 2).lng);",
    "@deck.gl/core": "import { Deck, OrthographicView } from '@deck.gl/core';"
    "show(Deck.name && new OrthographicView().id);",
    "@deck.gl/layers": "import { ScatterplotLayer } from '@deck.gl/layers';"
    "show(new ScatterplotLayer({ id: 's', data: [] }).id);",
    "@tensorflow/tfjs": "import * as tf from '@tensorflow/tfjs'; await tf.setBackend('cpu');"
    "show(tf.tensor([1, 2]).sum().dataSync()[0]);",
    "jquery": "import $ from 'jquery'; $('#app').text('jq'); show(app.textContent);",
    "underscore": "import _, { map } from 'underscore';show(_.map === map && map([1], String)[0]);",
    "ramda": "import * as R from 'ramda'; show(R.add(1)(2));",
    "moment": "import moment from 'moment'; show(moment('2020-01-01').year());",
    "validator": "import validator from 'validator'; show(validator.isEmail('a@b.ch'));",
    "qs": "import qs from 'qs'; show(qs.stringify({ a: { b: 1 } }));",
    "query-string": "import queryString from 'query-string';show(queryString.stringify({ a: 1 }));",
    "eventemitter3": "import EventEmitter from 'eventemitter3'; const e = new EventEmitter();"
    "e.on('x', show); e.emit('x', 1);",
    "mitt": "import mitt from 'mitt'; const e = mitt(); e.on('x', show); e.emit('x', 1);",
    "tslib": "import { __assign } from 'tslib'; show(__assign({}, { a: 1 }).a);",
    "topojson-client": "import { feature } from 'topojson-client'; show(typeof feature);",
    "xstate": "import { createMachine, createActor } from 'xstate';"
    "show(createActor(createMachine({ initial: 'a', states: { a: {} } })).start()"
    ".getSnapshot().value);",
    "svelte": "import { writable } from 'svelte/store'; writable(3).subscribe(show);",
    "solid-js": "import { createSignal, createRoot } from 'solid-js';"
    "createRoot(() => show(createSignal(4)[0]()));",
    "@emotion/react": _react(
        "import { css, Global } from '@emotion/react';",
        f"{_SHOWN} return h('b', null, 'e', h(Global, {{ styles: css`i {{ color: red }}` }}));",
    ),
    "@emotion/styled": _react(
        "import styled from '@emotion/styled'; const B = styled.b`color: red`;",
        f"{_SHOWN} return h(B, null, 'styled');",
    ),
    "styled-components": _react(
        "import styled from 'styled-components'; const B = styled.b`color: red`;",
        f"{_SHOWN} return h(B, null, 'styled');",
    ),
    "react-router": _react(
        "import { MemoryRouter, Routes, Route } from 'react-router';",
        f"{_SHOWN} return h(MemoryRouter, null, h(Routes, null, "
        "h(Route, { path: '/', element: 'routed' })));",
    ),
    "react-hook-form": _react(
        "import { useForm } from 'react-hook-form';",
        f"const f = useForm(); {_SHOWN} return h('b', null, typeof f.register);",
    ),
    "i18next": "import i18next from 'i18next'; await i18next.init({ lng: 'en', "
    "resources: { en: { translation: { a: 'A' } } } }); show(i18next.t('a'));",
    "react-i18next": _react(
        "import { useTranslation, initReactI18next } from 'react-i18next';"
        "import i18next from 'i18next'; await i18next.use(initReactI18next).init({ lng: 'en', "
        "resources: { en: { translation: { a: 'A' } } } });",
        f"const {{ t }} = useTranslation(); {_SHOWN} return h('b', null, t('a'));",
    ),
    "swr": _react(
        "import useSWR from 'swr';",
        f"const r = useSWR('k', () => 'data'); {_SHOWN} return h('b', null, r.data);",
    ),
    "react-select": _react(
        "import Select from 'react-select';",
        f"{_SHOWN} return h(Select, {{ options: [{{ value: 1, label: 'one' }}] }});",
    ),
    "formik": _react(
        "import { Formik } from 'formik';",
        f"{_SHOWN} return h(Formik, {{ initialValues: {{ a: 2 }} }}, "
        "(f) => h('b', null, f.values.a));",
    ),
    "@mui/material": _react(
        "import { Button } from '@mui/material';",
        f"{_SHOWN} return h(Button, null, 'mui');",
    ),
    "numeral": "import numeral from 'numeral'; show(numeral(1000).format('0,0'));",
    "mathjs": "import { evaluate } from 'mathjs'; show(evaluate('1 + 2'));",
    "papaparse": "import Papa from 'papaparse'; show(Papa.parse('a,b').data.length);",
    "jszip": "import JSZip from 'jszip'; const z = new JSZip(); z.file('a', 'b');"
    "show((await z.generateAsync({ type: 'uint8array' })).length);",
    "file-saver": "import { saveAs } from 'file-saver'; show(typeof saveAs);",
    "pako": "import { deflate } from 'pako'; show(deflate('abc').length);",
    "crypto-js": "import CryptoJS from 'crypto-js'; show(CryptoJS.MD5('a').toString());",
    "bignumber.js": "import BigNumber from 'bignumber.js'; show(new BigNumber(1).plus(2));",
    "decimal.js": "import Decimal from 'decimal.js'; show(new Decimal(1).plus(2));",
    "core-js": "import 'core-js/stable'; show([1, 2].at(-1));",
    "handlebars": "import Handlebars from 'handlebars';"
    "show(Handlebars.compile('{{a}}')({ a: 1 }));",
    "mustache": "import Mustache from 'mustache'; show(Mustache.render('{{a}}', { a: 1 }));",
    "flatpickr": "import flatpickr from 'flatpickr'; const i = document.createElement('input');"
    "app.append(i); show(flatpickr(i).calendarContainer);",
    "choices.js": "import Choices from 'choices.js'; app.innerHTML = '<select></select>';"
    "show(new Choices(app.firstChild).initialised);",
    "tippy.js": "import tippy from 'tippy.js'; show(tippy(app, { content: 'a' }).id);",
    "sweetalert2": "import Swal from 'sweetalert2'; show(Swal.version);",
    "cytoscape": "import cytoscape from 'cytoscape';"
    "show(cytoscape({ elements: [{ data: { id: 'a' } }] }).nodes().length);",
    "konva": "import Konva from 'konva'; show(new Konva.Stage({ container: app }).nodeType);",
    "fabric": "import { Rect } from 'fabric'; show(new Rect({ width: 1 }).width);",
    "matter-js": "import Matter from 'matter-js'; show(Matter.Engine.create().timing);",
    "howler": "import { Howl, Howler } from 'howler'; show(typeof Howl && Howler.volume());",
    "quill": "import Quill from 'quill'; show(new Quill(app).getText().length);",
    "hammerjs": "import Hammer from 'hammerjs'; show(new Hammer(app).element === app);",
    "@editorjs/editorjs": "import EditorJS from '@editorjs/editorjs';"
    "const e = new EditorJS({ holder: app }); await e.isReady; show('ready');",
}
