import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of a server that says so to everybody who reads the README: it is for one developer's machine. */
const wellKnown = 'postgres';

/** Where a server's folder has its secret password, as a password file of libpq. */
export const passwordFileIn = (home: string): string => join(home, 'pgpass');

/** Makes a password up, and writes it where {@link readPassword} finds it and only this user may read it. */
export function inventPassword(home: string): string {
  const password = randomBytes(24).toString('base64url');
  writeFileSync(passwordFileIn(home), `127.0.0.1:*:*:postgres:${password}\n`, { mode: 0o600 });

  return password;
}

/** The password of the server in a folder; nothing if it has no secret one. */
export function readSecretPassword(home: string): string | undefined {
  try {
    return /:([\w-]+)\n$/.exec(readFileSync(passwordFileIn(home), 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** The superuser's password. */
export const readPassword = (home: string): string => readSecretPassword(home) ?? wellKnown;
