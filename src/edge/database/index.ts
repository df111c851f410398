export { createEdgeDatabase, type EdgeDatabase, type EdgeDatabaseOptions } from './create-edge-database.js';
export type { EdgeTables } from './tables.js';
