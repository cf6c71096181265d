/* SPDX-License-Identifier: Apache-2.0 */
/* What the views ask of the server. */
import { at, get, post, put, remove, upload } from './api.js';

const body = (answer) => answer.body;

/* ---- clients --------------------------------------------------------------------------------- */

export const listClients = ({ search, state, sort, offset, limit }) =>
    get('/v1/clients', { query: { search, state, sort, offset, limit } }).then(body);

export const getClient = (endpoint) => get(at`/v1/clients/${endpoint}`).then(body);

export const getModels = (endpoint) =>
    get(at`/v1/clients/${endpoint}/models`).then((answer) => answer.body.models);

/** The numbers of a resource between two moments, as [seconds since 1970, number]. */
export const getHistory = (endpoint, path, from, to) =>
    get(at`/v1/clients/${endpoint}/history`, { query: { path, from: from.toISOString(), to: to.toISOString() } })
        .then((answer) => answer.body.points.map((point) => [Date.parse(point.time) / 1000, point.value]));

export const getTrace = (endpoint) => get(at`/v1/clients/${endpoint}/trace`).then(body);

export const beginTrace = (endpoint) => post(at`/v1/clients/${endpoint}/trace`, { seconds: 600 }).then(body);

export const endTrace = (endpoint) => remove(at`/v1/clients/${endpoint}/trace`).then(body);

export const traceStream = (endpoint) => new EventSource(at`/v1/clients/${endpoint}/trace`);

export const getValues = (endpoint) =>
    get(at`/v1/clients/${endpoint}/values`).then((answer) => answer.body.values);

/* ---- commands -------------------------------------------------------------------------------- */

/* A command with the members of its request and its result beside its own. */
const flat = ({ request, result, ...rest }) => ({ ...request, ...result, ...rest });

/** Gives a command and waits for its end, ten seconds at most. */
export const command = (endpoint, request) =>
    post(at`/v1/clients/${endpoint}/commands`, request, { query: { wait: 10 } })
        .then((answer) => flat(answer.body));

export const listCommands = (endpoint, before) =>
    get(at`/v1/clients/${endpoint}/commands`, { query: { before } }).then((answer) => ({
        commands: answer.body.commands.map(flat), next: answer.body.next }));

export const cancelCommand = (one) => remove(at`/v1/commands/${one.id}`).then(body);

/* ---- observations ---------------------------------------------------------------------------- */

export const listObservations = (endpoint) =>
    get(at`/v1/clients/${endpoint}/observations`).then((answer) => answer.body.observations);

export const observe = (endpoint, path) => command(endpoint, { operation: 'observe', path });

export const unobserve = (endpoint, observation) =>
    remove(at`/v1/clients/${endpoint}/observations/${observation.ticket}`);

/* ---- wishes ---------------------------------------------------------------------------------- */

/** The first ones, as many as are wanted. */
export async function listWishes(wanted) {
    let wishes = [];
    let next;
    do {
        const { body: page } = await get('/v1/wishes', { query: { after: next, limit: Math.min(wanted - wishes.length, 1000) } });
        wishes = [...wishes, ...page.wishes];
        next = page.next;
    } while (next !== null && wishes.length < wanted);
    return { wishes, more: next !== null };
}

export const addWish = (wish) => post('/v1/wishes', wish).then(body);

export const removeWish = (wish) => remove(at`/v1/wishes/${wish.id}`);

/* ---- events ---------------------------------------------------------------------------------- */

export const listEvents = ({ endpoint, kind, before, limit }) =>
    get('/v1/events', { query: { endpoint, kind, before, limit } }).then((answer) => ({
        events: answer.body.events.map((event) => ({ ...event, kind: event.event })),
        next: answer.body.next,
    }));

/* ---- accounts -------------------------------------------------------------------------------- */

export const listDocuments = (kind, query) => get(`/v1/${kind}`, { query }).then(({ body: page }) =>
    ({ entries: page[kind], total: page.total, next: page.next }));

export const getDocument = (kind, name, whole) => get(`/v1/${kind}/${encodeURIComponent(name)}`, { query: { whole: whole ? 1 : undefined } });

export const saveDocument = (kind, name, document, etag) => put(`/v1/${kind}/${encodeURIComponent(name)}`, document, { etag });

export const checkDocument = (kind, name, document) =>
    put(`/v1/${kind}/${encodeURIComponent(name)}`, document, { query: { dryRun: 1 } });

export const deleteDocument = (kind, name, etag) => remove(`/v1/${kind}/${encodeURIComponent(name)}`, { etag });

export const importDocuments = (text, query) =>
    post('/v1/import', text, { query, type: query.format === 'csv' ? 'text/csv' : 'application/x-ndjson' }).then(body);

/* ---- bootstraps ------------------------------------------------------------------------------ */

export const listBootstraps = () => get('/v1/bootstraps').then(body);

export const startBootstrap = (endpoint) => post('/v1/bootstraps', { endpoint }).then(body);

/* ---- models ---------------------------------------------------------------------------------- */

export const listModels = (query) => get('/v1/models', { query }).then(body);

export const getModel = (id, version) => get(at`/v1/models/${id}`, { query: { version } }).then(body);

/* ---- firmware -------------------------------------------------------------------------------- */

export const listImages = () => get('/v1/images').then(body);

export const getImage = (name) => get(at`/v1/images/${name}`);

export const uploadImage = (name, file, { version, model, etag }, progress) =>
    upload(at`/v1/images/${name}`, file, { query: { version, model }, etag }, progress);

export const deleteImage = (name) => remove(at`/v1/images/${name}`);

export const listCampaigns = (query) => get('/v1/campaigns', { query }).then(body);

export const getCampaign = (id) => get(at`/v1/campaigns/${id}`).then(body);

export const createCampaign = (campaign) => post('/v1/campaigns', campaign).then(body);

/** @param word start, pause or cancel */
export const changeCampaign = (id, word) => post(at`/v1/campaigns/${id}/${word}`).then(body);

export const deleteCampaign = (id) => remove(at`/v1/campaigns/${id}`);

export const listCampaignDevices = (id, query) => get(at`/v1/campaigns/${id}/devices`, { query }).then(body);

/* ---- users ----------------------------------------------------------------------------------- */

export const listNodes = () => get('/v1/nodes').then((answer) => answer.body.nodes);

export const listUsers = () => get('/v1/users').then((answer) => answer.body.users);

export const saveUser = (name, user) => put(at`/v1/users/${name}`, user).then(body);

export const deleteUser = (name) => remove(at`/v1/users/${name}`);

export const listTokens = () => get('/v1/tokens').then((answer) => answer.body.tokens);

export const createToken = (token) => post('/v1/tokens', token).then(body);

export const deleteToken = (id) => remove(at`/v1/tokens/${id}`);

/* ---- the record ------------------------------------------------------------------------------ */

export const listAudit = (query) => get('/v1/audit', { query }).then(body);
