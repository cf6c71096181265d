/* SPDX-License-Identifier: Apache-2.0 */
/* State that several views share. */
import { useState, useEffect, useRef, useCallback } from './lib.js';

/** The hash of the address as a path of decoded segments, and its query. */
function parse() {
    const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
    const decode = (segment) => {
        try {
            return decodeURIComponent(segment);
        } catch {
            return segment;
        }
    };
    return { path: path.split('/').filter(Boolean).map(decode), query: new URLSearchParams(query) };
}

export function useRoute() {
    const [route, setRoute] = useState(parse);
    useEffect(() => {
        const changed = () => setRoute(parse());
        addEventListener('hashchange', changed);
        return () => removeEventListener('hashchange', changed);
    }, []);
    return route;
}

/** An address of the page: to('clients', endpoint). */
export function to(...segments) {
    return `#/${segments.map(encodeURIComponent).join('/')}`;
}

/** Changes the query of the address without a new entry in the history. */
export function setQuery(values) {
    const [path, query] = location.hash.split('?');
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(values)) {
        if (value) {
            next.set(name, value);
        } else {
            next.delete(name);
        }
    }
    const text = next.toString();
    history.replaceState(null, '', (path || '#/') + (text ? `?${text}` : ''));
    dispatchEvent(new HashChangeEvent('hashchange'));
}

/** Loads something when `keys` change, and on demand.
 *  @returns {data, error, loading, reload} */
export function useLoad(load, keys) {
    const [state, setState] = useState({ loading: true });
    const turn = useRef(0);
    const reload = useCallback(() => {
        const mine = ++turn.current;
        setState((before) => ({ ...before, loading: true }));
        return load().then(
            (data) => mine === turn.current && setState({ data }),
            (error) => mine === turn.current && setState((before) => ({ data: before.data, error, loading: false })));
    }, keys);
    useEffect(() => {
        setState({ loading: true });
        reload();
        return () => { turn.current++; };
    }, [reload]);
    return { ...state, reload };
}

/** Re-renders every `seconds`, for times that are told as `3 s ago`. */
export function useClock(seconds = 1) {
    const [now, setNow] = useState(Date.now);
    useEffect(() => {
        const timer = setInterval(() => setNow(Date.now()), seconds * 1000);
        return () => clearInterval(timer);
    }, [seconds]);
    return now;
}

/** A value that follows another one after a pause. */
export function useSettled(value, milliseconds = 250) {
    const [settled, setSettled] = useState(value);
    useEffect(() => {
        const timer = setTimeout(() => setSettled(value), milliseconds);
        return () => clearTimeout(timer);
    }, [value, milliseconds]);
    return settled;
}
