import { lintCommand } from './lint.js';

// Run by `npm run db:lint`.
await lintCommand();
