/* SPDX-License-Identifier: Apache-2.0 */
/* The history of a number. The library is loaded when the first plot is shown. */
import { html, useEffect, useRef, useState } from './lib.js';
import { getHistory } from './model.js';
import { Problem } from './parts.js';

let loaded = null;

function load() {
    loaded ||= new Promise((resolve, reject) => {
        const style = document.createElement('link');
        style.rel = 'stylesheet';
        style.href = 'vendor/uplot.css';
        const script = document.createElement('script');
        script.src = 'vendor/uplot.js';
        script.onload = () => resolve(globalThis.uPlot);
        script.onerror = () => reject(new Error('the library of plots cannot be loaded'));
        document.head.append(style, script);
    });
    return loaded;
}

function columns(points) {
    return [points.map((point) => point[0]), points.map((point) => point[1])];
}

/* What is looked back at, in seconds. */
const spans = [[3600, 'an hour'], [86400, 'a day'], [604800, 'a week'], [2592000, '30 days']];

/** A number over time: what is stored, and what comes. @param live points since the page was opened */
export function History({ endpoint, path, title, units, live }) {
    const [span, setSpan] = useState(86400);
    const [stored, setStored] = useState({ points: [] });
    useEffect(() => {
        let gone = false;
        const to = new Date();
        setStored({ points: [], loading: true });
        getHistory(endpoint, path, new Date(to.getTime() - span * 1000), to).then(
            (points) => gone || setStored({ points }), (error) => gone || setStored({ points: [], error }));
        return () => { gone = true; };
    }, [endpoint, path, span]);
    const last = stored.points.length > 0 ? stored.points[stored.points.length - 1][0] : 0;
    const begin = Date.now() / 1000 - span;
    const points = [...stored.points, ...live.filter((point) => point[0] > last && point[0] >= begin)];
    return html`<div class="history">
        <label class="row"><span>Values of</span><select value=${span} onChange=${(event) => setSpan(Number(event.target.value))}>
            ${spans.map(([seconds, words]) => html`<option value=${seconds}>${words}</option>`)}</select></label>
        <${Problem} error=${stored.error} />
        ${points.length > 1 ? html`<${Plot} title=${title} points=${points} units=${units} />`
            : !stored.loading && !stored.error && html`<p class="weak">Less than two values were told in this time.</p>`}
    </div>`;
}

function Plot({ title, points, units }) {
    const frame = useRef(null);
    const plot = useRef(null);
    const [error, setError] = useState(null);
    useEffect(() => {
        const area = frame.current;
        let gone = false;
        let observer = null;
        load().then((uPlot) => {
            if (gone) {
                return;
            }
            const style = getComputedStyle(document.body);
            const color = (name) => style.getPropertyValue(name).trim();
            const axis = { stroke: color('--weak'), grid: { stroke: color('--line'), width: 1 }, ticks: { stroke: color('--line') } };
            plot.current = new uPlot({
                width: area.clientWidth, height: 180, legend: { show: true },
                series: [{}, { label: units ? `${title} (${units})` : title, stroke: color('--accent'), width: 1.5, points: { size: 4 } }],
                axes: [axis, { ...axis, size: 60 }],
            }, columns(points), area);
            observer = new ResizeObserver(() => plot.current.setSize({ width: area.clientWidth, height: 180 }));
            observer.observe(area);
        }, setError);
        return () => {
            gone = true;
            if (observer) {
                observer.disconnect();
            }
            if (plot.current) {
                plot.current.destroy();
            }
        };
    }, [title, units]);
    useEffect(() => {
        if (plot.current) {
            plot.current.setData(columns(points));
        }
    }, [points.length, points[0][0]]);
    return html`<div class="plot" role="img" aria-label="${title}, ${points.length} values, the last ${points[points.length - 1][1]} ${units || ''}">
        ${error ? error.message : ''}<div ref=${frame}></div></div>`;
}
