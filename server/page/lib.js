/* SPDX-License-Identifier: Apache-2.0 */
/* What every module of the page needs of the libraries. */
import { h, render, createContext, Fragment } from './vendor/preact.js';
import htm from './vendor/htm.js';

export { render, createContext, Fragment };
export { useState, useEffect, useLayoutEffect, useRef, useMemo, useCallback, useContext }
    from './vendor/preact-hooks.js';
export const html = htm.bind(h);
