import type { ConnectionSettings } from '../config/connection-settings.js';

/** Milliseconds until an attempt to connect is given up. A suspended Neon compute needs some of them to wake up. */
export const connectTimeoutMs = 10_000;

/** What of the URL goes to the server with the login: its name for this client, and settings of the session. */
export function startupParameters({ url }: ConnectionSettings): { application_name: string; options?: string } {
  const { searchParams } = new URL(url);
  const options = searchParams.get('options');
  return { application_name: searchParams.get('application_name') ?? '@codex/database', ...(options && { options }) };
}
