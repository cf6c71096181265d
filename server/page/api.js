/* SPDX-License-Identifier: Apache-2.0 */
/* The REST interface, see openapi.json. */

/** An answer that is no success: problem+json (RFC 9457), or what came instead of it. */
export class Problem extends Error {
    constructor(status, body) {
        super(body.detail || body.title || `HTTP ${status}`);
        this.status = status;
        this.body = body;
    }
}

const listeners = new Set();

/** Calls back when the server says that nobody is logged in. */
export function onLoggedOut(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

async function read(response) {
    const type = response.headers.get('Content-Type') || '';
    if (response.status === 204 || response.status === 304) {
        return null;
    }
    if (/json/.test(type)) {
        return response.json();
    }
    return { detail: await response.text() };
}

/**
 * Sends a request. Throws a Problem, or a TypeError when the server cannot be reached.
 * @param options {body, etag, signal, query}
 * @returns {status, body, etag}
 */
export async function call(method, path, options = {}) {
    const headers = { Accept: 'application/json', 'X-Loom-Request': '1' };
    const init = { method, headers, signal: options.signal, credentials: 'same-origin' };
    if (options.body !== undefined) {
        headers['Content-Type'] = options.type || 'application/json';
        init.body = options.type ? options.body : JSON.stringify(options.body);
    }
    if (options.etag) {
        headers['If-Match'] = options.etag;
    }
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(options.query || {})) {
        if (value !== undefined && value !== null && value !== '') {
            query.set(name, value);
        }
    }
    const text = query.toString();
    const response = await fetch(path + (text ? `?${text}` : ''), init);
    const body = await read(response);
    if (!response.ok) {
        if (response.status === 401) {
            listeners.forEach((listener) => listener());
        }
        throw new Problem(response.status, body || {});
    }
    return { status: response.status, body, etag: response.headers.get('ETag') };
}

export const get = (path, options) => call('GET', path, options);
export const put = (path, body, options) => call('PUT', path, { ...options, body });
export const post = (path, body, options) => call('POST', path, { ...options, body });
export const remove = (path, options) => call('DELETE', path, options);

/** Segments of a path, encoded: at`/v1/clients/${name}`. */
export function at(strings, ...values) {
    return String.raw({ raw: strings }, ...values.map(encodeURIComponent));
}
