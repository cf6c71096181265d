/* SPDX-License-Identifier: Apache-2.0 */
/* Wishes: what is to be observed at a device, a group, a model or all devices, whenever they are registered. */
import { html, useEffect, useState } from './lib.js';
import { Badge, Confirm, Dialog, Empty, Problem, notify } from './parts.js';
import { useClock, useLoad, to } from './hooks.js';
import { addWish, listWishes, removeWish } from './model.js';
import { moment } from './words.js';

const scopes = [['endpoint', 'One device', 'Endpoint'], ['group', 'The devices of a group', 'Group of accounts'],
    ['model', 'The devices of a model', 'Model Number, as /3/0/1 says it'], ['all', 'All devices', '']];
const attributes = [['pmin', 'At least so many seconds between two values (pmin)'], ['pmax', 'At most so many (pmax)']];

function Add({ close, added }) {
    const [scope, setScope] = useState('endpoint');
    const [fields, setFields] = useState({ name: '', path: '' });
    const [error, setError] = useState(null);
    const [busy, setBusy] = useState(false);
    const set = (name) => (event) => setFields((before) => ({ ...before, [name]: event.target.value }));
    const [, , named] = scopes.find(([id]) => id === scope);
    const save = async (event) => {
        event.preventDefault();
        setBusy(true);
        const chosen = attributes.map(([name]) => [name, fields[name]]).filter(([, value]) => value).map(([name, value]) => [name, Number(value)]);
        const request = { operation: 'observe', path: fields.path, ...(chosen.length > 0 && { attributes: Object.fromEntries(chosen) }) };
        try {
            await addWish({ scope, ...(named && { name: fields.name }), request });
            notify(`${fields.path} is observed from now on`);
            added();
            close();
        } catch (problem) {
            setError(problem);
            setBusy(false);
        }
    };
    return html`<${Dialog} title="Observe whenever devices are there" close=${close}>
        <form class="stack" onSubmit=${save}>
            <${Problem} error=${error} />
            <label><span>Where</span><select value=${scope} onChange=${(event) => setScope(event.target.value)}>
                ${scopes.map(([id, title]) => html`<option value=${id}>${title}</option>`)}</select></label>
            ${named && html`<label><span>${named}</span><input value=${fields.name} required maxlength="256" autocomplete="off" onInput=${set('name')} /></label>`}
            <label><span>What: the path of an object, an instance or a resource</span>
                <input value=${fields.path} required placeholder="/3/0/9" autocomplete="off" onInput=${set('path')} /></label>
            ${attributes.map(([name, title]) => html`<label><span>${title}</span>
                <input type="number" min="0" value=${fields[name] || ''} onInput=${set(name)} /></label>`)}
            <div class="row end"><button type="button" onClick=${close}>Cancel</button>
                <button class="main" type="submit" disabled=${busy}>Observe</button></div>
        </form>
    <//>`;
}

const argumentsOf = (request) => Object.entries(request.attributes || {}).map(([name, value]) => `${name} ${value}`).join(', ');

function Where({ wish }) {
    const [, title] = scopes.find(([id]) => id === wish.scope);
    if (wish.scope === 'endpoint') {
        return html`<a href=${to('clients', wish.name)}>${wish.name}</a>`;
    }
    return wish.scope === 'all' ? title : html`<span class="weak">${wish.scope}</span> ${wish.scope === 'group'
        ? html`<a href=${to('accounts', 'groups', wish.name)}>${wish.name}</a>` : wish.name}`;
}

const kindOf = (wish) => (wish.devices === 0 ? 'plain' : wish.inForce === wish.devices ? 'good' : 'warn');

export function Wishes({ session }) {
    const [wanted, setWanted] = useState(100);
    const [dialog, setDialog] = useState(null);
    const list = useLoad(() => listWishes(wanted), [wanted]);
    const now = useClock(5);
    const close = () => setDialog(null);
    const may = session.role !== 'viewer';
    useEffect(() => { list.reload(); }, [now]);
    const { wishes, more } = list.data || { wishes: [], more: false };
    return html`<main>
        <div class="row"><h1>Wished observations</h1><span class="grow"></span>
            <button class="main" disabled=${!may} onClick=${() => setDialog({ add: true })}>Observe …</button></div>
        <p class="weak">An observation ends with the registration of its device. What is wished is observed again each time.</p>
        <${Problem} error=${list.error} retry=${list.reload} />
        ${list.data && wishes.length === 0 && html`<${Empty}>Nothing is wished.<//>`}
        ${wishes.length > 0 && html`<div class="scroll"><table class="plain">
            <thead><tr><th>Where</th><th>What</th><th>In force</th><th>Since</th><th></th></tr></thead>
            <tbody>${wishes.map((wish) => html`<tr key=${wish.id}>
                <td><${Where} wish=${wish} /></td>
                <td><code>${wish.request.path || (wish.request.paths || []).join(' ')}</code> <span class="weak">${argumentsOf(wish.request)}</span></td>
                <td><${Badge} kind=${kindOf(wish)} title="registered devices at which it is observed">${`${wish.inForce} of ${wish.devices}`}<//></td>
                <td class="mono">${moment(wish.created)}</td>
                <td><div class="row end"><button class="small danger" disabled=${!may} onClick=${() => setDialog({ remove: wish })}>Remove</button></div></td>
            </tr>`)}</tbody></table></div>`}
        ${more && html`<div><button onClick=${() => setWanted(wanted + 100)}>More</button></div>`}
        ${dialog && dialog.add && html`<${Add} close=${close} added=${list.reload} />`}
        ${dialog && dialog.remove && html`<${Confirm} title="Remove the wish for ${dialog.remove.request.path || 'several paths'}" word="Remove" close=${close}
            text="It is no longer observed, unless another wish has it too." action=${async () => { await removeWish(dialog.remove); list.reload(); }} />`}
    </main>`;
}
