import { lintCommand } from './lint.js';

// Run by `npm run db:lint`.
try {
  await lintCommand();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
