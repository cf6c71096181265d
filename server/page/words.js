/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, times and codes in words. */

const codes = {
    '2.01': 'Created', '2.02': 'Deleted', '2.03': 'Valid', '2.04': 'Changed', '2.05': 'Content',
    '2.31': 'Continue',
    '4.00': 'Bad Request', '4.01': 'Unauthorized', '4.02': 'Bad Option', '4.03': 'Forbidden',
    '4.04': 'Not Found', '4.05': 'Method Not Allowed', '4.06': 'Not Acceptable',
    '4.08': 'Request Entity Incomplete', '4.09': 'Conflict', '4.12': 'Precondition Failed',
    '4.13': 'Request Entity Too Large', '4.15': 'Unsupported Content-Format',
    '5.00': 'Internal Server Error', '5.01': 'Not Implemented', '5.02': 'Bad Gateway',
    '5.03': 'Service Unavailable', '5.04': 'Gateway Timeout', '5.05': 'Proxying Not Supported',
};

/** `4.04 Not Found` */
export function code(value) {
    return value ? `${value} ${codes[value] || ''}`.trim() : '';
}

/** Seconds as `3 min`, `2 h`, `5 d`; two units where that matters. */
export function duration(seconds) {
    const units = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
    let left = Math.max(0, Math.round(seconds));
    for (let i = 0; i < units.length; i++) {
        const [name, size] = units[i];
        if (left >= size || size === 1) {
            const count = Math.floor(left / size);
            const rest = left - count * size;
            const next = units[i + 1];
            const more = next && count < 3 ? Math.floor(rest / next[1]) : 0;
            return more > 0 ? `${count} ${name} ${more} ${next[0]}` : `${count} ${name}`;
        }
    }
    return '';
}

/** `3 min ago`, `in 2 h`; empty for no time. */
export function ago(time, now = Date.now()) {
    if (!time) {
        return '';
    }
    const seconds = (now - Date.parse(time)) / 1000;
    if (Math.abs(seconds) < 1) {
        return 'now';
    }
    return seconds > 0 ? `${duration(seconds)} ago` : `in ${duration(-seconds)}`;
}

const clock = new Intl.DateTimeFormat(undefined,
    { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' });
const date = new Intl.DateTimeFormat(undefined,
    { year: 'numeric', month: '2-digit', day: '2-digit' });

/** A time of day with milliseconds; the date before it if that is not today. */
export function moment(time) {
    const then = new Date(time);
    const today = date.format(new Date());
    const day = date.format(then);
    return day === today ? clock.format(then) : `${day} ${clock.format(then)}`;
}

/** `1 client`, `3 clients` */
export function count(number, what) {
    return `${number.toLocaleString()} ${what}${number === 1 ? '' : 's'}`;
}

/** Bytes as `12.3 kB`. */
export function size(bytes) {
    const units = ['B', 'kB', 'MB', 'GB'];
    let i = 0;
    let left = bytes;
    while (left >= 1000 && i + 1 < units.length) {
        left /= 1000;
        i++;
    }
    return `${i === 0 || left >= 100 ? Math.round(left) : left.toFixed(1)} ${units[i]}`;
}
