/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, the groups that they belong to, and the profiles of these. */
import { html, useState, useEffect, useCallback } from './lib.js';
import { Action, Badge, Confirm, Dialog, Empty, Problem, Tabs, notify } from './parts.js';
import { useSettled, setQuery, to } from './hooks.js';
import { checkDocument, deleteDocument, getDocument, importDocuments, listDocuments, saveDocument } from './model.js';
import { count } from './words.js';
import { BootstrapsOf } from './bootstraps.js';

const kinds = [{ id: 'accounts', title: 'Accounts', one: 'account' }, { id: 'groups', title: 'Groups', one: 'group' },
    { id: 'profiles', title: 'Profiles', one: 'profile' }];

/* What a new document begins with. */
const examples = {
    accounts: { group: 'name of a group' },
    groups: { profile: 'name of a profile' },
    profiles: { delete: ['/'], servers: { 101: { uri: 'coaps://lwm2m.example.com', identity: 'device', key: 'generate' } } },
};
const ofServer = {
    accounts: { group: 'name of a group', key: 'hex' },
    groups: { profile: 'name of a profile' },
    profiles: { identity: '{endpoint}' },
};

/* ---- the lists ------------------------------------------------------------------------------- */

function useDocuments(kind, search) {
    const [state, setState] = useState({ entries: [], loading: true });
    const load = useCallback((after) => listDocuments(kind, { search, after, limit: 100 }).then(
        (answer) => setState((before) => ({ entries: after ? [...before.entries, ...answer.entries] : answer.entries,
            total: answer.total, next: answer.next })),
        (error) => setState((before) => ({ ...before, error, loading: false }))), [kind, search]);
    useEffect(() => {
        setState({ entries: [], loading: true });
        load();
    }, [load]);
    return { ...state, load };
}

function Import({ close, done }) {
    const [file, setFile] = useState(null);
    const [result, setResult] = useState(null);
    const run = async (dryRun) => {
        const format = /\.csv$/i.test(file.name) ? 'csv' : 'ndjson';
        const answer = await importDocuments(await file.text(), { format, dryRun: dryRun ? 1 : undefined });
        setResult({ ...answer, dryRun });
        if (!dryRun) {
            done();
        }
    };
    return html`<${Dialog} title="Import" close=${close}>
        <label><span>A file of lines of JSON (NDJSON), or of CSV</span>
            <input type="file" accept=".ndjson,.json,.csv,.txt" onChange=${(event) => { setFile(event.target.files[0]); setResult(null); }} /></label>
        ${result && html`<p role="status">${result.dryRun ? 'Checked' : 'Imported'}: ${count(result.good, 'line')}${
            result.failed ? `, and ${count(result.failed, 'line')} with mistakes` : ''}.</p>
            ${result.mistakes.length > 0 && html`<div class="scroll"><table class="plain"><thead><tr><th>Line</th><th>Name</th><th>Mistake</th></tr></thead>
                <tbody>${result.mistakes.map((one) => html`<tr><td>${one.line}</td><td>${one.name || ''}</td>
                    <td><code>${one.at}</code> ${one.detail}</td></tr>`)}</tbody></table></div>`}`}
        <div class="row end"><button onClick=${close}>Close</button>
            <${Action} disabled=${!file} action=${() => run(true)}>Check only<//>
            <${Action} kind="main" disabled=${!file} action=${() => run(false)}>Import<//></div>
    <//>`;
}

function New({ kind, close }) {
    const [name, setName] = useState('');
    const open = (event) => {
        event.preventDefault();
        close();
        location.hash = to('accounts', kind.id, name);
    };
    return html`<${Dialog} title="New ${kind.one}" close=${close}>
        <form class="stack" onSubmit=${open}>
            <label><span>${kind.id === 'accounts' ? 'Endpoint, as the device says it' : 'Name'}</span>
                <input value=${name} required maxlength="252" onInput=${(event) => setName(event.target.value)} /></label>
            <div class="row end"><button type="button" onClick=${close}>Cancel</button><button class="main" type="submit">Go on</button></div>
        </form>
    <//>`;
}

