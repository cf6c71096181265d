/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware images, and the campaigns that bring them to devices. */
import { html, useState, useEffect, useCallback } from './lib.js';
import { Action, Badge, Confirm, Dialog, Empty, Problem, Tabs, attempt, notify } from './parts.js';
import { useEvents } from './events.js';
import { useLoad, to } from './hooks.js';
import { changeCampaign, createCampaign, deleteCampaign, deleteImage, getCampaign, getImage, listCampaignDevices, listCampaigns,
    listImages, uploadImage } from './model.js';
import { ago, count, size } from './words.js';

const kinds = { draft: 'plain', running: 'good', paused: 'warn', stopped: 'bad', finished: 'plain', cancelled: 'plain' };
const parts = [['done', 'good', 'updated'], ['skipped', 'plain', 'skipped'], ['failed', 'bad', 'failed'], ['updating', 'warn', 'updating'],
    ['waiting', '', 'waiting']];
const may = (session, role) => session.role === 'administrator' || session.role === role;

/** How far a campaign is, as a bar and in words. */
function Progress({ campaign }) {
    const { counts, devices } = campaign;
    const words = parts.filter(([name]) => counts[name] > 0).map(([name, , word]) => `${counts[name].toLocaleString()} ${word}`).join(', ');
    return html`<div class="shares" role="img" aria-label=${words || 'no devices'}>
        ${devices > 0 && parts.map(([name, kind]) => counts[name] > 0 && html`<span class="share ${kind}" style=${{ flexGrow: counts[name] }}></span>`)}
    </div><small class="weak">${words || 'no devices'}</small>`;
}

/* ---- images ---------------------------------------------------------------------------------- */

function Upload({ most, close, done }) {
    const [file, setFile] = useState(null);
    const [name, setName] = useState('');
    const [version, setVersion] = useState('');
    const [model, setModel] = useState('');
    const [part, setPart] = useState(null);
    const [error, setError] = useState(null);
    const choose = (event) => {
        const chosen = event.target.files[0];
        setFile(chosen);
        setError(null);
        setName(chosen ? chosen.name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^\.+/, '').slice(0, 100) : '');
    };
    const send = async (event) => {
        event.preventDefault();
        setError(null);
        setPart(0);
        try {
            const there = await getImage(name).catch((problem) => problem.status === 404 ? null : Promise.reject(problem));
            await uploadImage(name, file, { version, model, etag: there && there.etag }, setPart);
            notify(`${name} is uploaded`);
            done();
            close();
        } catch (problem) {
            setError(problem);
        }
        setPart(null);
    };
    const long = file && most && file.size > most;
    return html`<${Dialog} title="Upload an image" close=${close}>
        <form class="stack" onSubmit=${send}>
            <label><span>File</span><input type="file" required disabled=${part !== null} onChange=${choose} /></label>
            ${long && html`<p class="problem" role="alert">It has ${size(file.size)}; this server takes ${size(most)} (--image-max).</p>`}
            <label><span>Name: letters, digits, dots, dashes and _. An image of the same name is replaced</span>
                <input value=${name} required maxlength="100" pattern="[A-Za-z0-9_\\-][A-Za-z0-9._\\-]*" onInput=${(event) => setName(event.target.value)} /></label>
            <label><span>Version that a device reports with it</span>
                <input value=${version} maxlength="100" onInput=${(event) => setVersion(event.target.value)} /></label>
            <label><span>Model number that it is for; empty: any</span>
                <input value=${model} maxlength="256" onInput=${(event) => setModel(event.target.value)} /></label>
            ${part !== null && html`<progress max="1" value=${part} aria-label="Uploaded"></progress>
                <span class="weak" role="status">${part < 1 ? `${Math.floor(part * 100)} %` : 'The server writes it to its disk …'}</span>`}
            <${Problem} error=${error} />
            <div class="row end"><button type="button" onClick=${close}>Cancel</button>
                <button class="main" type="submit" disabled=${!file || long || part !== null}>Upload</button></div>
        </form>
    <//>`;
}

