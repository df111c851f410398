import { randomUUID } from 'node:crypto';
import { query } from '../../src/local/database.js';
import { serverUrl } from './server.js';

/** Letters and digits that no other role of the server has in its name. */
const unique = (): string => randomUUID().replaceAll('-', '');

/**
 * Makes a role that nothing else uses, for as long as `work` takes. Roles belong to the whole server, on which other test
 * files run at the same time.
 *
 * @param options what follows the name in `create role`
 */
export async function withRole<Result>(
  options: string,
  work: (name: string) => Promise<Result>,
  prefix = 'codex_test_role',
): Promise<Result> {
  const adminUrl = await serverUrl();
  const name = `${prefix}_${unique()}`;
  await query(adminUrl, `create role ${name} ${options}`);

  try {
    return await work(name);
  } finally {
    await query(adminUrl, `drop role ${name}`);
  }
}
