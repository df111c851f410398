import { cliOptions } from './src/local/cli-options.js';

export default () => cliOptions();
