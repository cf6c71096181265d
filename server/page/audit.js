/* SPDX-License-Identifier: Apache-2.0 */
/* Who changed what; for administrators. */
import { html, useState, useEffect, useCallback } from './lib.js';
import { Badge, Empty, Problem } from './parts.js';
import { setQuery } from './hooks.js';
import { listAudit } from './model.js';
import { moment } from './words.js';

/* What a date field says, as a moment: the day begins, or has ended, where the reader is. */
function dayOf(text, days) {
    const day = text ? new Date(`${text}T00:00:00`) : null;
    if (!day || Number.isNaN(day.getTime())) {
        return undefined;
    }
    day.setDate(day.getDate() + days);
    return day.toISOString();
}

function result(deed) {
    const bad = deed.status >= 400 || (deed.detail && deed.detail !== 'done');
    return html`<${Badge} kind=${bad ? 'bad' : 'good'}>${deed.status || deed.detail || ''}<//>`;
}

function Filter({ query }) {
    const field = (name, title, type = 'text') => html`<label><span>${title}</span><input type=${type} value=${query.get(name) || ''}
        onChange=${(event) => setQuery({ [name]: event.target.value.trim() })} /></label>`;
    return html`<form class="row" role="search" onSubmit=${(event) => event.preventDefault()}>
        ${field('user', 'User')}${field('action', 'Action')}${field('from', 'From', 'date')}${field('to', 'To', 'date')}</form>`;
}

export function Audit({ query }) {
    const [deeds, setDeeds] = useState([]);
    const [state, setState] = useState({ loading: true });
    const asked = ['user', 'action', 'from', 'to'].map((name) => query.get(name) || '');
    const load = useCallback((before) => {
        const [user, action, from, to] = asked;
        setState((old) => ({ ...old, loading: true }));
        return listAudit({ user, action, from: dayOf(from, 0), to: dayOf(to, 1), before, limit: 100 }).then((page) => {
            setDeeds((old) => before ? [...old, ...page.audit] : page.audit);
            setState({ loading: false, next: page.next });
        }, (error) => setState({ loading: false, error }));
    }, asked);
    useEffect(() => {
        setDeeds([]);
        load();
    }, [load]);
    return html`<main><h1>Audit</h1>
        <p class="weak">Who changed what, and from where: the changes of a year, and logins.</p>
        <${Filter} query=${query} />
        <${Problem} error=${state.error} retry=${() => load()} />
        ${deeds.length === 0 && !state.loading && !state.error && html`<${Empty}>Nothing was changed.<//>`}
        ${deeds.length > 0 && html`<div class="scroll"><table class="plain">
            <thead><tr><th>Time</th><th>User</th><th>Action</th><th>Target</th><th>Result</th><th>From</th></tr></thead>
            <tbody>${deeds.map((deed) => html`<tr key=${deed.id}>
                <td class="mono"><time datetime=${deed.time} title=${deed.time}>${moment(deed.time)}</time></td>
                <td>${deed.user || html`<span class="weak">nobody</span>`}</td><td>${deed.action}</td>
                <td class="target"><code>${deed.target}</code></td><td>${result(deed)}</td><td class="mono">${deed.address}</td>
            </tr>`)}</tbody></table></div>`}
        ${state.next && html`<button disabled=${state.loading} onClick=${() => load(state.next)}>Earlier</button>`}
    </main>`;
}