function Images({ images, session, start, reload }) {
    const [dialog, setDialog] = useState(null);
    const close = () => setDialog(null);
    const administrator = may(session, 'administrator');
    const list = images.data ? images.data.images : [];
    return html`<section class="stack" aria-label="Images">
        <div class="row"><h2>Images</h2><span class="grow"></span>
            <button disabled=${!administrator || !images.data} onClick=${() => setDialog({ upload: true })}>Upload …</button></div>
        <${Problem} error=${images.error} retry=${reload} />
        ${images.data && list.length === 0 && html`<${Empty}>There is no image yet.<//>`}
        ${list.length > 0 && html`<div class="scroll"><table class="plain">
            <thead><tr><th>Name</th><th>Version</th><th>Model</th><th>Size</th><th>Uploaded</th><th></th></tr></thead>
            <tbody>${list.map((image) => html`<tr key=${image.name}>
                <td>${image.name}</td><td>${image.version || html`<span class="weak">not said</span>`}</td><td>${image.model || 'any'}</td>
                <td title="SHA-256 ${image.sha256 || 'is being computed'}">${size(image.size)}</td>
                <td title=${image.created}>${ago(image.created)}${image.who ? ` by ${image.who}` : ''}</td>
                <td><div class="row end"><button class="small" disabled=${!may(session, 'operator') || !image.sha256}
                        aria-label="Campaign with ${image.name}" onClick=${() => start(image)}>Campaign …</button>
                    <button class="small danger" disabled=${!administrator} aria-label="Remove ${image.name}"
                        onClick=${() => setDialog({ remove: image })}>Remove</button></div></td>
            </tr>`)}</tbody></table></div>`}
        ${dialog && dialog.upload && html`<${Upload} most=${images.data.sizeMax} close=${close} done=${reload} />`}
        ${dialog && dialog.remove && html`<${Confirm} title="Remove ${dialog.remove.name}" word="Remove" close=${close}
            text="Devices cannot fetch it any more." action=${async () => { await deleteImage(dialog.remove.name); reload(); }} />`}
    </section>`;
}

/* ---- a new campaign -------------------------------------------------------------------------- */

const scopes = [['all', 'All devices'], ['group', 'A group'], ['model', 'A model'], ['endpoint', 'Devices by name']];

const time = (text) => text ? new Date(text).toISOString() : undefined;

function New({ image, close }) {
    const [form, setForm] = useState({ version: image.version, versionPath: '/3/0/3', scope: 'all', name: '', endpoints: '', mode: 'pull',
        parallel: '10', stop: '10%', notBefore: '', expires: '', uri: '' });
    const [error, setError] = useState(null);
    const set = (name) => (event) => setForm((before) => ({ ...before, [name]: event.target.value }));
    const named = form.scope === 'group' || form.scope === 'model';
    const prepare = async (event) => {
        event.preventDefault();
        setError(null);
        const stop = form.stop.trim();
        try {
            const made = await createCampaign({
                image: image.name, version: form.version, versionPath: form.versionPath, scope: form.scope, mode: form.mode,
                name: named ? form.name : undefined,
                endpoints: form.scope === 'endpoint' ? form.endpoints.split(/\r?\n/).map((one) => one.trim()).filter(Boolean) : undefined,
                parallel: Number(form.parallel), stopAfter: /^[0-9]+$/.test(stop) ? Number(stop) : stop,
                notBefore: time(form.notBefore), expires: time(form.expires), uri: form.uri || undefined, draft: true,
            });
            close();
            location.hash = to('firmware', made.id);
        } catch (problem) {
            setError(problem);
        }
    };
    return html`<${Dialog} title="New campaign with ${image.name}" close=${close}>
        <form class="stack" onSubmit=${prepare}>
            <label><span>Devices</span><select name="scope" value=${form.scope} onChange=${set('scope')}>
                ${scopes.map(([id, title]) => html`<option value=${id}>${title}</option>`)}</select></label>
            ${named && html`<label><span>${form.scope === 'group' ? 'Name of the group' : 'Model number, as resource /3/0/1 reports it'}</span>
                <input name="name" required value=${form.name} onInput=${set('name')} /></label>`}
            ${form.scope === 'endpoint' && html`<label><span>Endpoints, one on each line</span>
                <textarea name="endpoints" rows="5" required value=${form.endpoints} onInput=${set('endpoints')}></textarea></label>`}
            <label><span>Version that a device must report afterwards</span>
                <input name="version" required maxlength="100" value=${form.version} onInput=${set('version')} /></label>
            <div class="row">
                <label><span>reported in</span><select value=${form.versionPath} onChange=${set('versionPath')}>
                    <option value="/3/0/3">/3/0/3 Firmware Version</option><option value="/5/0/7">/5/0/7 PkgVersion</option></select></label>
                <label><span>The device gets it by</span><select name="mode" value=${form.mode} onChange=${set('mode')}>
                    <option value="pull">pull: it fetches the image</option><option value="push">push: the server sends it</option></select></label>
            </div>
            <div class="row">
                <label><span>At once</span><input name="parallel" type="number" min="1" max="1000" required value=${form.parallel} onInput=${set('parallel')} /></label>
                <label><span>Stop after failures: a number, or per cent; 0: never</span>
                    <input name="stop" required pattern="[0-9]+%?" value=${form.stop} onInput=${set('stop')} /></label>
            </div>
            <details><summary>Times, and another address</summary><div class="stack">
                <label><span>Not before</span><input type="datetime-local" value=${form.notBefore} onInput=${set('notBefore')} /></label>
                <label><span>Expires</span><input type="datetime-local" value=${form.expires} onInput=${set('expires')} /></label>
                ${form.mode === 'pull' && html`<label><span>URI of the directory of images, if devices cannot reach the address that the server listens at</span>
                    <input placeholder="coap://192.0.2.1:5683/files" value=${form.uri} onInput=${set('uri')} /></label>`}
            </div></details>
            <${Problem} error=${error} />
            <div class="row end"><button type="button" onClick=${close}>Cancel</button>
                <button class="main" type="submit">Count the devices</button></div>
        </form>
    <//>`;
}

