import { RequestError } from './request-error.js';

/** Who logs in, and where to. */
export interface Login {
  user: string;
  password: string;
  database: string;
}

/**
 * Reads the login from a `Neon-Connection-String` header.
 *
 * Its host is not used, so that no client chooses where the proxy connects to, and an IP address is as good as a name.
 * The query string is not used either: Neon drops it over HTTP, and what has no effect there must have none here.
 *
 * @throws {RequestError} with Neon's wording for what is missing.
 */
export function parseConnectionString(header: string | string[] | undefined): Login {
  if (typeof header !== 'string' || !/^[\x20-\x7e]+$/.test(header)) {
    throw new RequestError(400, 'invalid header: neon-connection-string');
  }

  const url = parseUrl(header);
  const login = {
    user: decode(url.username, 'username'),
    password: decode(url.password, 'password'),
    database: decode(url.pathname.split('/')[1] ?? '', 'database name'),
  };

  if (!['postgres:', 'postgresql:'].includes(url.protocol)) {
    throw new RequestError(400, 'incorrect scheme');
  }

  if (!login.database) {
    throw new RequestError(400, 'missing database name');
  }

  if (!login.user) {
    throw new RequestError(400, 'missing username');
  }

  if (!login.password) {
    throw missingPassword();
  }

  if (!url.hostname) {
    throw new RequestError(400, 'missing hostname');
  }

  return login;
}

/** What Neon answers to who brings no password, or a token in its place. */
export const missingPassword = (): RequestError =>
  new RequestError(400, 'missing authentication credentials: required password');

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    // The reason of the URL parser would repeat the text, password and all.
    throw new RequestError(400, 'invalid connection string: it is not a URL');
  }
}

/** Decodes percent signs; one that begins no code is itself, as in a password that was not encoded. */
function decode(text: string, part: string): string {
  try {
    const decoded = text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => decodeURIComponent(codes));

    // It ends a name in the startup message, so that whatever follows would be read as another parameter.
    if (!decoded.includes('\0')) {
      return decoded;
    }
  } catch {
    // The codes are not UTF-8.
  }

  throw new RequestError(400, `invalid ${part}`);
}
