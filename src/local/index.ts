export { DatabaseSeeder } from '../seeders/DatabaseSeeder.js';
export { createFactories, type Factories } from '../seeders/factories/create-factories.js';
export { TestSeeder, type TestSide, testSides } from '../seeders/TestSeeder.js';
export { cliOptions } from './cli-options.js';
export { ensureDatabase } from './database.js';
export { doctorCommand } from './doctor.js';
export { lintCommand } from './lint.js';
export { type NeonProxy, type NeonProxyOptions, startNeonProxy } from './neon-proxy/index.js';
export { type LocalServer, type LocalServerOptions, removeLocalServer, startLocalServer } from './server.js';
