import type { EntityManager, Orm } from '../../src/index.js';

/** What the examples of the documentation may use without saying where it comes from. */
export interface Given {
  orm: Orm;
  em: EntityManager;
  organizationId: string;
  creatorId: string;
  userId: string;
  contentId: string;
  sessionToken: string;
}
