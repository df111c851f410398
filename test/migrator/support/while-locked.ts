import pg from 'pg';

const takeLock = `select pg_advisory_lock(${0x0c0de}, ${0x0db})`;

/** Runs `work` while a session called `deploy of another service` has the lock. */
export async function whileLocked(url: string, work: (unlock: () => Promise<void>) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'deploy of another service' });
  await client.connect();
  client.on('error', () => {});

  try {
    await client.query(takeLock);
    await work(async () => void (await client.query('select pg_advisory_unlock_all()')));
  } finally {
    await client.end();
  }
}
