/* SPDX-License-Identifier: Apache-2.0 */
/* One device: its objects with live values, what can be done with them, and what has happened. */
import { html, useState, useEffect, useRef, useMemo, useCallback, createContext, useContext } from './lib.js';
import { Action, Badge, Confirm, Dialog, Empty, Problem, Tabs, attempt, notify } from './parts.js';
import { useClock, useLoad, setQuery } from './hooks.js';
import { useEvents } from './events.js';
import { ClientState } from './fleet.js';
import { Timeline } from './timeline.js';
import { History } from './plot.js';
import { Trace } from './trace.js';
import { Commands } from './commands.js';
import { BootstrapNow } from './bootstraps.js';
import { command, getClient, getModels, getValues, listObservations, observe, unobserve } from './model.js';
import { ago, code, duration } from './words.js';

const Device = createContext(null);

const numeric = new Set(['Integer', 'Unsigned Integer', 'Float', 'Time']);

/* ---- values ---------------------------------------------------------------------------------- */

/* What is known of values: path -> {value, units, meaning, time, state, history}. */
function useValues(endpoint) {
    const values = useRef(new Map());
    const [, redraw] = useState(0);
    const pending = useRef(false);
    const changed = useCallback(() => {
        if (!pending.current) {
            pending.current = true;
            requestAnimationFrame(() => { pending.current = false; redraw((n) => n + 1); });
        }
    }, []);
    const take = useCallback((list, time) => {
        for (const one of list || []) {
            const before = values.current.get(one.path) || { history: [] };
            const at = typeof one.time === 'string' ? one.time : time;
            const history = before.history;
            if (numeric.has(one.type) && Number.isFinite(Number(one.value))) {
                history.push([Date.parse(at) / 1000, Number(one.value)]);
                if (history.length > 5000) {
                    history.splice(0, 1000);
                }
            }
            values.current.set(one.path, { ...one, time: at, history, state: 'good', fresh: Math.random() });
        }
        changed();
    }, [changed]);
    const mark = useCallback((path, state, error) => {
        const before = values.current.get(path) || { history: [] };
        values.current.set(path, { ...before, state, error });
        changed();
    }, [changed]);
    useEffect(() => {
        values.current = new Map();
        changed();
    }, [endpoint]);
    return { take, mark, of: (path) => values.current.get(path), all: () => values.current };
}

function shown(entry) {
    if (entry.secret) {
        return html`<span class="weak">(secret)</span>`;
    }
    if (entry.hex !== undefined) {
        return html`<span class="mono">${entry.hex === '' ? '(empty)' : entry.hex}</span>`;
    }
    const value = typeof entry.value === 'boolean' ? (entry.value ? 'true' : 'false')
        : entry.type === 'Time' && Number(entry.value) > 0
            ? `${new Date(Number(entry.value) * 1000).toLocaleString()}`
            : String(entry.value ?? '');
    return html`${value === '' ? html`<span class="weak">(empty)</span>` : value}
        ${entry.units ? html` <span class="weak">${entry.units}</span>` : ''}
        ${entry.meaning ? html` <span class="weak">(${entry.meaning})</span>` : ''}`;
}

function Value({ path, now }) {
    const { values } = useContext(Device);
    const entry = values.of(path);
    if (!entry) {
        return html`<span class="weak">–</span>`;
    }
    return html`<span key=${entry.fresh} class=${entry.fresh ? 'fresh' : ''}>
        ${entry.state && html`<span class="dot ${entry.state}" title=${entry.error || entry.state}></span>`}
        ${entry.value !== undefined || entry.hex !== undefined || entry.secret ? shown(entry) : ''}
        ${entry.error ? html` <span class="weak">${entry.error}</span>` : ''}
        ${entry.time ? html`<span class="old" title=${entry.time}>${ago(entry.time, now)}</span>` : ''}
    </span>`;
}

/* ---- operations ------------------------------------------------------------------------------ */

