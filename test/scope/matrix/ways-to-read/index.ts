import { byKey } from './by-key.js';
import { finds } from './finds.js';
import { joins } from './joins.js';
import { queryBuilder } from './query-builder.js';
import { relationQuestions, relations } from './relations.js';
import { sqlLists, sqlQuestions } from './sql.js';
import type { ReadWay } from './way.js';

export const waysToRead: readonly ReadWay[] = [
  ...finds,
  ...byKey,
  ...relations,
  ...relationQuestions,
  ...queryBuilder,
  ...joins,
  ...sqlLists,
  ...sqlQuestions,
];
