import { DefaultLogger, type LogContext, type LoggerNamespace } from '@mikro-orm/core';

/**
 * MikroORM's logger, which prints `?` in place of values, whatever a call or the environment asks for: the slow-query log
 * and `logging: { enabled: true }` would print them.
 */
export class ValuelessLogger extends DefaultLogger {
  override isEnabled(namespace: LoggerNamespace, context?: LogContext): boolean {
    return namespace !== 'query-params' && super.isEnabled(namespace, context);
  }
}
