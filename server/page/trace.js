/* SPDX-License-Identifier: Apache-2.0 */
/* The CoAP messages of one device, as they come; keys are withheld by the server. */
import { html, useState, useEffect } from './lib.js';
import { Action, Badge, Empty, Problem } from './parts.js';
import { useLoad } from './hooks.js';
import { beginTrace, endTrace, getTrace, traceStream } from './model.js';
import { code, moment } from './words.js';

const LINES_MAX = 500;

const optionText = (one) => `${one.name || one.number}: ${one.value ?? one.hex ?? ''}`;

function payload(line) {
    if (line.values) {
        return line.values.map((one) => `${one.path} = ${one.value ?? one.hex ?? ''}`).join(', ');
    }
    return line.text || (line.hex ? `hex ${line.hex}` : '');
}

/* A method is a word already, an answer has a number. */
const named = (text) => (/^\d/.test(text) ? code(text) : text);

function Line({ line }) {
    return html`<li>
        <time datetime=${line.time} title=${line.time}>${moment(line.time)}</time>
        <span><${Badge} kind=${/^[45]/.test(line.code) ? 'bad' : line.incoming ? 'good' : 'plain'}>${line.incoming ? '← from' : '→ to'} device<//></span>
        <span class="what"><strong>${named(line.code)}</strong> <span class="weak mono">${line.type} mid ${line.mid} token ${line.token || '–'}</span>
            ${line.options.length > 0 && html` <span class="mono">${line.options.map(optionText).join(' · ')}</span>`}
            ${line.length > 0 && html` <span>${line.length} bytes ${payload(line)}</span>`}
            ${line.withheld && html` <${Badge} kind="warn" title="It may hold a key">withheld<//>`}</span>
    </li>`;
}

export function Trace({ endpoint }) {
    const state = useLoad(() => getTrace(endpoint), [endpoint]);
    const [lines, setLines] = useState([]);
    useEffect(() => {
        setLines([]);
        const source = traceStream(endpoint);
        source.addEventListener('coap', (message) => {
            const line = { ...JSON.parse(message.data), key: message.lastEventId };
            setLines((old) => [line, ...old].slice(0, LINES_MAX));
        });
        source.addEventListener('ended', () => state.reload());
        source.onopen = () => state.reload();
        return () => source.close();
    }, [endpoint, state.reload]);
    const on = state.data && state.data.on;
    return html`<div class="sheet-box" role="tabpanel" aria-labelledby="tab-trace">
        <div class="row">
            <span role="status">${!state.data ? '' : on ? 'The device is traced.' : 'The device is not traced.'}</span><span class="grow"></span>
            ${on ? html`<${Action} action=${async () => { await endTrace(endpoint); state.reload(); }}>Stop<//>`
                : html`<${Action} kind="main" action=${async () => { await beginTrace(endpoint); state.reload(); }}>Trace for 10 minutes<//>`}
            <button disabled=${lines.length === 0} onClick=${() => setLines([])}>Clear</button>
        </div>
        <${Problem} error=${state.error} retry=${state.reload} />
        ${lines.length === 0 && html`<${Empty}>${on ? 'No message has come yet.' : 'Each message between the server and the device is shown here, without keys. It is not kept.'}<//>`}
        <ol class="timeline trace">${lines.map((line) => html`<${Line} key=${line.key} line=${line} />`)}</ol>
    </div>`;
}
