import { Client } from 'pg';

/** A connection of the harness's own. Only the URL decides about it, and no variable such as PGSSLMODE. */
export async function connectClient(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    ssl: false,
    application_name: '@codex/database test',
    connectionTimeoutMillis: 10_000,
  });
  // A lost connection fails the next statement. Without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();

  return client;
}
