import type { IncomingMessage } from 'node:http';

/** Where a server listens. */
export interface Address {
  host: string;
  port: number;
}

/** Names that mean this machine on every machine; `localtest.me` is a public domain that points to 127.0.0.1. */
const loopbackName = /^(?:(?:.+\.)?localhost|(?:.+\.)?localtest\.me|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

/** Whether a host is this machine by its name alone; none is looked up. */
const isLoopback = (host: string): boolean => loopbackName.test(host);

/**
 * Says why a request comes from a web page that has no business here, or nothing.
 *
 * A browser lets any page send to a port of this machine. It names the page's site in `Origin` and, where a domain was
 * made to point to this machine, that domain in `Host`.
 */
export function refusalReason({ headers }: IncomingMessage): string | undefined {
  if (!isLoopback(hostOf(`http://${headers.host}`))) {
    return 'this proxy is reached by the names of the own machine only, such as 127.0.0.1 or localhost';
  }

  if (headers.origin !== undefined && !isLoopback(hostOf(headers.origin))) {
    return 'this proxy takes no requests of web pages from elsewhere';
  }

  return undefined;
}

/** Whether `host:port` names one of the addresses. All names of this machine are one. */
export function isOneOf(address: string, known: Address[]): boolean {
  const { hostname, port } = parseUrl(`tcp://${address}`) ?? {};
  return known.some((one) => isSameHost(hostname ?? '', one.host) && port === String(one.port));
}

const isSameHost = (a: string, b: string): boolean =>
  a.toLowerCase() === b.toLowerCase() || (isLoopback(a) && isLoopback(b));

const hostOf = (url: string): string => parseUrl(url)?.hostname ?? '';

const parseUrl = (text: string): URL | undefined => URL.parse(text) ?? undefined;
