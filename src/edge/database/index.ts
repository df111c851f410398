export { createEdgeDatabase, type EdgeDatabase } from './create-edge-database.js';
export type { EdgeTables } from './tables.js';
