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

/** Sends a file, as large as it may be. fetch() does not say how far it is.
 *  @param progress hears parts of 1
 *  @returns the answer, as JSON */
export function upload(path, file, options, progress) {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        const query = new URLSearchParams(Object.entries(options.query || {}).filter(([, value]) => value)).toString();
        request.open('PUT', path + (query ? `?${query}` : ''));
        request.setRequestHeader('X-Loom-Request', '1');
        request.setRequestHeader('Content-Type', 'application/octet-stream');
        if (options.etag) {
            request.setRequestHeader('If-Match', options.etag);
        }
        request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
        request.onerror = () => reject(new TypeError('The server has ended the upload, or cannot be reached'));
        request.onload = () => {
            let body = {};
            try {
                body = JSON.parse(request.responseText);
            } catch {
                body = { detail: request.responseText };
            }
            if (request.status === 401) {
                listeners.forEach((listener) => listener());
            }
            if (request.status >= 300) {
                reject(new Problem(request.status, body));
            } else {
                resolve(body);
            }
        };
        request.send(file);
    });
}

/** Segments of a path, encoded: at`/v1/clients/${name}`. */
export function at(strings, ...values) {
    return String.raw({ raw: strings }, ...values.map(encodeURIComponent));
}
