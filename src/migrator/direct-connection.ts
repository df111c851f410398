import { ConfigurationError, TransactionNotSupportedError } from '../errors/database-error.js';
import type { Transport } from '../orm/transport.js';

/**
 * Refuses what gives each transaction another session of the server: the lock of migrations belongs to a session.
 *
 * @throws {ConfigurationError} for Neon's pooler, which the first label of the host tells.
 * @throws {TransactionNotSupportedError} over HTTP.
 */
export function checkDirect(host: string, transport: Transport): void {
  if (transport === 'http') {
    throw new TransactionNotSupportedError('orm.migrator', 'Use the transport tcp.');
  }

  const [endpoint = '', ...domain] = host.split('.');

  if (endpoint.endsWith('-pooler')) {
    const direct = [endpoint.replace(/-pooler$/, ''), ...domain].join('.');
    throw new ConfigurationError(
      'url',
      `The host ${host} is a pooler: it gives each transaction another session, so the lock of migrations would hold nothing off. Migrate with the direct host: ${direct}`,
    );
  }
}
