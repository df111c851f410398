/**
 * Marks an entity whose key the caller gives, so that the type of `em.create` asks for it.
 *
 * MikroORM itself takes every primary key for optional.
 */
export declare const ProvidedKey: unique symbol;
