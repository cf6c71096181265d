/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of a device: what waits, what is under way, what came of them. */
import { html, useEffect, useRef, useState } from './lib.js';
import { Action, Badge, Empty, Problem } from './parts.js';
import { useLoad } from './hooks.js';
import { useEvents } from './events.js';
import { cancelCommand, listCommands } from './model.js';
import { code, moment } from './words.js';

const kinds = { queued: 'sleep', sent: 'plain', answered: 'good', expired: 'warn', cancelled: 'warn', unknown: 'bad' };

const result = (one) => [code(one.code), one.error, one.diagnostic].filter(Boolean).join(' · ');

export function Commands({ endpoint }) {
    const list = useLoad(() => listCommands(endpoint), [endpoint]);
    const waiting = useRef(null);
    const [older, setOlder] = useState({ commands: [] });
    const next = older.next === undefined ? list.data && list.data.next : older.next;
    const loadOlder = async () => {
        const page = await listCommands(endpoint, next);
        setOlder((old) => ({ commands: [...old.commands, ...page.commands], next: page.next || null }));
    };
    const newer = list.data ? list.data.commands : [];
    const known = new Set(newer.map((one) => one.id));
    const shown = [...newer, ...older.commands.filter((one) => !known.has(one.id))];
    useEffect(() => setOlder({ commands: [] }), [endpoint]);
    /* Many events are one refresh. */
    useEvents((event) => {
        if (!waiting.current && (event.kind === 'reset' || (event.kind === 'command' && event.endpoint === endpoint))) {
            waiting.current = setTimeout(() => { waiting.current = null; list.reload(); }, 200);
        }
    }, [endpoint, list.reload]);
    useEffect(() => () => clearTimeout(waiting.current), []);
    return html`<div class="sheet-box scroll" role="tabpanel" aria-labelledby="tab-commands">
        <${Problem} error=${list.error} retry=${list.reload} />
        ${list.data && shown.length === 0 && html`<${Empty}>No command has been given.<//>`}
        ${list.data && shown.length > 0 && html`<table class="plain">
            <thead><tr><th>Given</th><th>Command</th><th>State</th><th>Result</th><th></th></tr></thead>
            <tbody>${shown.map((one) => html`<tr key=${one.id}>
                <td class="mono">${one.created ? moment(one.created) : ''}</td>
                <td>${one.operation} <code>${one.path}</code></td>
                <td><${Badge} kind=${/^[45]/.test(one.code || '') ? 'bad' : kinds[one.state] || 'plain'}>${one.state}<//></td>
                <td>${result(one)}</td>
                <td>${one.state === 'queued' && html`<${Action} kind="small" action=${async () => {
                    await cancelCommand(one); list.reload(); }}>Cancel<//>`}</td>
            </tr>`)}</tbody></table>`}
        ${next && html`<${Action} action=${loadOlder}>Earlier<//>`}
    </div>`;
}
