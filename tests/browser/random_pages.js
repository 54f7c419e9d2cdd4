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
    // An edit that only adds: to undo it is to take it out again.
    const addition = (html) => {
        const document = parse(html);
        for (let n = 1 + random(4); n > 0; n--) {
            const all = [...document.body.querySelectorAll('*')];
            const a = all.length ? pick(all) : document.body;
            const kind = random(5);
            if (kind == 0) a.prepend(document.createElement('em'));
            else if (kind == 1) a.append(document.createComment('added'));
            else if (kind == 2) a.lang = 'added';
            else if (kind == 3) a.classList.add('added');
            else a.style.setProperty('top', `${random(3)}px`);
        }
        return document.documentElement.outerHTML;
    };
    // Scripts change the page, too.
    const mess = () => {
        const all = [...document.body.querySelectorAll('*')];
        for (let n = random(4); n > 0 && all.length; n--) {
            const a = pick(all);
            const b = pick(all);
            const added = Object.assign(document.createElement('s'), { className: 'js' });
            const kind = random(12);
            if (kind == 0) a.classList.add('js');
            else if (kind == 1) a.append(added);
            else if (kind == 2) a.remove();
            else if (kind == 3) a.replaceChildren(added);
            else if (kind == 4) {
                a.before(added);
                added.append(a);
            } else if (kind == 5) {
                if (a.firstChild?.nodeType == 3) a.firstChild.data += ' js';
            } else if (kind == 6) {
                if (!b.contains(a)) a.append(b);
            } else if (kind == 7) {
                if (!b.contains(a) && a.isConnected) a.before(b);
            } else if (kind == 8) a.style.left = '1px';
            else if (kind == 9) a.innerHTML = a.innerHTML;
            else if (kind == 10) {
                if (a.firstChild?.nodeType == 3) a.firstChild.splitText(1);
            } else a.removeAttribute('title');
        }
    };
    // What scripts put somewhere stays there as long as the place does.
    const additions = () => [...document.querySelectorAll('s.js')].map((s) => [s, s.parentNode]);
    const stayed = (before) =>
        before.every(([s, parent]) => !parent.isConnected || s.parentNode == parent);
    // With no script about, an element keeps its identity with its id.
    const byId = (source) => {
        const found = new Map();
        for (const element of parse(source).querySelectorAll('[id]')) {
            found.set(element.id, found.has(element.id) ? '' : element.localName);
        }
        return found;
    };
    const identities = (from, to) => {
        const [old, fresh] = [byId(from), byId(to)];
        return [...old]
            .filter(([id, name]) => name && fresh.get(id) == name)
            .map(([id]) => [id, document.getElementById(id)])
            .filter(([, element]) => element);
    };
    const isRight = (source, result, before, kept) => {
        if (result.kind == 'reload') {
            const untouched = before.isEqualNode(document.body);
            return scripts && untouched && !/applied/.test(result.reason);
        }
        if (!stayed(kept.added)) return false;
        if (scripts) return kept.marked.every((element) => element.classList.contains('js'));
        return (
            document.body.isEqualNode(parse(source).body) &&
            kept.ids.every(([id, element]) => document.getElementById(id) == element)
        );
    };
    const all = { subtree: true, childList: true, attributes: true, characterData: true };
    const counts = { applied: 0, reload: 0, unchanged: 0, undone: 0 };
    for (let round = 0; round < rounds; round++) {
        const first = make();
        const served = parse(first);
        document.documentElement.replaceWith(document.importNode(served.documentElement, true));
        // Some are quicker than the runtime.
        if (scripts) mess();
        const morph = new Morph.PageMorph(served, document);
        const sources = [random(2) ? make() : edit(first)];
        sources.push(edit(sources[0]), sources[0], first);
        let base = first;
        for (const source of sources) {
            if (scripts) mess();
            const before = document.body.cloneNode(true);
            const kept = {
                marked: [...document.querySelectorAll('.js')],
                added: additions(),
                ids: scripts ? [] : identities(base, source),
            };
            const failed = (why) => ({
                failed: { why, base, source, before: before.outerHTML, after: document.body.outerHTML },
            });
            const result = morph.update(parse(source));
            counts[result.kind]++;
            if (!isRight(source, result, before, kept)) return failed(result);
            if (result.kind == 'reload') break;
            const seen = new MutationObserver(() => undefined);
            seen.observe(document, all);
            const again = morph.update(parse(source));
            const records = seen.takeRecords().length;
            seen.disconnect();
            if (again.kind != 'unchanged' || records) return failed(['again', again, records]);
            const plain = document.body.cloneNode(true);
            const more = morph.update(parse(addition(source)));
            const undone = more.kind == 'reload' ? more : morph.update(parse(source));
            counts[undone.kind == 'reload' ? 'reload' : 'undone']++;
            if (undone.kind == 'reload') {
                if (!scripts || /applied/.test(undone.reason)) return failed(['undo', undone]);
                break;
            }
            if (!plain.isEqualNode(document.body)) return failed(['residue', plain.outerHTML]);
            base = source;
        }
    }
    return counts;
}
