import { lintCommand } from '@codex/database/local';
import { own } from './src/orm.js';

await lintCommand(own);
