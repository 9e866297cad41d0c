/** Stands for Node's module `url` in the browser build; the debug adapter library asks it for nothing else. */
export const URL = globalThis.URL;
export default { URL };
