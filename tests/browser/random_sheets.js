// Random stylesheets and edits of them, in the ways in which a page can have one. Gives what went wrong.
async ({ seed, steps }) => {
    let state = seed;
    const random = (n) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * n);
    };
    const pick = (list) => list[random(list.length)];
    const several = (most, make) => Array.from({ length: 1 + random(most) }, make);
    const DECLARATIONS = [
        'padding: VALUE', 'padding-left: VALUE', 'margin: VALUE VALUE', 'margin-top: VALUE !important',
        'border: VALUE solid COLOR', 'border-top: 0', 'border-color: COLOR', 'color: COLOR', 'top: VALUE',
        'inset: VALUE', 'background: COLOR', 'background-color: COLOR', 'font: 12px/1.5 monospace',
        'font-size: VALUE', 'width: calc(VALUE + 1px)', 'width: min(VALUE, 9px)', '--v: VALUE', '--w: { a: b }',
        'flex: 1 VALUE', 'gap: VALUE', 'grid-area: 1 / 2', 'transition: top VALUE', 'mask: none',
        'container: c / inline-size', 'animation: k 1s', 'outline: VALUE dotted', 'unknown: VALUE',
        'width: if(style(--v: 1px): 2px; else: 3px)', 'width: --f(VALUE)', 'content: "a;b}c"',
        'height: VALUE; height: 7px', 'text-box: trim-both cap alphabetic', 'overflow: auto scroll',
    ];
    const fill = (text) =>
        text
            .replace(/VALUE/g, () => pick(['0', '1px', '4px', 'var(--v)', 'var(--x, 2px)', '1em', '50%']))
            .replace(/COLOR/g, () => pick(['red', 'green', 'rgb(1 2 3 / .5)', 'var(--c)', 'color-mix(in srgb, red, blue)']));
    const body = (count = 4) => several(count, () => fill(pick(DECLARATIONS))).join('; ');
    const selector = () => pick(['p', 'p, b', '.a', 'p:hover', 'b::before', 'p > b', ':is(p, x)', 'p:not(.z)', '*', 'b + b']);
    const style = (depth) =>
        random(6) === 0 && depth
            ? `${selector()} { ${body(2)}; & b { ${body(2)} } ${body(2)}; @media all { ${body(1)} } }`
            : `${selector()} { ${body()} }`;
    const AT = [
        '@media all', '@media (width > 1px)', '@media print', '@supports (top: 0)', '@supports (no: thing)', '@layer x',
        '@layer', '@container (width > 1px)', '@container style(--v: 1px)', '@scope (body) to (i)', '@starting-style',
    ];
    const OTHER = [
        '@keyframes k { from { top: VALUE } to { color: COLOR } }', '@font-face { font-family: f; src: local(f) }',
        '@property --p { syntax: "<length>"; inherits: false; initial-value: 1px }', '@layer y, x;',
        '@counter-style n { system: cyclic; symbols: a b; suffix: " " }', '@page { margin: 1cm }', '@page :first { margin: 2cm }',
        '@position-try --t { top: VALUE }', '@function --f(--a) { result: var(--a) }', '@view-transition { navigation: none }',
        '@font-palette-values --q { font-family: f; base-palette: 1 }', '@font-feature-values f { @styleset { a: 1 } }',
        '/* a { } */', '@unknown x { y }', 'p { broken', '}',
    ];
    const rule = (depth = 2) => {
        const kind = random(10);
        if (kind < 6 || !depth) return style(depth);
        if (kind < 8) return `${pick(AT)} { ${several(3, () => rule(depth - 1)).join(' ')} }`;
        // What is left open ends with what holds it.
        return fill(pick(depth === 2 && random(8) === 0 ? OTHER : OTHER.slice(0, 13)));
    };
    const edit = (rules) => {
        const next = [...rules];
        for (let n = 1 + random(3); n > 0; n--) {
            const at = random(next.length + 1);
            const kind = random(6);
            if (kind === 0) next.splice(at, 1);
            else if (kind === 1) next.splice(at, 0, rule());
            else if (kind === 2) next.splice(at, 0, ...next.splice(random(next.length), 1));
            else if (kind === 3 && next[at]) next[at] = next[at].replace(/\bvar\(--v\)|\b1px|red/, () => pick(['4px', 'var(--v)', 'var(--x, 2px)']));
            else if (kind === 4 && next[at]) next[at] = `@media all { ${next[at]} }`;
            else if (next[at]) next[at] = next[at].replace(/;[^;{}]*/, `; ${fill(pick(DECLARATIONS))}`);
        }
        return next.join('\n');
    };
    const page = async () => {
        const frame = document.createElement('iframe');
        frame.srcdoc = '<body style="--v: 3px; --x: 5px; --c: blue"><p class=a>x<b>y</b><b>z</b></p>';
        const loaded = new Promise((resolve) => {
            frame.onload = resolve;
        });
        document.body.append(frame);
        await loaded;
        frame.contentWindow.eval(BUNDLE);
        return frame.contentWindow;
    };
    // Not `border` as a whole, which Chromium writes in two ways where all sides are equal.
    const NAMES = [
        'padding', 'margin', 'borderWidth', 'borderStyle', 'borderTopColor', 'borderLeftColor', 'outline', 'color', 'background', 'width', 'height', 'inset', 'font', 'gap', 'flex',
        'gridArea', 'transition', 'animation', 'container', 'content', 'textBox', 'overflow',
    ];
    const shown = ({ document: { body }, getComputedStyle }, sheet) => {
        const computed = [...body.querySelectorAll('p, b')].flatMap((element) =>
            ['', '::before'].map((pseudo) => {
                const style = getComputedStyle(element, pseudo);
                return [...NAMES.map((name) => style[name]), style.getPropertyValue('--v'), style.getPropertyValue('--w')].join('|');
            }),
        );
        return [...computed, ...Array.from(sheet.cssRules, ({ cssText }) => cssText)].join('\n');
    };
    // The ways: a `<style>` in the page, and a sheet that is changed where it is, as a link's or a module's.
    const WAYS = {
        style: (window) => {
            const element = window.document.createElement('style');
            window.document.head.append(element);
            return {
                begin: (css) => element.append(css),
                set: (css) => window.Sheets.setSource(element, css),
                sheet: () => element.sheet,
            };
        },
        sheet: (window) => {
            const sheet = new window.CSSStyleSheet();
            window.document.adoptedStyleSheets = [sheet];
            return {
                begin: (css) => {
                    sheet.replaceSync(css);
                    window.Sheets.noteText(sheet, css);
                },
                set: (css) => window.Sheets.applyText(sheet, css) || sheet.replaceSync(css),
                sheet: () => sheet,
            };
        },
    };
    const [live, fresh] = [await page(), await page()];
    let [edits, differing] = [0, 0];
    for (let step = 0; step < steps; step++) {
        const first = several(6, () => rule());
        const name = pick(Object.keys(WAYS));
        live.document.head.replaceChildren();
        live.document.adoptedStyleSheets = [];
        const way = WAYS[name](live);
        way.begin(first.join('\n'));
        let before = first.join('\n');
        for (const css of [edit(first), edit(first), first.join('\n')]) {
            way.set(css);
            fresh.document.head.replaceChildren();
            fresh.document.head.append(Object.assign(fresh.document.createElement('style'), { textContent: css }));
            const [found, expected] = [shown(live, way.sheet()), shown(fresh, fresh.document.styleSheets[0])];
            if (found !== expected) return { failed: { step, way: name, before, css, found, expected } };
            edits++;
            if (css !== before) differing++;
            before = css;
        }
    }
    return { edits, differing };
};
