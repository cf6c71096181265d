/* SPDX-License-Identifier: Apache-2.0 */
/* What views are made of. */
import { html, useState, useEffect, useLayoutEffect, useRef, useCallback } from './lib.js';

/* ---- notices --------------------------------------------------------------------------------- */

const hearers = new Set();

/** Says something at the edge of the page; errors stay until they are closed. */
export function notify(text, kind = 'good') {
    hearers.forEach((hearer) => hearer({ text, kind, key: Math.random() }));
}

/** Does something and says what went wrong. @returns whether it was done */
export async function attempt(action, done) {
    try {
        await action();
        if (done) {
            notify(done);
        }
        return true;
    } catch (error) {
        notify(error.message, 'bad');
        return false;
    }
}

export function Notices() {
    const [notices, setNotices] = useState([]);
    const close = useCallback((key) => setNotices((all) => all.filter((one) => one.key !== key)), []);
    useEffect(() => {
        const hear = (notice) => {
            setNotices((all) => [...all.slice(-4), notice]);
            if (notice.kind === 'good') {
                setTimeout(() => close(notice.key), 4000);
            }
        };
        hearers.add(hear);
        return () => hearers.delete(hear);
    }, [close]);
    return html`<div class="notices" role="status" aria-live="polite">
        ${notices.map((one) => html`<div key=${one.key} class="notice ${one.kind}">
            <span>${one.text}</span>
            <button class="plain" aria-label="Close" onClick=${() => close(one.key)}>✕</button>
        </div>`)}
    </div>`;
}

/* ---- small parts ----------------------------------------------------------------------------- */

export const Badge = ({ kind = 'plain', title, children }) =>
    html`<span class="badge ${kind}" title=${title}>${children}</span>`;

export const Problem = ({ error, retry }) => error && html`<div class="problem" role="alert">
    <strong>${error.message}</strong>
    ${error.body && error.body.errors && html`<ul>${error.body.errors.map((one) =>
        html`<li>${one.at ? html`<code>${one.at}</code> ` : ''}${one.detail || one.message || String(one)}</li>`)}</ul>`}
    ${retry && html` <button onClick=${retry}>Try again</button>`}
</div>`;

export const Empty = ({ children }) => html`<p class="empty">${children}</p>`;

/** A button that cannot be pressed twice while its action runs. */
export function Action({ action, done, kind = '', disabled, title, children, ...rest }) {
    const [busy, setBusy] = useState(false);
    const press = async () => {
        setBusy(true);
        await attempt(action, done);
        setBusy(false);
    };
    return html`<button class=${kind} title=${title} disabled=${disabled || busy} aria-busy=${busy}
        onClick=${press} ...${rest}>${children}</button>`;
}

export function Tabs({ tabs, chosen, choose, label }) {
    const list = useRef(null);
    const move = (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) {
            return;
        }
        const at = tabs.findIndex((tab) => tab.id === chosen);
        const next = (at + step + tabs.length) % tabs.length;
        choose(tabs[next].id);
        list.current.children[next].focus();
        event.preventDefault();
    };
    return html`<div class="tabs" role="tablist" aria-label=${label} ref=${list} onKeyDown=${move}>
        ${tabs.map((tab) => html`<button key=${tab.id} role="tab" id="tab-${tab.id}" aria-selected=${tab.id === chosen}
            tabindex=${tab.id === chosen ? 0 : -1} onClick=${() => choose(tab.id)}>${tab.title}</button>`)}
    </div>`;
}

/** A dialog that is open as long as it is rendered. */
export function Dialog({ title, close, children }) {
    const dialog = useRef(null);
    useEffect(() => {
        dialog.current.showModal();
    }, []);
    return html`<dialog ref=${dialog} aria-label=${title} onClose=${close}
        onClick=${(event) => event.target === dialog.current && dialog.current.close()}>
        <div class="sheet">
            <header><h2>${title}</h2>
                <button class="plain" aria-label="Close" onClick=${() => dialog.current.close()}>✕</button></header>
            ${children}
        </div>
    </dialog>`;
}

