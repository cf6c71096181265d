/* SPDX-License-Identifier: Apache-2.0 */
/* Who may log in, and as what; for administrators. */
import { html, useState } from './lib.js';
import { Action, Badge, Confirm, Dialog, Empty, Problem, attempt } from './parts.js';
import { useLoad } from './hooks.js';
import { deleteUser, listUsers, saveUser } from './model.js';
import { Tokens } from './tokens.js';

const roles = [['viewer', 'Viewer: looks'], ['operator', 'Operator: manages devices'],
    ['administrator', 'Administrator: manages users, too']];

function Edit({ user, close, saved }) {
    const [name, setName] = useState(user ? user.name : '');
    const [role, setRole] = useState(user ? user.role : 'operator');
    const [password, setPassword] = useState('');
    const save = async (event) => {
        event.preventDefault();
        if (await attempt(() => saveUser(name, { role, password: password || undefined }), `${name} is saved`)) {
            close();
            saved();
        }
    };
    return html`<${Dialog} title=${user ? `Change ${user.name}` : 'Add a user'} close=${close}>
        <form class="stack" onSubmit=${save}>
            <label><span>Name</span><input value=${name} required disabled=${!!user} autocomplete="off"
                onInput=${(event) => setName(event.target.value)} /></label>
            <label><span>Role</span><select value=${role} onChange=${(event) => setRole(event.target.value)}>
                ${roles.map(([id, title]) => html`<option value=${id}>${title}</option>`)}</select></label>
            <label><span>${user ? 'New password; empty: it stays. It ends all sessions of this user' : 'Password'}</span>
                <input type="password" autocomplete="new-password" required=${!user} value=${password}
                    onInput=${(event) => setPassword(event.target.value)} /></label>
            <div class="row end"><button type="button" onClick=${close}>Cancel</button>
                <button class="main" type="submit">Save</button></div>
        </form>
    <//>`;
}

export function Users({ session }) {
    const list = useLoad(listUsers, []);
    const [dialog, setDialog] = useState(null);
    const close = () => setDialog(null);
    return html`<main>
        <div class="row"><h1>Users</h1><span class="grow"></span>
            <button class="main" disabled=${session.role !== 'administrator'} onClick=${() => setDialog({ edit: null })}>Add a user</button></div>
        ${!session.user && html`<p class="sheet-box">Nobody is configured yet, so the page is open to this machine alone. With the first
            user everybody has to log in; make that one an administrator.</p>`}
        <${Problem} error=${list.error} retry=${list.reload} />
        ${list.data && (list.data.length === 0 ? html`<${Empty}>There are no users.<//>` : html`<div class="scroll"><table class="plain">
            <thead><tr><th>Name</th><th>Role</th><th></th></tr></thead>
            <tbody>${list.data.map((user) => html`<tr key=${user.name}>
                <td>${user.name}${user.name === session.user ? html` <span class="weak">(you)</span>` : ''}</td>
                <td><${Badge}>${user.role}<//></td>
                <td><div class="row end"><button class="small" onClick=${() => setDialog({ edit: user })}>Change</button>
                    <button class="small danger" onClick=${() => setDialog({ remove: user })}>Remove</button></div></td>
            </tr>`)}</tbody></table></div>`)}
        ${session.user && html`<${Tokens} session=${session} />`}
        ${dialog && 'edit' in dialog && html`<${Edit} user=${dialog.edit} close=${close} saved=${list.reload} />`}
        ${dialog && dialog.remove && html`<${Confirm} title="Remove ${dialog.remove.name}" word="Remove" close=${close}
            text="The sessions and tokens of this user end at once." action=${async () => { await deleteUser(dialog.remove.name); list.reload(); }} />`}
    </main>`;
}