/* Sends a command and marks what it is about. */
function useOperations(endpoint, values, reload) {
    const run = useCallback(async (operation, path, more = {}) => {
        values.mark(path, 'wait');
        try {
            const answer = await command(endpoint, { operation, path, ...more });
            if (answer.state === 'queued' || answer.state === 'sent') {
                values.mark(path, 'wait', answer.state === 'queued' ? 'waits until the device is awake' : 'not answered yet');
                return answer;
            }
            const good = answer.state === 'answered' && /^2/.test(answer.code || '');
            values.mark(path, good ? 'good' : 'bad',
                good ? undefined : [code(answer.code), answer.error, answer.diagnostic].filter(Boolean).join(': '));
            values.take(answer.values, answer.finished || new Date().toISOString());
            if (!good) {
                notify(`${operation} ${path}: ${code(answer.code) || answer.error || answer.state}`, 'bad');
            }
            return answer;
        } catch (error) {
            values.mark(path, 'bad', error.message);
            notify(`${operation} ${path}: ${error.message}`, 'bad');
            return null;
        }
    }, [endpoint]);
    return { run, reload };
}

function ValueField({ resource, value, setValue, id }) {
    if (resource.type === 'Boolean') {
        return html`<select id=${id} value=${String(value)} onChange=${(event) => setValue(event.target.value === 'true')}>
            <option value="false">false</option><option value="true">true</option></select>`;
    }
    if (resource.values && resource.values.length > 0) {
        return html`<select id=${id} value=${String(value)} onChange=${(event) => setValue(event.target.value)}>
            ${!resource.values.some((one) => String(one.value) === String(value)) && html`<option value=${value}>${value}</option>`}
            ${resource.values.map((one) => html`<option value=${one.value}>${one.value} ${one.name}</option>`)}</select>`;
    }
    return html`<input id=${id} value=${value} autofocus
        inputmode=${numeric.has(resource.type) ? 'decimal' : 'text'} onInput=${(event) => setValue(event.target.value)} />`;
}

function Write({ resource, path, close }) {
    const { values, operations } = useContext(Device);
    const known = values.of(path);
    const [value, setValue] = useState(known && known.value !== undefined ? known.value
        : resource.type === 'Boolean' ? false : resource.values && resource.values.length ? resource.values[0].value : '');
    const write = async (event) => {
        event.preventDefault();
        close();
        const answer = await operations.run('write', path, { value });
        if (answer && /^2/.test(answer.code || '')) {
            operations.run('read', path);
        }
    };
    return html`<${Dialog} title="Write ${resource.name}" close=${close}>
        <form class="stack" onSubmit=${write}>
            <label><span>${resource.type}${resource.range ? `, ${resource.range}` : ''}${resource.units ? `, in ${resource.units}` : ''}</span>
                <${ValueField} resource=${resource} value=${value} setValue=${setValue} /></label>
            <p class="weak">${resource.description}</p>
            <div class="row end"><button type="button" onClick=${close}>Cancel</button>
                <button class="main" type="submit">Write ${path}</button></div>
        </form>
    <//>`;
}

function Execute({ resource, path, close }) {
    const { operations } = useContext(Device);
    const [text, setText] = useState('');
    const execute = (event) => {
        event.preventDefault();
        close();
        operations.run('execute', path, text ? { arguments: text } : {});
    };
    return html`<${Dialog} title="Execute ${resource.name}" close=${close}>
        <form class="stack" onSubmit=${execute}>
            <p class="weak">${resource.description}</p>
            <label><span>Arguments, as in <code>0='text',1</code>; usually none</span>
                <input value=${text} onInput=${(event) => setText(event.target.value)} /></label>
            <div class="row end"><button type="button" onClick=${close}>Cancel</button>
                <button class="main" type="submit">Execute ${path}</button></div>
        </form>
    <//>`;
}

const attributes = [['pmin', 's'], ['pmax', 's'], ['gt', ''], ['lt', ''], ['st', ''], ['epmin', 's'], ['epmax', 's']];

