/* SPDX-License-Identifier: Apache-2.0 */
/* How the server does: its figures, as scraped by Prometheus. */
import { html, useEffect } from './lib.js';
import { Badge, Empty, Problem } from './parts.js';
import { useLoad } from './hooks.js';
import { listNodes } from './model.js';
import { ago } from './words.js';

async function load() {
    const [health, metrics] = await Promise.all([fetch('/healthz'), fetch('/metrics')]);
    const figures = metrics.ok ? (await metrics.text()).split('\n') : [];
    const help = new Map();
    const rows = [];
    for (const line of figures) {
        const about = /^# HELP (\S+) (.*)$/.exec(line);
        const figure = /^([a-z_:][a-z0-9_:]*)(\{[^}]*\})? (\S+)/i.exec(line);
        if (about) {
            help.set(about[1], about[2]);
        } else if (figure) {
            rows.push({ name: figure[1], labels: (figure[2] || '').slice(1, -1).replace(/"/g, ''), value: Number(figure[3]) });
        }
    }
    return { good: health.ok, rows, help };
}

/* The servers that share the database, if there are any. */
function Nodes({ nodes }) {
    return html`<h2>Nodes</h2>
        <div class="sheet-box scroll"><table class="plain">
            <thead><tr><th>Name</th><th>State</th><th>Devices</th><th>Heard</th><th>Reached at</th></tr></thead>
            <tbody>${nodes.map((node) => html`<tr key=${node.name}>
                <td>${node.name}${node.self && html` <span class="weak">(this server)</span>`}</td>
                <td><${Badge} kind=${node.alive ? 'good' : 'bad'}>${node.alive ? 'alive' : 'gone'}<//></td>
                <td>${node.registrations.toLocaleString()}</td><td>${ago(node.heard)}</td><td class="weak">${node.uri}</td></tr>`)}</tbody></table></div>`;
}

export function Health({ session }) {
    const state = useLoad(load, []);
    const shared = useLoad(async () => session.program === 'loom-server' ? listNodes() : [], [session.program]);
    useEffect(() => {
        const timer = setInterval(() => { state.reload(); shared.reload(); }, 5000);
        return () => clearInterval(timer);
    }, [state.reload, shared.reload]);
    const { data } = state;
    return html`<main>
        <div class="row"><h1>Health</h1>${data && html`<${Badge} kind=${data.good ? 'good' : 'bad'}>${data.good ? 'in order' : 'not in order'}<//>`}
            <span class="weak">${session.program} ${session.version}</span></div>
        <${Problem} error=${state.error} retry=${state.reload} />
        <${Problem} error=${shared.error} retry=${shared.reload} />
        ${shared.data && shared.data.length > 0 && html`<${Nodes} nodes=${shared.data} />`}
        ${data && data.rows.length === 0 && html`<${Empty}>There are no figures.<//>`}
        ${data && data.rows.length > 0 && html`<div class="sheet-box scroll"><table class="plain">
            <thead><tr><th>Figure</th><th></th><th>Value</th></tr></thead>
            <tbody>${data.rows.map((row) => html`<tr key=${row.name + row.labels}>
                <td title=${row.name}>${data.help.get(row.name) || row.name}</td><td class="weak">${row.labels}</td>
                <td>${row.value.toLocaleString(undefined, { maximumFractionDigits: 3 })}</td></tr>`)}</tbody></table></div>`}
    </main>`;
}