export function Documents({ kind, query, program }) {
    const chosen = kinds.find((one) => one.id === kind) || kinds[0];
    const [text, setText] = useState(query.get('search') || '');
    const [dialog, setDialog] = useState(null);
    const search = useSettled(text);
    const list = useDocuments(chosen.id, search);
    useEffect(() => setQuery({ search }), [search]);
    const belongs = { accounts: 'group', groups: 'profile' }[chosen.id];
    const holds = { groups: 'accounts', profiles: 'groups' }[chosen.id];
    return html`<main>
        <div class="row"><h1>${chosen.title}</h1><span class="weak">${list.total === undefined ? '' : list.total.toLocaleString()}</span>
            <span class="grow"></span>
            <input type="search" placeholder="Search" aria-label="Search by name" value=${text} onInput=${(event) => setText(event.target.value)} />
            <button onClick=${() => setDialog('import')}>Import …</button>
            <button class="main" onClick=${() => setDialog('new')}>New ${chosen.one}</button></div>
        <${Tabs} label="Kinds" tabs=${kinds} chosen=${chosen.id} choose=${(id) => { location.hash = to('accounts', id); }} />
        ${list.error && list.error.status === 404 ? html`<${Empty}>The accounts of this server are in a file. With <code>--store</code> and <code>--store-key</code> they
            can be changed here; <code>${program} import</code> takes the file over.<//>`
        : html`<${Problem} error=${list.error} retry=${() => list.load()} />`}
        ${list.entries.length === 0 && !list.loading && !list.error && html`<${Empty}>There is nothing here${search ? ' of this name' : ' yet'}.<//>`}
        ${list.entries.length > 0 && html`<div class="scroll"><table class="plain">
            <thead><tr><th>Name</th>${belongs && html`<th>${belongs === 'group' ? 'Group' : 'Profile'}</th>`}${holds && html`<th>${holds === 'groups' ? 'Groups' : 'Accounts'}</th>`}</tr></thead>
            <tbody>${list.entries.map((entry) => html`<tr key=${entry.name}>
                <td><a href=${to('accounts', chosen.id, entry.name)}>${entry.name}</a></td>
                ${belongs && html`<td>${entry[belongs] ? html`<a href=${to('accounts', `${belongs}s`, entry[belongs])}>${entry[belongs]}</a>` : ''}</td>`}
                ${holds && html`<td>${entry[holds]}</td>`}
            </tr>`)}</tbody></table></div>`}
        ${list.next && html`<div><button onClick=${() => list.load(list.next)}>More</button></div>`}
        ${dialog === 'import' && html`<${Import} close=${() => setDialog(null)} done=${() => list.load()} />`}
        ${dialog === 'new' && html`<${New} kind=${chosen} close=${() => setDialog(null)} />`}
    </main>`;
}

/* ---- one document ---------------------------------------------------------------------------- */

function parse(text) {
    try {
        return { value: JSON.parse(text) };
    } catch (error) {
        return { error: `This is no JSON: ${error.message}` };
    }
}

export function Document({ kind, name, program }) {
    const chosen = kinds.find((one) => one.id === kind) || kinds[0];
    const [text, setText] = useState('');
    const [loaded, setLoaded] = useState({ loading: true });
    const [whole, setWhole] = useState(null);
    const [problem, setProblem] = useState(null);
    const [good, setGood] = useState(false);
    const [dialog, setDialog] = useState(false);
    const load = useCallback(async () => {
        try {
            const answer = await getDocument(kind, name);
            setLoaded({ etag: answer.etag });
            setText(JSON.stringify(answer.body, null, 2));
        } catch (error) {
            setLoaded({ error: error.status === 404 ? null : error });
            if (error.status === 404) {
                setText(JSON.stringify((program === 'loom-server' ? ofServer : examples)[kind] || {}, null, 2));
            }
        }
    }, [kind, name, program]);
    useEffect(() => {
        setLoaded({ loading: true });
        setWhole(null);
        setProblem(null);
        load();
    }, [load]);
    const change = (event) => {
        setText(event.target.value);
        setProblem(null);
        setGood(false);
    };
    /* Does something with what stands there, if it is JSON. */
    const use = async (action) => {
        const { value, error } = parse(text);
        setGood(false);
        if (error) {
            setProblem({ message: error });
            return;
        }
        try {
            await action(value);
            setProblem(null);
        } catch (refused) {
            setProblem(refused);
        }
    };
    const check = () => use(async (value) => {
        await checkDocument(kind, name, value);
        setGood(true);
    });
    const save = () => use(async (value) => {
        const answer = await saveDocument(kind, name, value, loaded.etag);
        setLoaded({ etag: answer.etag });
        await load();
        notify(`${name} is saved`);
    });
    const show = async () => setWhole(JSON.stringify((await getDocument(kind, name, true)).body, null, 2));
    return html`<main>
        <div class="row"><h1>${name}</h1><${Badge}>${chosen.one}<//>${!loaded.loading && !loaded.etag && !loaded.error && html`<${Badge} kind="warn">new<//>`}
            <span class="grow"></span><a href=${to('accounts', chosen.id)}>All ${chosen.title.toLowerCase()}</a></div>
        <${Problem} error=${loaded.error} retry=${load} />
        <label><span>Keywords of the accounts file in camelCase. A key is hex, or "generate"; a key that is there is shown as a fingerprint, and stays
            if that is left</span>
            <textarea rows="22" spellcheck="false" value=${text} onInput=${change}></textarea></label>
        <${Problem} error=${problem} />
        ${good && html`<p class="sheet-box" role="status">No mistake was found: this is what a device would accept.</p>`}
        <div class="row">
            ${loaded.etag && html`<${Action} action=${show}>Show with group and profile<//>
                <button class="danger" onClick=${() => setDialog(true)}>Remove</button>`}
            <span class="grow"></span>
            <${Action} action=${check}>Check<//><${Action} kind="main" action=${save}>Save<//></div>
        ${whole && html`<pre class="mono sheet-box scroll" tabindex="0" aria-label="The whole document">${whole}</pre>`}
        ${loaded.etag && kind === 'accounts' && program === 'loom-bootstrap-server' && html`<${BootstrapsOf} endpoint=${name} />`}
        ${dialog && html`<${Confirm} title="Remove ${name}" word="Remove" close=${() => setDialog(false)}
            text=${program === 'loom-server' ? 'Its device is refused from then on; its registration ends, and commands that wait are cancelled.'
                : 'Devices that use it are refused from then on; what they have been given stays on them.'}
            action=${async () => { await deleteDocument(kind, name, loaded.etag); location.hash = to('accounts', chosen.id); }} />`}
    </main>`;
}
