/* SPDX-License-Identifier: Apache-2.0 */
/* What has happened, of one endpoint or of all, from the store and live. */
import { html, useState, useEffect, useCallback } from './lib.js';
import { Badge, Empty, Problem } from './parts.js';
import { useEvents } from './events.js';
import { listEvents } from './model.js';
import { to } from './hooks.js';
import { code, duration, moment } from './words.js';

const kinds = {
    registered: 'good', updated: 'plain', deregistered: 'warn', expired: 'bad', removed: 'bad', refused: 'bad', held: 'sleep', sent: 'plain',
    answered: 'good', notified: 'good', ended: 'warn', received: 'good', finished: 'good', failed: 'bad', requested: 'plain',
    firmware: 'plain', 'handshake-failed': 'bad', moved: 'plain', 'taken-over': 'good', 'node-joined': 'good', 'node-left': 'warn',
};

/* What a reader may want to see alone. */
const topics = [
    ['', 'Everything'],
    ['registered,updated,deregistered,expired', 'Registrations'],
    ['notified,received', 'Values'],
    ['command,answered', 'Commands'],
    ['requested,finished,pushed,packed,discovered,repairing', 'Bootstraps'],
    ['refused,failed,expired,ended,version-refused', 'Trouble'],
];

function kindOf(event) {
    if (event.failure || /^[45]/.test(event.code || '')) {
        return 'bad';
    }
    return kinds[event.kind] || 'plain';
}

function values(list) {
    const few = list.slice(0, 6).map((one) =>
        `${one.name || one.path} = ${one.value ?? one.hex ?? (one.secret ? '(secret)' : '')}${one.units ? ` ${one.units}` : ''}${one.meaning ? ` (${one.meaning})` : ''}`);
    return few.join(', ') + (list.length > 6 ? `, and ${list.length - 6} more` : '');
}

/** The event in one sentence; what is not known by name is left out. */
export function sentence(event) {
    const parts = [];
    if (event.operation) {
        parts.push(`${event.operation} ${event.path || (event.paths || []).join(' ')}`.trim());
    }
    if (event.code) {
        parts.push(code(event.code));
    }
    for (const name of ['reason', 'failure', 'image', 'state', 'step', 'text', 'diagnostic', 'file']) {
        if (event[name]) {
            parts.push(String(event[name]));
        }
    }
    if (event.kind === 'registered') {
        parts.push(event.replaced ? 'again' : '', event.lwm2m ? `LwM2M ${event.lwm2m}` : '', event.lifetime ? `lifetime ${duration(event.lifetime)}` : '');
    }
    if (Array.isArray(event.changes) && event.changes.length > 0) {
        parts.push(`changed: ${event.changes.join(', ')}`);
    }
    if (Array.isArray(event.values) && event.values.length > 0) {
        parts.push(values(event.values));
    }
    if (event.links) {
        parts.push(String(event.links));
    }
    if (event.address && !event.operation) {
        parts.push(`from ${event.address}`);
    }
    return parts.filter(Boolean).join(' · ');
}

/** @param at view of a device, of the events of all */
export function Timeline({ endpoint, at }) {
    const [events, setEvents] = useState([]);
    const [state, setState] = useState({ loading: true });
    const [topic, setTopic] = useState('');
    const load = useCallback((before) => {
        setState((old) => ({ ...old, loading: true }));
        return listEvents({ endpoint, kind: topic, before, limit: 100 }).then((answer) => {
            setEvents((old) => before ? [...old, ...answer.events] : answer.events);
            setState({ loading: false, next: answer.next });
        }, (error) => setState({ loading: false, next: before, error }));
    }, [endpoint, topic]);
    useEffect(() => {
        setEvents([]);
        load();
    }, [load]);
    useEvents((event) => {
        if (event.kind === 'reset') {
            load();
        } else if ((!endpoint || event.endpoint === endpoint) && (!topic || topic.split(',').includes(event.kind))) {
            setEvents((old) => [event, ...old].slice(0, 2000));
        }
    }, [endpoint, topic, load]);
    return html`<div class="sheet-box" role="tabpanel" aria-label="Timeline">
        <div class="row"><label><span>Show</span><select value=${topic} onChange=${(event) => setTopic(event.target.value)}>
            ${topics.map(([kinds, title]) => html`<option value=${kinds}>${title}</option>`)}</select></label></div>
        <${Problem} error=${state.error} retry=${() => load(state.next)} />
        ${events.length === 0 && !state.loading && !state.error && html`<${Empty}>${state.next ? 'There is none among the newest events.' : topic ? 'Nothing like this has happened.' : 'Nothing has happened yet.'}<//>`}
        <ol class="timeline">${events.map((event) => html`<li key=${event.id || `${event.time}${event.kind}`}>
            <time datetime=${event.time} title=${event.time}>${event.time ? moment(event.time) : ''}</time>
            <span><${Badge} kind=${kindOf(event)}>${event.kind}<//></span>
            <span class="what">${!endpoint && event.endpoint ? html`<a href=${to(...at, event.endpoint)}>${event.endpoint}</a> ` : ''}${sentence(event)}</span>
        </li>`)}</ol>
        ${state.next && html`<button disabled=${state.loading} onClick=${() => load(state.next)}>Earlier</button>`}
    </div>`;
}

export function Events({ program }) {
    const at = program === 'loom-server' ? ['clients'] : ['accounts', 'accounts'];
    return html`<main><h1>Events</h1><${Timeline} at=${at} /></main>`;
}
