/* SPDX-License-Identifier: Apache-2.0 */
/* The history of a number. The library is loaded when the first plot is shown. */
import { html, useEffect, useRef, useState } from './lib.js';

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

export function Plot({ title, points, units }) {
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
    }, [points.length]);
    return html`<div class="plot" role="img" aria-label="${title}, ${points.length} values, the last ${points[points.length - 1][1]} ${units || ''}">
        ${error ? error.message : ''}<div ref=${frame}></div></div>`;
}
