/* SPDX-License-Identifier: Apache-2.0 */
/* The objects that the server knows. */
import { html, useState, useEffect } from './lib.js';
import { Badge, Empty, Problem } from './parts.js';
import { useLoad, useSettled, setQuery, to } from './hooks.js';
import { getModel, listModels } from './model.js';

const PAGE = 100;

export function Models({ query }) {
    const [text, setText] = useState(query.get('search') || '');
    const [count, setCount] = useState(PAGE);
    const search = useSettled(text);
    const list = useLoad(() => listModels({ search, limit: count }), [search, count]);
    useEffect(() => setQuery({ search }), [search]);
    return html`<main>
        <div class="row"><h1>Models</h1><span class="weak">${list.data ? `${list.data.total.toLocaleString()} objects` : ''}</span>
            <span class="grow"></span>
            <input type="search" placeholder="Name or id" aria-label="Search by name or id" value=${text}
                onInput=${(event) => setText(event.target.value)} /></div>
        <${Problem} error=${list.error} retry=${list.reload} />
        ${list.data && list.data.models.length === 0 && html`<${Empty}>No object is called like that.<//>`}
        ${list.data && list.data.models.length > 0 && html`<div class="scroll"><table class="plain">
            <thead><tr><th>Object</th><th>Name</th><th>Version</th><th>Description</th></tr></thead>
            <tbody>${list.data.models.map((model) => html`<tr key=${`${model.id} ${model.version}`}>
                <td class="mono">/${model.id}</td>
                <td><a href=${to('models', String(model.id), model.version)}>${model.name}</a></td>
                <td>${model.version}</td>
                <td class="cut">${model.description}</td>
            </tr>`)}</tbody></table></div>`}
        ${list.data && list.data.total > list.data.models.length && html`<div><button onClick=${() => setCount(count + PAGE)}>More</button></div>`}
    </main>`;
}

const about = (resource) => [resource.mandatory ? 'mandatory' : '', resource.multiple ? 'multiple' : ''].filter(Boolean).join(', ');

export function Model({ id, version }) {
    const model = useLoad(() => getModel(id, version), [id, version]);
    const { data } = model;
    return html`<main>
        <div class="row"><h1>${data ? data.name : `Object ${id}`}</h1><code class="weak">/${id}</code>
            ${data && html`<span class="weak">${data.version}</span>`}
            ${data && data.multiple && html`<${Badge}>multiple<//>`}</div>
        <${Problem} error=${model.error} retry=${model.reload} />
        ${data && html`<p class="weak lines">${data.description}</p>
            <div class="scroll"><table class="plain">
                <thead><tr><th>Id</th><th>Name</th><th>Operations</th><th>Type</th><th>Range, units</th><th>Description</th></tr></thead>
                <tbody>${data.resources.map((resource) => html`<tr key=${resource.id}>
                    <td class="mono">${resource.id}</td>
                    <td>${resource.name} <small class="weak">${about(resource)}</small></td>
                    <td>${resource.operations}</td>
                    <td>${resource.type}</td>
                    <td>${[resource.range, resource.units].filter(Boolean).join(' ')}</td>
                    <td class="lines">${resource.description}${resource.values.length > 0 ? html`<br /><small class="weak">${
                        resource.values.map((one) => `${one.value} ${one.name}`).join(', ')}</small>` : ''}</td>
                </tr>`)}</tbody></table></div>`}
    </main>`;
}
