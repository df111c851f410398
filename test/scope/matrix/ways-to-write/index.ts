import { deletions } from './deletions.js';
import { inserts } from './inserts.js';
import { statements } from './sql.js';
import { updates } from './updates.js';
import type { DataWay, RowWay } from './way.js';

export const waysToWriteRows: readonly RowWay[] = [...updates, ...deletions, ...statements];
export const waysToWriteData: readonly DataWay[] = inserts;
