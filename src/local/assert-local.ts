import { assertLocal } from './development-database.js';

// Run by `npm run db:push` and `npm run db:seed` before they write what has no place in any other database.
try {
  assertLocal(process.env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
