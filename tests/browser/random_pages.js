// Random pages, random edits of them, and random scripts. Gives what went wrong, if anything.
({ seed, rounds, scripts }) => {
    let state = seed;
    const random = (n) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * n);
    };
    const pick = (list) => list[random(list.length)];
    let ids = [];
    const attributes = () => {
        let text = '';
        if (random(3) == 0) text += ` class="${pick(['a', 'b', 'a b', 'c a'])}"`;
        if (random(4) == 0) text += ` title="${random(3)}"`;
        if (random(5) == 0 && ids.length) text += ` id="${ids.splice(random(ids.length), 1)}"`;
        else if (random(30) == 0) text += ' id=twice';
        return text;
    };
    const tree = (depth) => {
        let html = '';
        for (let n = random(5); n > 0; n--) {
            const kind = random(8);
            if (kind == 0) html += pick(['one', 'two', 'three', '&amp;']);
            else if (kind == 1) html += `<!--${random(2)}-->`;
            else if (kind == 2) html += pick(['<br>', '<input>', '<hr>']);
            else {
                const tag = pick(['div', 'section', 'ul', 'b', 'template', 'x-y']);
                html += `<${tag}${attributes()}>${depth ? tree(depth - 1) : ''}</${tag}>`;
            }
        }
        return html;
    };
    const make = () => {
        ids = ['i', 'j', 'k', 'l', 'm'];
        return `<body${attributes()}>${tree(4)}</body>`;
    };
    // An edit of a source: pieces of it are cut out, moved or doubled.
    const edit = (html) => {
        const document = parse(html);
        for (let n = 1 + random(4); n > 0; n--) {
            const all = [...document.body.querySelectorAll('*')];
            if (!all.length) break;
            const [a, b] = [pick(all), pick(all)];
            const kind = random(5);
            if (kind == 0) a.remove();
            else if (kind == 1) a.append(pick(['new', 'newer']));
            else if (kind == 2 && !a.contains(b)) b.append(a);
            else if (kind == 3) a.before(a.cloneNode(true));
            else if (!a.contains(b)) b.before(a);
        }
        return document.documentElement.outerHTML;
    };
    // Scripts change the page, too.
    const mess = () => {
        const all = [...document.body.querySelectorAll('*')];
        for (let n = random(4); n > 0 && all.length; n--) {
            const a = pick(all);
            const added = Object.assign(document.createElement('s'), { className: 'js' });
            const b = pick(all);
            const kind = random(8);
            if (kind == 6 && !b.contains(a)) a.append(b);
            else if (kind == 7 && !b.contains(a) && a.isConnected) a.before(b);
            else if (kind == 0) a.classList.add('js');
            else if (kind == 1) a.append(added);
            else if (kind == 2) a.remove();
            else if (kind == 3) a.replaceChildren(added);
            else if (kind == 4) {
                a.before(added);
                added.append(a);
            } else if (a.firstChild?.nodeType == 3) a.firstChild.data += ' js';
        }
    };
    const isRight = (source, result, marked, before) => {
        if (result.kind == 'reload') {
            return scripts && before.isEqualNode(document.body) && !/applied/.test(result.reason);
        }
        if (!marked.every((element) => element.classList.contains('js'))) return false;
        return scripts || document.body.isEqualNode(parse(source).body);
    };
    const all = { subtree: true, childList: true, attributes: true, characterData: true };
    const counts = { applied: 0, reload: 0, unchanged: 0 };
    for (let round = 0; round < rounds; round++) {
        const first = make();
        const served = parse(first);
        document.documentElement.replaceWith(document.importNode(served.documentElement, true));
        const morph = new Morph.PageMorph(served, document);
        const sources = [random(2) ? make() : edit(first)];
        sources.push(edit(sources[0]), sources[0], first);
        for (const source of sources) {
            if (scripts) mess();
            const marked = [...document.querySelectorAll('.js')];
            const before = document.body.cloneNode(true);
            const result = morph.update(parse(source));
            counts[result.kind]++;
            if (!isRight(source, result, marked, before)) {
                return { failed: [first, sources, source, result, document.body.outerHTML] };
            }
            if (result.kind == 'reload') break;
            const seen = new MutationObserver(() => undefined);
            seen.observe(document, all);
            const again = morph.update(parse(source));
            const records = seen.takeRecords().length;
            seen.disconnect();
            if (again.kind != 'unchanged' || records) return { failed: [source, again, records] };
        }
    }
    return counts;
}
