export * from '../model.js';
export { type WaitUntil, type WorkerSettings, withOrm } from './with-orm.js';
