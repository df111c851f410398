import type { EntityManager } from '../../orm/entity-manager.js';
import { audienceFactories } from './audience-factories.js';
import { contentFactories } from './content-factories.js';
import { FactorySource } from './factory-source.js';
import { identityFactories } from './identity-factories.js';
import { organizationFactories } from './organization-factories.js';

/** One factory for each entity, see {@link createFactories}. */
export type Factories = ReturnType<typeof createFactories>;

/**
 * Makes factories of valid entities. Each call creates one, with the parents that it is not given, for the next flush.
 *
 * The same seed and the same calls make the same rows; other seeds make other rows, which can stand beside them.
 *
 * @param seed a whole number that decides all that may vary.
 * @param name what keys, slugs and e-mail addresses carry. Default the seed. The same seed under two names makes rows that
 *   mirror each other.
 *
 * @example
 * const make = createFactories(em, 1);
 * const film = make.content({ contentType: 'video', status: 'published' });
 * make.videoPlayback({ content: film, positionSeconds: 60 });
 * await em.flush();
 */
export function createFactories(em: EntityManager, seed: number, name = String(seed)) {
  const source = new FactorySource(em, seed, name);
  const identity = identityFactories(source);
  const organizations = organizationFactories(source, identity);
  const contents = contentFactories(source, { ...identity, ...organizations });
  const audience = audienceFactories(source, { ...identity, ...organizations, ...contents });

  return { ...identity, ...organizations, ...contents, ...audience };
}
