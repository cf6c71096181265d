/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens: how a script logs in. */
import { html, useState } from './lib.js';
import { Badge, Confirm, Dialog, Empty, Problem, notify } from './parts.js';
import { useLoad } from './hooks.js';
import { createToken, deleteToken, listTokens } from './model.js';
import { ago } from './words.js';

const roles = ['viewer', 'operator', 'administrator'];

function Make({ session, close, made }) {
    const [name, setName] = useState('');
    const [role, setRole] = useState('viewer');
    const [days, setDays] = useState('90');
    const [token, setToken] = useState(null);
    const make = async (event) => {
        event.preventDefault();
        try {
            const expires = days === '' ? undefined : new Date(Date.now() + Number(days) * 86400000).toISOString();
            setToken((await createToken({ name, role, expires })).token);
            made();
        } catch (error) {
            notify(error.message, 'bad');
        }
    };
    const few = roles.slice(0, roles.indexOf(session.role) + 1);
    return html`<${Dialog} title="Make a token" close=${close}>
        ${token ? html`<p>Copy it now; it is never shown again.</p><pre class="mono secret">${token}</pre>
            <p class="weak">A script sends it as <code>Authorization: Bearer …</code></p>
            <div class="row end"><button class="main" onClick=${close}>Done</button></div>`
        : html`<form class="stack" onSubmit=${make}>
            <label><span>What it is for</span><input value=${name} required maxlength="64" onInput=${(event) => setName(event.target.value)} /></label>
            <label><span>Role</span><select value=${role} onChange=${(event) => setRole(event.target.value)}>
                ${few.map((one) => html`<option value=${one}>${one}</option>`)}</select></label>
            <label><span>Days until it expires; empty: never</span>
                <input value=${days} inputmode="numeric" pattern="[0-9]{0,5}" onInput=${(event) => setDays(event.target.value)} /></label>
            <div class="row end"><button type="button" onClick=${close}>Cancel</button>
                <button class="main" type="submit">Make</button></div>
        </form>`}
    <//>`;
}

export function Tokens({ session }) {
    const list = useLoad(listTokens, []);
    const [dialog, setDialog] = useState(null);
    const close = () => setDialog(null);
    return html`<section class="stack">
        <div class="row"><h2>Tokens</h2><span class="grow"></span>
            <button onClick=${() => setDialog({ make: true })}>Make a token</button></div>
        <${Problem} error=${list.error} retry=${list.reload} />
        ${list.data && (list.data.length === 0 ? html`<${Empty}>There are no tokens. A script logs in with one.<//>`
        : html`<div class="scroll"><table class="plain">
            <thead><tr><th>For</th><th>User</th><th>Role</th><th>Last used</th><th>Expires</th><th></th></tr></thead>
            <tbody>${list.data.map((token) => html`<tr key=${token.id}>
                <td>${token.name}</td><td>${token.user}</td><td><${Badge}>${token.role}<//></td>
                <td title=${token.lastUsed}>${token.lastUsed ? ago(token.lastUsed) : 'never'}</td>
                <td title=${token.expires}>${token.expires ? ago(token.expires) : 'never'}</td>
                <td><div class="row end"><button class="small danger" onClick=${() => setDialog({ remove: token })}>Revoke</button></div></td>
            </tr>`)}</tbody></table></div>`)}
        ${dialog && dialog.make && html`<${Make} session=${session} close=${close} made=${list.reload} />`}
        ${dialog && dialog.remove && html`<${Confirm} title="Revoke ${dialog.remove.name}" word="Revoke" close=${close}
            text="Scripts that use it are refused at once." action=${async () => { await deleteToken(dialog.remove.id); list.reload(); }} />`}
    </section>`;
}
