/* SPDX-License-Identifier: Apache-2.0 */
/* The page: who is logged in, which program it belongs to, which view is shown. */
import { html, render, useState, useEffect, useCallback } from './lib.js';
import { get, onLoggedOut, post, remove } from './api.js';
import { useRoute, to } from './hooks.js';
import { useStreamState } from './events.js';
import { Action, Empty, Notices, Problem } from './parts.js';
import { Fleet } from './fleet.js';
import { DeviceView } from './device.js';
import { Document, Documents } from './accounts.js';
import { Bootstraps } from './bootstraps.js';
import { Events } from './timeline.js';
import { CampaignView, Firmware } from './firmware.js';
import { Model, Models } from './models.js';
import { Users } from './users.js';
import { Wishes } from './wishes.js';
import { Audit } from './audit.js';
import { Health } from './health.js';

const views = {
    'loom-server': [['clients', 'Clients'], ['firmware', 'Firmware'], ['accounts', 'Accounts'], ['wishes', 'Wishes'], ['events', 'Events'], ['models', 'Models'], ['health', 'Health'], ['users', 'Users'], ['audit', 'Audit']],
    'loom-bootstrap-server': [['accounts', 'Accounts'], ['bootstraps', 'Bootstraps'], ['events', 'Events'], ['models', 'Models'], ['health', 'Health'], ['users', 'Users'], ['audit', 'Audit']],
};

function View({ route, session }) {
    const [name, ...rest] = route.path;
    switch (name) {
    case 'clients':
        return rest.length > 0 ? html`<${DeviceView} key=${rest[0]} endpoint=${rest[0]} query=${route.query} />`
            : html`<${Fleet} query=${route.query} />`;
    case 'accounts':
        return rest.length > 1 ? html`<${Document} key=${rest.join('/')} kind=${rest[0]} name=${rest[1]} program=${session.program} />`
            : html`<${Documents} key=${rest[0]} kind=${rest[0]} query=${route.query} program=${session.program} />`;
    case 'wishes':
        return html`<${Wishes} session=${session} />`;
    case 'bootstraps':
        return html`<${Bootstraps} />`;
    case 'firmware':
        return rest.length > 0 ? html`<${CampaignView} key=${rest[0]} id=${rest[0]} session=${session} />`
            : html`<${Firmware} session=${session} />`;
    case 'events':
        return html`<${Events} program=${session.program} />`;
    case 'models':
        return rest.length > 0 ? html`<${Model} id=${rest[0]} version=${rest[1]} />` : html`<${Models} query=${route.query} />`;
    case 'health':
        return html`<${Health} session=${session} />`;
    case 'audit':
        return html`<${Audit} query=${route.query} />`;
    case 'users':
        return html`<${Users} session=${session} />`;
    default:
        return html`<main><${Empty}>There is no such view. <a href=${to(views[session.program][0][0])}>Go to the first one.</a><//></main>`;
    }
}

function Login({ done }) {
    const [name, setName] = useState('');
    const [password, setPassword] = useState('');
    const [error, setError] = useState(null);
    const [busy, setBusy] = useState(false);
    const login = async (event) => {
        event.preventDefault();
        setBusy(true);
        setError(null);
        try {
            await post('/v1/session', { name, password });
            await done();
        } catch (problem) {
            setError(problem);
        }
        setBusy(false);
    };
    return html`<main><div class="login sheet-box">
        <form onSubmit=${login}>
            <h1>Log in to Loom</h1>
            <${Problem} error=${error} />
            <label><span>Name</span><input name="name" autocomplete="username" autofocus required value=${name}
                onInput=${(event) => setName(event.target.value)} /></label>
            <label><span>Password</span><input name="password" type="password" autocomplete="current-password" required value=${password}
                onInput=${(event) => setPassword(event.target.value)} /></label>
            <button class="main" type="submit" disabled=${busy}>Log in</button>
        </form>
    </div></main>`;
}

function Live() {
    const state = useStreamState();
    const words = { live: 'live', waiting: 'connecting …', closed: 'paused' };
    return html`<span class="live live-${state}" role="status">${words[state]}</span>`;
}

function Top({ session, route, logout }) {
    const list = views[session.program].filter(([id]) => id !== 'audit' || session.role === 'administrator');
    return html`<header class="top">
        <a class="name" href=${to(list[0][0])}><img src="icon.svg" alt="" />${session.program === 'loom-server' ? 'LwM2M server' : 'Bootstrap server'}</a>
        <nav aria-label="Views">${list.map(([id, title]) => html`<a href=${to(id)}
            aria-current=${route.path[0] === id ? 'page' : undefined}>${title}</a>`)}</nav>
        <span class="who"><${Live} />
            ${session.user && html`<span title="role: ${session.role}">${session.user}</span>
                <${Action} kind="small" action=${logout}>Log out<//>`}</span>
    </header>`;
}

function Page() {
    const route = useRoute();
    const [session, setSession] = useState(null);
    const [error, setError] = useState(null);
    const load = useCallback(() => get('/v1/session').then((answer) => {
        setSession(answer.body);
        setError(null);
    }, (problem) => {
        setSession(null);
        setError(problem);
    }), []);
    useEffect(() => { load(); return onLoggedOut(() => setSession(null)); }, []);
    useEffect(() => {
        if (session && route.path.length === 0) {
            location.replace(to(views[session.program][0][0]));
        }
        document.title = [route.path[1] || route.path[0], 'Loom'].filter(Boolean).join(' · ');
    }, [session, route]);
    if (!session) {
        const view = !error ? '' : error.status === 401 ? html`<${Login} done=${load} />`
            : html`<main><${Problem} error=${error} retry=${load} /></main>`;
        return html`${view}<${Notices} />`;
    }
    const logout = async () => {
        await remove('/v1/session');
        await load();
    };
    return html`<${Top} session=${session} route=${route} logout=${logout} />
        <${View} route=${route} session=${session} /><${Notices} />`;
}

render(html`<${Page} />`, document.getElementById('page'));
