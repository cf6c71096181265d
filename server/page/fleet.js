/* SPDX-License-Identifier: Apache-2.0 */
/* The fleet: every registered client, live, however many there are. */
import { html, useState, useEffect, useRef, useCallback } from './lib.js';
import { LongTable, Badge, Problem } from './parts.js';
import { useClock, useSettled, setQuery, to } from './hooks.js';
import { useEvents } from './events.js';
import { listClients } from './model.js';
import { ago, count, duration } from './words.js';

const PAGE = 50;

export function ClientState({ client }) {
    if (client.state === 'lost') {
        return html`<${Badge} kind="bad">expired<//>`;
    }
    if (client.asleep) {
        return html`<${Badge} kind="sleep" title="Requests wait until it wakes up">asleep<//>`;
    }
    return client.reachable === false
        ? html`<${Badge} kind="warn" title="It has not been heard since the server started">not heard<//>`
        : html`<${Badge} kind="good">registered<//>`;
}

const columns = (now) => [
    { id: 'endpoint', title: 'Endpoint', width: 'minmax(0, 2.5fr)', sort: 'endpoint',
      render: (client) => html`<a href=${to('clients', client.endpoint)}
          onClick=${(event) => event.stopPropagation()}>${client.endpoint}</a>` },
    { id: 'state', title: 'State', width: '7.5rem', render: (client) => html`<${ClientState} client=${client} />` },
    { id: 'seen', title: 'Last seen', width: '9rem', sort: 'lastSeen',
      render: (client) => html`<span title=${client.lastSeen}>${ago(client.lastSeen, now)}</span>` },
    { id: 'lifetime', title: 'Lifetime', width: '7rem',
      render: (client) => client.lifetime ? duration(client.lifetime) : 'for ever' },
    { id: 'lwm2m', title: 'LwM2M', width: '6rem', render: (client) => client.lwm2m },
    { id: 'binding', title: 'Binding', width: '5.5rem',
      render: (client) => `${client.binding}${client.queueMode ? ' Q' : ''}` },
    { id: 'security', title: 'Security', width: '6rem',
      render: (client) => client.secure ? html`<${Badge} kind="good">DTLS<//>` : html`<${Badge}>none<//>` },
    { id: 'waiting', title: 'Waiting', width: '5.5rem', render: (client) => client.waiting || '' },
    { id: 'address', title: 'Address', width: 'minmax(0, 1fr)',
      render: (client) => html`<span class="mono">${client.address}</span>` },
];

/* Pages of the list as they have been loaded for one question. */
function usePages(question) {
    const pages = useRef(new Map());
    const asked = useRef(new Set());
    const epoch = useRef(0);
    const [, redraw] = useState(0);
    const [state, setState] = useState({ total: 0, loading: true });
    const load = useCallback((page) => {
        if (asked.current.has(page)) {
            return;
        }
        asked.current.add(page);
        const mine = epoch.current;
        listClients({ ...question, offset: page * PAGE, limit: PAGE }).then((answer) => {
            if (mine !== epoch.current) {
                return;
            }
            pages.current.set(page, answer.clients);
            setState({ total: answer.total, loading: false });
            redraw((n) => n + 1);
        }, (error) => {
            asked.current.delete(page);
            if (mine === epoch.current) {
                setState((before) => ({ ...before, error, loading: false }));
            }
        });
    }, [question]);
    const refresh = useCallback((keep) => {
        epoch.current++;
        asked.current = new Set();
        if (!keep) {
            pages.current = new Map();
            setState({ total: 0, loading: true });
        }
    }, []);
    useEffect(() => {
        refresh(false);
        load(0);
    }, [load, refresh]);
    return { ...state, load, refresh, row: (index) => {
        const page = pages.current.get(Math.floor(index / PAGE));
        return page && page[index % PAGE];
    } };
}

export function Fleet({ query }) {
    const now = useClock();
    const [text, setText] = useState(query.get('search') || '');
    const [filter, setFilter] = useState(query.get('state') || '');
    const [sort, setSort] = useState(query.get('sort') || '');
    const settled = useSettled(text);
    const [question, setQuestion] = useState({ search: settled, state: filter, sort });
    useEffect(() => {
        setQuestion({ search: settled, state: filter, sort });
        setQuery({ search: settled, state: filter, sort });
    }, [settled, filter, sort]);
    const list = usePages(question);
    const seen = useRef([0, 0]);
    const need = useCallback((first, last) => {
        seen.current = [first, last];
        for (let page = Math.floor(first / PAGE); page * PAGE < last; page++) {
            list.load(page);
        }
    }, [list.load]);
    /* Many events are one refresh of what is seen. */
    const waiting = useRef(null);
    useEvents((event) => {
        if (!['registered', 'updated', 'deregistered', 'expired', 'removed', 'moved', 'taken-over', 'reset'].includes(event.kind) ||
            waiting.current) {
            return;
        }
        waiting.current = setTimeout(() => {
            waiting.current = null;
            list.refresh(true);
            list.load(0);
            need(...seen.current);
        }, 1000);
    }, [list.refresh, list.load, need]);
    useEffect(() => () => clearTimeout(waiting.current), []);
    const filters = [['', 'All'], ['awake', 'Awake'], ['asleep', 'Asleep'], ['waiting', 'With commands waiting']];
    return html`<main class="fixed">
        <div class="row">
            <h1>Clients</h1>
            <span class="weak" aria-live="polite">${list.loading ? '' : count(list.total, 'client')}</span>
            <span class="grow"></span>
            <input type="search" placeholder="Search endpoint or address" aria-label="Search endpoint or address" value=${text}
                onInput=${(event) => setText(event.target.value)} />
            <select aria-label="Which clients" value=${filter} onChange=${(event) => setFilter(event.target.value)}>
                ${filters.map(([value, title]) => html`<option value=${value}>${title}</option>`)}
            </select>
        </div>
        <${Problem} error=${list.error} retry=${() => { list.refresh(false); list.load(0); }} />
        <${LongTable} label="Clients" columns=${columns(now)} total=${list.total} row=${list.row} need=${need}
            rowKey=${(client) => client.endpoint} sort=${sort} setSort=${setSort}
            open=${(client) => { location.hash = to('clients', client.endpoint); }}
            empty=${list.loading ? 'Loading …' : settled || filter ? 'No client is like that.'
                : 'No client has registered yet.'} />
    </main>`;
}
