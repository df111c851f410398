import type { ConnectionSettings } from '../../config/connection-settings.js';
import { TransactionNotSupportedError } from '../../errors/database-error.js';
import type { OrmOptions } from '../model-options.js';

export function httpOptions(_settings: ConnectionSettings): Partial<OrmOptions> {
  throw new TransactionNotSupportedError('http');
}
