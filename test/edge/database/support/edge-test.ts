import { createEdgeDatabase, type EdgeDatabase } from '../../../../src/edge/database/index.js';
import { createHttpExecutor } from '../../../../src/edge/http-executor.js';
import { test as base } from '../../../support/database-per-file.js';

/** The package's `test` with `db`: the edge database on the file's own database, through its own Neon proxy. */
export const test = base.extend(
  'db',
  { scope: 'file' },
  ({ neon }): EdgeDatabase => createEdgeDatabase(createHttpExecutor(neon)),
);
