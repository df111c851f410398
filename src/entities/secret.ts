import { t } from '@mikro-orm/core';
import { Property } from '@mikro-orm/decorators/legacy';

/** The secrets of all entities: outside of them, where nothing that walks through an entity comes by. */
const secrets = new WeakMap<object, Map<string, unknown>>();

/**
 * A text that is not selected unless it is asked for by name, and that only code which names it can read.
 *
 * On an entity it is no property of its own but an accessor: JSON, `serialize`, `toPOJO`, a spread and `util.inspect`
 * leave it out, also once it is loaded or set. The class declares it by `declare`, without a value.
 */
export function Secret(options: { nullable?: boolean; unique?: boolean } = {}) {
  return <Entity extends object>(prototype: Entity, name: string): void => {
    // MikroORM leaves properties with an accessor as they are; the others it turns into enumerable ones.
    Property<Entity>({ type: t.text, lazy: true, hidden: true, accessor: name, ...options })(prototype, name);
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: false,
      get(this: object) {
        return secrets.get(this)?.get(name);
      },
      set(this: object, value: unknown) {
        secrets.set(this, (secrets.get(this) ?? new Map()).set(name, value));
      },
    });
  };
}
