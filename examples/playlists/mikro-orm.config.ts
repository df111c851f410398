import { cliOptions } from '@codex/database/local';
import { own } from './src/orm.js';

export default () => cliOptions(own);
