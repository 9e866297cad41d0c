/**
 * Who may ask the local server. It listens on the loopback address only, but any page in the same browser can send requests
 * there, and a foreign name can be made to resolve to it; so the names in the request are checked too.
 */

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * @param {{ host?: string, origin?: string, 'sec-fetch-site'?: string | string[], 'sec-fetch-mode'?: string | string[] }} headers
 * @param {number} port the server's own
 * @returns {string | undefined} why the request is refused
 */
export function refusal(headers, port) {
  const own = LOOPBACK.map((name) => `${name}:${port}`);
  if (!headers.host || !own.includes(headers.host.toLowerCase())) return 'Host is not a loopback name with this port';
  if (headers.origin !== undefined && !own.some((name) => headers.origin === `http://${name}`)) return 'Origin is foreign';
  // A link from elsewhere may open the page; nothing else of another site may be answered.
  if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate')
    return 'the request comes from another site';
  return undefined;
}
