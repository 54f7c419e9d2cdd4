// Trees of documents: as a navigation makes them, as parsers do that a script can call, and as an edit does.
(() => {
    const serial = (strict) => {
        const lines = [];
        const put = (depth, text) => lines.push(`${' '.repeat(depth)}${text}`);
        const collapse = (text) => (strict ? text : text.replace(/[\t\n\f\r ]+/g, ' '));
        const attributes = (element) =>
            Array.from(element.attributes, ({ namespaceURI, name, value }) => `${namespaceURI ?? ''} ${name}=${value}`)
                .sort()
                .join('|');
        const children = (nodes, depth) => {
            let text = '';
            const flush = () => {
                if (strict ? text : text.trim()) put(depth, JSON.stringify(strict ? text : collapse(text).trim()));
                text = '';
            };
            for (const node of nodes) {
                if (node.nodeType === 3) text += node.data;
                else {
                    flush();
                    visit(node, depth);
                }
            }
            flush();
        };
        const visit = (node, depth) => {
            switch (node.nodeType) {
                case 1: {
                    put(depth, `<${node.namespaceURI} ${node.localName} ${attributes(node)}>`);
                    // A declared root is a template to a parser that leaves it one.
                    const declared = node.shadowRoot ? null : Trees.shadowTemplate(node);
                    const root = node.shadowRoot ?? declared?.content;
                    if (root) {
                        put(depth + 1, '#shadow-root');
                        children(root.childNodes, depth + 2);
                    }
                    if (node.localName === 'template' && node.content) {
                        put(depth + 1, '#content');
                        children(node.content.childNodes, depth + 2);
                    }
                    // After an edit a sheet's rules are the source's; the text stays that of before.
                    if (!strict && node.localName === 'style') return;
                    children([...node.childNodes].filter((child) => child !== declared), depth + 1);
                    return;
                }
                case 7:
                    put(depth, `<?${node.target} ${node.data}>`);
                    return;
                case 8:
                    put(depth, `<!--${node.data}-->`);
                    return;
                case 10:
                    put(depth, `<!DOCTYPE ${node.name} ${node.publicId} ${node.systemId}>`);
                    return;
                default:
                    put(depth, `#${node.nodeType}`);
            }
        };
        return { children, lines };
    };
    const dump = (document, strict = true) => {
        const { children, lines } = serial(strict);
        children(document.childNodes, 0);
        return lines.join('\n');
    };
    const open = async (html, sandbox = null) => {
        const frame = document.createElement('iframe');
        if (sandbox !== null) frame.sandbox = sandbox;
        const url = URL.createObjectURL(new Blob([html], { type: 'text/html;charset=utf-8' }));
        frame.src = url;
        const loaded = new Promise((resolve) => {
            frame.onload = resolve;
        });
        document.body.append(frame);
        await loaded;
        URL.revokeObjectURL(url);
        return frame;
    };
    const navigate = async (html, strict = true) => {
        const frame = await open(html);
        const tree = dump(frame.contentDocument, strict);
        frame.remove();
        return tree;
    };
    const PARSERS = {
        ours: async (html) => dump(Trees.parse(html)),
        DOMParser: async (html) => dump(new DOMParser().parseFromString(html, 'text/html')),
        parseHTMLUnsafe: async (html) => dump(Document.parseHTMLUnsafe(html)),
        'document.write() into an inert document': async (html) => {
            const inert = document.implementation.createHTMLDocument();
            inert.open();
            inert.write(html);
            inert.close();
            return dump(inert);
        },
        'frame without scripts': async (html) => {
            const frame = await open(html, 'allow-same-origin');
            const tree = dump(frame.contentDocument);
            frame.remove();
            return tree;
        },
    };
    /** Which documents each parser makes another tree of than a navigation does. */
    const compare = async (documents, parsers) => {
        const wrong = Object.fromEntries(parsers.map((name) => [name, []]));
        for (const html of documents) {
            const tree = await navigate(html);
            for (const name of parsers) {
                const found = await PARSERS[name](html);
                if (found !== tree) wrong[name].push({ html, tree, found });
            }
        }
        return wrong;
    };
    const randomBy = (seed) => {
        let state = seed;
        return (n) => {
            state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
            return Math.floor((state / 2 ** 32) * n);
        };
    };
    /** Some text of a document cut out, doubled, moved or taken from another. */
    const mutate = (html, other, random) => {
        const pieces = html.match(/<[^>]*>?|[^<]+/g) ?? [];
        const others = other.match(/<[^>]*>?|[^<]+/g) ?? [];
        for (let n = 1 + random(3); n > 0; n--) {
            const [at, length] = [random(pieces.length + 1), 1 + random(3)];
            const kind = random(4);
            if (kind === 0) pieces.splice(at, length);
            else if (kind === 1) pieces.splice(at, 0, ...pieces.slice(at, at + length));
            else if (kind === 2) pieces.splice(random(pieces.length), 0, ...pieces.splice(at, length));
            else pieces.splice(at, 0, ...others.slice(random(others.length), length));
        }
        return pieces.join('');
    };
    /** A page, an edit of it and its undo: each is what a navigation gives, or asks for a reload. */
    const walk = async ({ documents, bundle, seed, steps }) => {
        const random = randomBy(seed);
        const pick = () => documents[random(documents.length)];
        const counts = { applied: 0, unchanged: 0, reload: 0 };
        for (let step = 0; step < steps; step++) {
            const first = pick();
            const second = random(3) === 0 ? pick() : mutate(first, pick(), random);
            const frame = await open(first);
            frame.contentWindow.eval(bundle);
            const { parse, PageMorph } = frame.contentWindow.Trees;
            const morph = new PageMorph(parse(first), frame.contentDocument);
            for (const source of [second, first]) {
                const { kind, reason } = morph.update(parse(source));
                counts[kind]++;
                if (kind === 'reload' && !/could not be applied/.test(reason)) break;
                const [found, tree] = [dump(frame.contentDocument, false), await navigate(source, false)];
                if (kind === 'reload' || found !== tree) return { failed: { step, first, second, source, reason, found, tree } };
            }
            frame.remove();
        }
        return counts;
    };
    return { compare, parsers: Object.keys(PARSERS), walk };
})();
