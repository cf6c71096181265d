/* SPDX-License-Identifier: Apache-2.0 */
/* Bootstraps: those in progress, and what starts one. */
import { html, useEffect } from './lib.js';
import { Action, Badge, Empty, Problem, notify } from './parts.js';
import { useClock, useLoad, to } from './hooks.js';
import { useEvents } from './events.js';
import { Timeline } from './timeline.js';
import { command, listBootstraps, startBootstrap } from './model.js';
import { code, count, duration } from './words.js';

const ends = ['requested', 'pushed', 'finished', 'failed', 'reset'];

export function Bootstraps() {
    const list = useLoad(listBootstraps, []);
    const now = useClock(5);
    useEffect(() => { list.reload(); }, [now]);
    useEvents((event) => {
        if (ends.includes(event.kind)) {
            list.reload();
        }
    }, [list.reload]);
    const { bootstraps, total } = list.data || { bootstraps: [], total: 0 };
    return html`<main>
        <div class="row"><h1>Bootstraps in progress</h1><span class="weak">${total.toLocaleString()}</span></div>
        <${Problem} error=${list.error} retry=${list.reload} />
        ${list.data && total === 0 && html`<${Empty}>No bootstrap is in progress.<//>`}
        ${bootstraps.length > 0 && html`<div class="scroll"><table class="plain">
            <thead><tr><th>Endpoint</th><th>Address</th><th>Sent last</th><th>Answered</th><th>For</th></tr></thead>
            <tbody>${bootstraps.map((one) => html`<tr key=${one.endpoint}>
                <td><a href=${to('accounts', 'accounts', one.endpoint)}>${one.endpoint}</a></td><td>${one.address}</td>
                <td><${Badge}>${one.operation}<//></td><td>${count(one.answered, 'operation')}</td><td>${duration(one.seconds)}</td>
            </tr>`)}</tbody></table></div>`}
    </main>`;
}

/** What the bootstrap server knows of one device, and the button that starts a bootstrap. */
export function BootstrapsOf({ endpoint }) {
    const start = async () => {
        await startBootstrap(endpoint);
        notify(`The bootstrap of ${endpoint} has begun`);
    };
    return html`<section class="stack">
        <div class="row"><h2>Bootstraps</h2><span class="grow"></span>
            <${Action} action=${start} title="Server-initiated: only while the device is connected">Bootstrap now<//></div>
        <${Timeline} endpoint=${endpoint} />
    </section>`;
}

/* Of several Server instances a server may only see its own. */
async function ownInstance(endpoint, instances) {
    if (instances.length === 1) {
        return instances[0];
    }
    const answer = await command(endpoint, { operation: 'read', path: '/1' });
    const seen = new Set((answer.values || []).map((one) => one.path.split('/')[2]));
    if (seen.size === 0) {
        throw new Error(`The device does not show its Server object: ${code(answer.code) || answer.state}`);
    }
    return [...seen][0];
}

/** Asks a registered device for a Bootstrap-Request: Execute on Bootstrap-Request Trigger. */
export function BootstrapNow({ endpoint, objects }) {
    const server = objects.find((one) => one.id === 1);
    const trigger = async () => {
        const path = `/1/${await ownInstance(endpoint, server.instances)}/9`;
        const answer = await command(endpoint, { operation: 'execute', path });
        if (answer.state === 'answered' && !/^2/.test(answer.code)) {
            throw new Error(`The device refuses it: ${[code(answer.code), answer.diagnostic].filter(Boolean).join(', ')}`);
        }
        notify(answer.state === 'answered' ? `${endpoint} bootstraps now` : `${endpoint} gets it when it is awake`);
    };
    return server && server.instances.length > 0
        ? html`<${Action} action=${trigger} title="Execute Bootstrap-Request Trigger, 1/x/9">Bootstrap now<//>` : '';
}
