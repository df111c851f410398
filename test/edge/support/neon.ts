import { createHttpExecutor, type HttpExecutor } from '../../../src/edge/index.js';
import { test as base } from '../../support/database-per-file.js';

/** Asking for `executor` is asking for a database that the test file has for itself, reached by HTTP. */
export const test = base.extend('executor', ({ neon }): HttpExecutor => createHttpExecutor(neon));