function Attributes({ resource, path, close }) {
    const { operations } = useContext(Device);
    const [values, setValues] = useState({});
    const write = (event) => {
        event.preventDefault();
        close();
        const chosen = Object.entries(values).filter(([, value]) => value !== '').map(([name, value]) => [name, Number(value)]);
        operations.run('write-attributes', path, { attributes: Object.fromEntries(chosen) });
    };
    const fits = (name) => !['gt', 'lt', 'st'].includes(name) || !resource || numeric.has(resource.type);
    return html`<${Dialog} title="Attributes of ${path}" close=${close}>
        <form class="stack" onSubmit=${write}>
            <p class="weak">They say when the device notifies. What is left empty stays as it is.</p>
            <div class="row">${attributes.filter(([name]) => fits(name)).map(([name, unit]) => html`<label>
                <span>${name}${unit ? ` (${unit})` : ''}</span>
                <input size="7" inputmode="decimal" value=${values[name] || ''}
                    onInput=${(event) => setValues({ ...values, [name]: event.target.value })} /></label>`)}</div>
            <div class="row end"><button type="button" onClick=${close}>Cancel</button>
                <button class="main" type="submit">Write attributes</button></div>
        </form>
    <//>`;
}

/* ---- the tree -------------------------------------------------------------------------------- */

function Observe({ path }) {
    const { observations, toggle } = useContext(Device);
    const observed = observations.get(path);
    return html`<button class="small" aria-pressed=${!!observed} title=${observed ? 'Stop observing' : 'Observe: values come by themselves'}
        onClick=${() => toggle(path, observed)}>${observed ? (observed.inForce === false ? '◌ Observing' : '● Observing') : 'Observe'}</button>`;
}

function Resource({ resource, base, now }) {
    const { endpoint, values, operations } = useContext(Device);
    const path = `${base}/${resource.id}`;
    const [dialog, setDialog] = useState(null);
    const [more, setMore] = useState(false);
    const parts = useMemo(() => [...values.all().keys()].filter((key) => key.startsWith(`${path}/`))
        .sort((a, b) => Number(a.split('/')[4]) - Number(b.split('/')[4])), [values.all().size, path, now]);
    const entry = values.of(path);
    const history = entry && entry.history;
    const close = () => setDialog(null);
    const can = (operation) => resource.operations.includes(operation);
    return html`<div class="resource">
        <div class="label"><button class="plain" aria-expanded=${more} title="What it is" onClick=${() => setMore(!more)}>
            ${resource.name}</button><small>${path}</small></div>
        <div class="value">${parts.length > 0
            ? parts.map((one) => html`<div><small class="weak mono">${one.split('/')[4]}</small> <${Value} path=${one} now=${now} /></div>`)
            : can('E') && !entry ? '' : html`<${Value} path=${path} now=${now} />`}</div>
        <div class="buttons">
            ${can('R') && html`<button class="small" onClick=${() => operations.run('read', path)}>Read</button>`}
            ${can('W') && !resource.multiple && html`<button class="small" onClick=${() => setDialog('write')}>Write</button>`}
            ${can('E') && html`<button class="small" onClick=${() => setDialog('execute')}>Execute</button>`}
            ${can('R') && html`<${Observe} path=${path} />`}
        </div>
        ${more && html`<div class="about">${resource.type ? `${resource.type}${resource.range ? ` ${resource.range}` : ''}${resource.units ? ` ${resource.units}` : ''}. ` : ''}${resource.description}
            ${can('R') && html` <button class="small" onClick=${() => setDialog('attributes')}>Attributes …</button>`}
            ${numeric.has(resource.type) && !resource.multiple && can('R') && html`<${History} endpoint=${endpoint} path=${path}
                title=${resource.name} units=${resource.units} live=${history || []} />`}</div>`}
        ${dialog === 'write' && html`<${Write} resource=${resource} path=${path} close=${close} />`}
        ${dialog === 'execute' && html`<${Execute} resource=${resource} path=${path} close=${close} />`}
        ${dialog === 'attributes' && html`<${Attributes} resource=${resource} path=${path} close=${close} />`}
    </div>`;
}

/* Rows of the model, and what the device has shown besides. */
function rowsOf(model, base, values) {
    const rows = new Map((model ? model.resources : []).map((one) => [one.id, one]));
    for (const path of values.all().keys()) {
        const [, object, instance, resource] = path.split('/');
        if (path.startsWith(`${base}/`) && resource !== undefined && !rows.has(Number(resource))) {
            const entry = values.of(path);
            rows.set(Number(resource), { id: Number(resource), name: entry.name || `Resource ${resource}`, operations: 'RW',
                type: entry.type || '', description: 'The models of the server do not know it.' });
        }
    }
    return [...rows.values()].sort((a, b) => a.id - b.id);
}

