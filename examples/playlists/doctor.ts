import { doctorCommand } from '@codex/database/local';
import { accessPaths, own } from './src/orm.js';

await doctorCommand({ ...own, accessPaths });
