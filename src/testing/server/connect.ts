import { ConfigurationError } from '../../errors/database-error.js';
import { AdminSession } from './admin-session.js';

/**
 * A session on the server that tests use: the one that `TEST_DATABASE_URL` names, or else the embedded one that all runs
 * of this user share.
 *
 * @throws {ConfigurationError} if the URL is that of a connection pooler.
 */
export async function connectToTestServer(environment: NodeJS.ProcessEnv = process.env): Promise<AdminSession> {
  const { TEST_DATABASE_URL: url } = environment;

  if (!url) {
    // Only now: whoever has another server need not have installed the embedded one.
    const { connectToSharedServer, sharedServerOptions } = await import('./shared-server.js');
    return connectToSharedServer(sharedServerOptions(environment));
  }

  if (URL.parse(url)?.hostname.split('.')[0]?.endsWith('-pooler')) {
    throw new ConfigurationError(
      'TEST_DATABASE_URL',
      'TEST_DATABASE_URL names a connection pooler, which gives each transaction another session. Remove -pooler from its host.',
    );
  }

  return AdminSession.connect(url);
}