function Instance({ model, object, instance, now }) {
    const { values, operations, reload } = useContext(Device);
    const path = `/${object.id}/${instance}`;
    const [dialog, setDialog] = useState(null);
    const [bare, setBare] = useState(false);
    const rows = rowsOf(model, path, values);
    const known = (row) => values.of(`${path}/${row.id}`) || row.operations.includes('E') || row.mandatory ||
        [...values.all().keys()].some((key) => key.startsWith(`${path}/${row.id}/`));
    const few = rows.filter(known);
    const list = bare || few.length === 0 ? rows : few;
    return html`<div class="instance">
        <div class="row"><h3>Instance ${instance}</h3><code class="weak">${path}</code><span class="grow"></span>
            <button class="small" onClick=${() => operations.run('read', path)}>Read all</button>
            <${Observe} path=${path} />
            <button class="small" onClick=${() => operations.run('discover', path)}>Discover</button>
            <button class="small" onClick=${() => setDialog('attributes')}>Attributes …</button>
            ${model && model.multiple && html`<button class="small danger" onClick=${() => setDialog('delete')}>Delete</button>`}
        </div>
        ${list.map((row) => html`<${Resource} key=${row.id} resource=${row} base=${path} now=${now} />`)}
        ${rows.length > list.length || bare ? html`<button class="plain weak" onClick=${() => setBare(!bare)}>
            ${bare ? 'Show what the device has' : `Show all ${rows.length} resources of the model`}</button>` : ''}
        ${dialog === 'attributes' && html`<${Attributes} path=${path} close=${() => setDialog(null)} />`}
        ${dialog === 'delete' && html`<${Confirm} title="Delete ${path}" word="Delete" close=${() => setDialog(null)}
            text="The device removes this instance." action=${async () => { await operations.run('delete', path); reload(); }} />`}
    </div>`;
}

