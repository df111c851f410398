export * from './model.js';
export { type CreateOrmOptions, createOrm } from './orm/create-orm.js';