export function Confirm({ title, text, word, action, close }) {
    return html`<${Dialog} title=${title} close=${close}>
        <p>${text}</p>
        <div class="row end">
            <button onClick=${close}>Cancel</button>
            <${Action} kind="danger" action=${async () => { await action(); close(); }}>${word}<//>
        </div>
    <//>`;
}

/* ---- the long table -------------------------------------------------------------------------- */

const ROW = 36;
const MARGIN = 12;

/**
 * A table of any length, of which only what is seen is in the document.
 * @param columns [{id, title, width, render(row), sort}]
 * @param total how many rows there are
 * @param row(index) one of them, or undefined while it is not loaded
 * @param need(first, last) is called for what is seen
 */
export function LongTable({ columns, total, row, need, rowKey, open, sort, setSort, label, empty }) {
    const frame = useRef(null);
    const [seen, setSeen] = useState({ top: 0, height: 600 });
    const [focus, setFocus] = useState(0);
    const look = useCallback(() => {
        const { scrollTop, clientHeight } = frame.current;
        setSeen({ top: scrollTop, height: clientHeight });
    }, []);
    useLayoutEffect(() => {
        look();
        const observer = new ResizeObserver(look);
        observer.observe(frame.current);
        return () => observer.disconnect();
    }, [look]);
    const first = Math.max(0, Math.floor(seen.top / ROW) - MARGIN);
    const last = Math.min(total, Math.ceil((seen.top + seen.height) / ROW) + MARGIN);
    useEffect(() => {
        if (total > 0) {
            need(first, last);
        }
    }, [first, last, total, need]);
    const reach = (index) => {
        const next = Math.max(0, Math.min(total - 1, index));
        setFocus(next);
        const top = next * ROW;
        const area = frame.current;
        if (top < area.scrollTop) {
            area.scrollTop = top;
        } else if (top + 2 * ROW > area.scrollTop + area.clientHeight) {
            area.scrollTop = top + 2 * ROW - area.clientHeight;
        }
    };
    const key = (event) => {
        const page = Math.max(1, Math.floor(seen.height / ROW) - 2);
        const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page,
            Home: -total, End: total }[event.key];
        if (step !== undefined) {
            reach(focus + step);
            event.preventDefault();
        } else if (event.key === 'Enter' && row(focus)) {
            open(row(focus));
        }
    };
    const grid = columns.map((column) => column.width || '1fr').join(' ');
    const rows = [];
    for (let i = first; i < last; i++) {
        const data = row(i);
        rows.push(html`<div key=${data ? rowKey(data) : i} role="row" aria-rowindex=${i + 2}
            class="row-line ${i === focus ? 'focus' : ''}" style=${{ top: `${i * ROW}px`, gridTemplateColumns: grid }}
            onClick=${() => { setFocus(i); if (data) { open(data); } }}>
            ${columns.map((column) => html`<div role="cell" class="cell ${column.id}">
                ${data ? column.render(data) : html`<span class="loading-cell"></span>`}</div>`)}
        </div>`);
    }
    const title = (column) => column.sort
        ? html`<button class="plain" onClick=${() => setSort(sort === column.sort ? `-${column.sort}` : column.sort)}>
            ${column.title}${sort === column.sort ? ' ▲' : sort === `-${column.sort}` ? ' ▼' : ''}</button>`
        : column.title;
    const direction = (column) => column.sort && (sort === column.sort ? 'ascending'
        : sort === `-${column.sort}` ? 'descending' : 'none');
    return html`<div class="long" role="table" aria-label=${label} aria-rowcount=${total + 1} ref=${frame}
        tabindex="0" onScroll=${look} onKeyDown=${key}>
        <div class="head" role="row" aria-rowindex="1" style=${{ gridTemplateColumns: grid }}>
            ${columns.map((column) => html`<div role="columnheader" class="cell ${column.id}"
                aria-sort=${direction(column)}>${title(column)}</div>`)}
        </div>
        ${total === 0 ? html`<div class="empty">${empty}</div>`
        : html`<div class="body" role="rowgroup" style=${{ height: `${total * ROW}px` }}>${rows}</div>`}
    </div>`;
}