function ObjectPart({ object, models, now, open }) {
    const { operations, reload } = useContext(Device);
    const model = models.find((one) => one.id === object.id && (!object.version || one.version === object.version)) ||
        models.find((one) => one.id === object.id);
    return html`<details class="object" open=${open}>
        <summary><strong>${model ? model.name : `Object ${object.id}`}</strong> <code class="weak">/${object.id}</code>
            ${object.version && html`<span class="weak">${object.version}</span>`}
            ${!model && html`<${Badge} kind="warn" title="The models of the server do not know it; values are shown as they come">unknown<//>`}
            <span class="weak">${object.instances.length === 0 ? 'no instance' : ''}</span></summary>
        ${object.instances.map((instance) => html`<${Instance} key=${instance} model=${model} object=${object}
            instance=${instance} now=${now} />`)}
        ${model && model.multiple && html`<div class="instance"><button class="small"
            onClick=${async () => { await operations.run('create', `/${object.id}`, { values: {} }); reload(); }}>Create an instance</button></div>`}
    </details>`;
}

/* ---- the device ------------------------------------------------------------------------------ */

function Facts({ client, now }) {
    const facts = [
        ['Registered', client.registered && ago(client.registered, now), client.registered],
        ['Last seen', ago(client.lastSeen, now), client.lastSeen],
        ['Lifetime', client.lifetime ? duration(client.lifetime) : 'for ever'],
        ['Expires', ago(client.expires, now), client.expires],
        ['LwM2M', client.lwm2m],
        ['Binding', `${client.binding}${client.queueMode ? ', queue mode' : ''}`],
        ['Security', client.secure ? 'DTLS, pre-shared key' : 'none'],
        ['Address', client.address || 'not heard since the server started'],
        ['Location', client.location && `/rd/${client.location}`],
    ];
    return html`<dl class="facts sheet-box">${facts.filter(([, value]) => value).map(([name, value, title]) =>
        html`<div><dt>${name}</dt><dd title=${title}>${value}</dd></div>`)}</dl>`;
}

/* A device that is not registered has a past, and commands that wait for it. */
function Absent({ endpoint, tab }) {
    const tabs = [{ id: 'timeline', title: 'Timeline' }, { id: 'commands', title: 'Commands' }, { id: 'trace', title: 'Trace' }];
    const chosen = tabs.some((one) => one.id === tab) ? tab : 'timeline';
    return html`<main>
        <div class="row"><h1>${endpoint}</h1><${Badge} kind="warn">not registered<//></div>
        <${Tabs} label="Device" tabs=${tabs} chosen=${chosen} choose=${(id) => setQuery({ tab: id })} />
        ${chosen === 'timeline' && html`<${Timeline} endpoint=${endpoint} />`}
        ${chosen === 'commands' && html`<${Commands} endpoint=${endpoint} />`}
        ${chosen === 'trace' && html`<${Trace} endpoint=${endpoint} />`}
    </main>`;
}

export function DeviceView({ endpoint, query }) {
    const now = useClock(5);
    const client = useLoad(() => getClient(endpoint), [endpoint]);
    const models = useLoad(() => getModels(endpoint), [endpoint]);
    const values = useValues(endpoint);
    const [observations, setObservations] = useState(new Map());
    const operations = useOperations(endpoint, values, client.reload);
    const tab = query.get('tab') || 'objects';
    const loadObservations = useCallback(() => listObservations(endpoint).then(
        (list) => setObservations(new Map(list.map((one) => [one.path, one]))), () => {}), [endpoint]);
    useEffect(() => {
        getValues(endpoint).then((list) => values.take(list, null), () => {});
        loadObservations();
    }, [endpoint]);
    useEvents((event) => {
        if (event.kind === 'reset') {
            client.reload();
            loadObservations();
        } else if (event.endpoint === endpoint) {
            if (['registered', 'updated', 'deregistered', 'expired', 'removed', 'moved', 'taken-over'].includes(event.kind)) {
                client.reload();
                models.reload();
            }
            if (['notified', 'received', 'answered'].includes(event.kind)) {
                values.take(event.values, event.time);
            }
            if (['registered', 'answered', 'ended'].includes(event.kind)) {
                loadObservations();
            }
        }
    }, [endpoint, client.reload, models.reload, loadObservations]);
    const toggle = useCallback((path, observed) => attempt(async () => {
        await (observed ? unobserve(endpoint, observed) : observe(endpoint, path));
        await loadObservations();
    }), [endpoint, loadObservations]);
    if (client.error && client.error.status === 404) {
        return html`<${Absent} endpoint=${endpoint} tab=${tab} />`;
    }
    if (client.error && !client.data) {
        return html`<main><h1>${endpoint}</h1><${Problem} error=${client.error} retry=${client.reload} /></main>`;
    }
    if (!client.data) {
        return html`<main><h1>${endpoint}</h1><${Empty}>Loading …<//></main>`;
    }
    const shared = { endpoint, values, operations, observations, toggle, reload: client.reload };
    const tabs = [{ id: 'objects', title: 'Objects' }, { id: 'timeline', title: 'Timeline' }, { id: 'commands', title: 'Commands' },
        { id: 'trace', title: 'Trace' }];
    return html`<${Device.Provider} value=${shared}><main>
        <div class="row"><h1>${endpoint}</h1><${ClientState} client=${client.data} /><span class="grow"></span>
            <${BootstrapNow} endpoint=${endpoint} objects=${client.data.objects} /></div>
        <${Facts} client=${client.data} now=${now} />
        <${Tabs} label="Device" tabs=${tabs} chosen=${tab} choose=${(id) => setQuery({ tab: id === 'objects' ? '' : id })} />
        ${tab === 'objects' && html`<div class="stack" role="tabpanel" aria-labelledby="tab-objects">
            <${Problem} error=${models.error} retry=${models.reload} />
            ${client.data.objects.map((object) => html`<${ObjectPart} key=${object.id} object=${object}
                models=${models.data || []} now=${now} open=${client.data.objects.length < 4 || object.id === 3} />`)}</div>`}
        ${tab === 'timeline' && html`<${Timeline} endpoint=${endpoint} />`}
        ${tab === 'commands' && html`<${Commands} endpoint=${endpoint} />`}
        ${tab === 'trace' && html`<${Trace} endpoint=${endpoint} />`}
    </main><//>`;
}