/* ---- the lists ------------------------------------------------------------------------------- */

/** Loads again when something of a campaign, or of this one, was told. */
function useCampaigns(load, id) {
    const loaded = useLoad(load, [id]);
    useEvents((event) => {
        if (event.kind === 'reset' || (event.kind === 'campaign' && (!id || event.campaign === id))) {
            loaded.reload();
        }
    }, [id, loaded.reload]);
    return loaded;
}

export function Firmware({ session }) {
    const images = useLoad(listImages, []);
    const campaigns = useCampaigns(() => listCampaigns({ limit: 100 }));
    const [image, setImage] = useState(null);
    const list = campaigns.data ? campaigns.data.campaigns : [];
    if (images.error && images.error.body && images.error.body.reason === 'no-files') {
        return html`<main><h1>Firmware</h1><${Empty}>This server has no directory for images: start it with <code>--files DIR</code>.<//></main>`;
    }
    return html`<main><h1>Firmware</h1>
        <section class="stack" aria-label="Campaigns"><h2>Campaigns</h2>
            <${Problem} error=${campaigns.error} retry=${campaigns.reload} />
            ${campaigns.data && list.length === 0 && html`<${Empty}>There is no campaign yet. Upload an image, and press <em>Campaign …</em> beside it.<//>`}
            ${list.length > 0 && html`<div class="scroll"><table class="plain">
                <thead><tr><th>Campaign</th><th>State</th><th>Devices</th><th>Progress</th></tr></thead>
                <tbody>${list.map((one) => html`<tr key=${one.id}>
                    <td><a href=${to('firmware', one.id)}>${one.image} ${one.request.version}</a><br /><small class="weak" title=${one.created}>${ago(one.created)}${
                        one.who ? ` by ${one.who}` : ''}</small></td>
                    <td><${Badge} kind=${kinds[one.state]} title=${one.reason}>${one.state}<//></td>
                    <td>${one.devices.toLocaleString()}</td>
                    <td class="progress-cell"><${Progress} campaign=${one} /></td>
                </tr>`)}</tbody></table></div>`}
        </section>
        <${Images} images=${images} session=${session} start=${setImage} reload=${images.reload} />
        ${image && html`<${New} image=${image} close=${() => setImage(null)} />`}
    </main>`;
}

/* ---- one campaign ---------------------------------------------------------------------------- */

function Devices({ id, state, stamp }) {
    const [devices, setDevices] = useState([]);
    const [next, setNext] = useState(null);
    const [error, setError] = useState(null);
    const load = useCallback((after) => listCampaignDevices(id, { state, after, limit: 100 }).then((answer) => {
        setDevices((before) => after ? [...before, ...answer.devices] : answer.devices);
        setNext(answer.next);
        setError(null);
    }, setError), [id, state]);
    useEffect(() => { load(); }, [load, stamp]);
    return html`<div role="tabpanel" aria-labelledby="tab-${state}">
        <${Problem} error=${error} retry=${() => load()} />
        ${devices.length === 0 && !next && !error && html`<${Empty}>No device is ${state}.<//>`}
        ${devices.length > 0 && html`<div class="scroll"><table class="plain">
            <thead><tr><th>Device</th><th>${state === 'failed' || state === 'skipped' ? 'Why' : 'Step'}</th><th>Attempts</th><th>Changed</th></tr></thead>
            <tbody>${devices.map((one) => html`<tr key=${one.endpoint}>
                <td><a href=${to('clients', one.endpoint)}>${one.endpoint}</a></td>
                <td>${one.text || one.step}${one.result > 1 ? html` <span class="weak">(result ${one.result})</span>` : ''}</td>
                <td>${one.attempts}</td><td title=${one.changed}>${one.changed ? ago(one.changed) : ''}</td>
            </tr>`)}</tbody></table></div>`}
        ${next && html`<div><button onClick=${() => load(next)}>More</button></div>`}
    </div>`;
}

const named = { all: () => 'all devices', group: (one) => `group ${one.name}`, model: (one) => `model ${one.name}`, endpoint: () => 'devices by name' };

function Buttons({ campaign, session, reload }) {
    const [asking, setAsking] = useState(null);
    const { id, state } = campaign;
    const allowed = may(session, 'operator');
    const change = (word) => async () => { await changeCampaign(id, word); await reload(); };
    const drop = async () => {
        await changeCampaign(id, 'cancel');
        if (state === 'draft') {
            await attempt(() => deleteCampaign(id));
            location.hash = to('firmware');
        } else {
            await reload();
        }
    };
    const ended = state === 'finished' || state === 'cancelled';
    return html`
        ${state === 'draft' && html`<${Action} kind="main" disabled=${!allowed || !campaign.complete} action=${change('start')}>Start<//>`}
        ${(state === 'paused' || state === 'stopped') && html`<${Action} kind="main" disabled=${!allowed} action=${change('start')}>Resume<//>`}
        ${state === 'running' && html`<${Action} disabled=${!allowed} action=${change('pause')}>Pause<//>`}
        ${!ended && html`<button class="danger" disabled=${!allowed} onClick=${() => setAsking('cancel')}>${state === 'draft' ? 'Discard' : 'Cancel'}</button>`}
        ${ended && html`<button class="danger" disabled=${!may(session, 'administrator')} onClick=${() => setAsking('remove')}>Remove</button>`}
        ${asking === 'cancel' && html`<${Confirm} title=${state === 'draft' ? 'Discard the draft' : 'Cancel the campaign'} word=${state === 'draft' ? 'Discard' : 'Cancel the campaign'}
            close=${() => setAsking(null)} text="No more devices are updated by it. Updates that are in progress go on." action=${drop} />`}
        ${asking === 'remove' && html`<${Confirm} title="Remove the campaign" word="Remove" close=${() => setAsking(null)}
            text="What has become of its devices is forgotten." action=${async () => { await deleteCampaign(id); location.hash = to('firmware'); }} />`}`;
}

export function CampaignView({ id, session }) {
    const loaded = useCampaigns(() => getCampaign(id), id);
    const [tab, setTab] = useState(null);
    const campaign = loaded.data;
    if (!campaign) {
        return html`<main><h1>Campaign</h1><${Problem} error=${loaded.error} retry=${loaded.reload} /></main>`;
    }
    const { counts, request } = campaign;
    const chosen = tab || (counts.failed > 0 ? 'failed' : counts.updating > 0 ? 'updating' : 'waiting');
    const tabs = parts.map(([name, , word]) => ({ id: name, title: `${counts[name].toLocaleString()} ${word}` }));
    return html`<main>
        <div class="row"><a href=${to('firmware')}>Firmware</a><h1>${campaign.image} ${request.version}</h1>
            <${Badge} kind=${kinds[campaign.state]}>${campaign.state}<//><span class="grow"></span>
            <${Buttons} campaign=${campaign} session=${session} reload=${loaded.reload} /></div>
        <${Problem} error=${loaded.error} retry=${loaded.reload} />
        ${campaign.reason && html`<p class="problem" role="alert">Stopped: ${campaign.reason}.</p>`}
        <div class="sheet-box stack">
            <p class="reach" role="status">${campaign.state === 'draft' ? 'It will reach ' : ''}${count(campaign.devices, 'device')}${
                campaign.complete ? '' : ' so far …'}</p>
            <${Progress} campaign=${campaign} />
            <dl class="facts">
                <div><dt>For</dt><dd>${named[request.scope](request)}</dd></div>
                <div><dt>By</dt><dd>${request.mode || 'pull'}</dd></div>
                <div><dt>At once</dt><dd>${request.parallel || 10}</dd></div>
                <div><dt>Stops after failures</dt><dd>${request.stopAfter === 0 ? 'never' : request.stopAfter || '10%'}</dd></div>
                ${request.notBefore && html`<div><dt>Not before</dt><dd>${new Date(request.notBefore).toLocaleString()}</dd></div>`}
                ${request.expires && html`<div><dt>Expires</dt><dd>${new Date(request.expires).toLocaleString()}</dd></div>`}
                ${request.uri && html`<div><dt>Address</dt><dd>${request.uri}</dd></div>`}
            </dl>
        </div>
        <${Tabs} label="Devices" tabs=${tabs} chosen=${chosen} choose=${setTab} />
        <${Devices} key=${chosen} id=${id} state=${chosen} stamp=${JSON.stringify(counts)} />
    </main>`;
}
