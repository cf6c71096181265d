/* SPDX-License-Identifier: Apache-2.0 */
/* The stream of events. One connection serves all views. */
import { useEffect, useState } from './lib.js';

/* A browser gives named events only to those who ask for the name. */
const names = ['registered', 'updated', 'deregistered', 'expired', 'removed', 'refused', 'held', 'sent', 'answered', 'notified', 'ended',
    'received', 'progress', 'fetching', 'fetched', 'firmware', 'campaign', 'command', 'requested', 'pushed', 'packed', 'discovered',
    'version-refused', 'repairing', 'finished', 'failed', 'moved', 'taken-over', 'node-joined', 'node-left'];

const listeners = new Set();
const states = new Set();
const seen = new Set();
let source = null;
let state = 'closed';

function become(next) {
    if (next !== state) {
        state = next;
        states.forEach((listener) => listener(state));
    }
}

function deliver(message, kind) {
    let event = {};
    try {
        event = JSON.parse(message.data);
    } catch {
        return;
    }
    /* After the connection was lost, a server that has others beside it tells some events once more. */
    if (event.id && seen.has(event.id)) {
        return;
    }
    seen.add(event.id);
    if (seen.size > 5000) {
        seen.delete(seen.values().next().value);
    }
    const told = { ...event, kind };
    listeners.forEach((listener) => listener(told));
}

function open() {
    source = new EventSource('/v1/events');
    source.onopen = () => become('live');
    /* The browser connects again by itself, with the id of the last event; not after an error of HTTP. */
    source.onerror = () => {
        become('waiting');
        if (source && source.readyState === EventSource.CLOSED) {
            source = null;
            setTimeout(() => listeners.size > 0 && !source && open(), 5000);
        }
    };
    names.forEach((name) => source.addEventListener(name, (message) => deliver(message, name)));
    source.addEventListener('reset', () => listeners.forEach((listener) => listener({ kind: 'reset' })));
}

/** Hears every event while a component is shown; `kind` is its name, `reset` that some were missed. */
export function useEvents(listener, keys = []) {
    useEffect(() => {
        listeners.add(listener);
        if (!source) {
            open();
        }
        return () => {
            listeners.delete(listener);
            if (listeners.size === 0 && source) {
                source.close();
                source = null;
                become('closed');
            }
        };
    }, keys);
}

export function useStreamState() {
    const [value, setValue] = useState(state);
    useEffect(() => {
        states.add(setValue);
        return () => states.delete(setValue);
    }, []);
    return value;
}
