import { organizationId } from './data/organizations.js';

/** Rows of the local data that are worth a look. */
export const demo = {
  /** An organization with a long list of published films. */
  organizationId: organizationId('open-films'),
  organizationSlug: 'open-films',
  /** A creator who has films out and drafts at hand. */
  creatorId: 'demo-mara',
  /** A user with a full library, in which one film was deleted after it was bought. */
  userId: 'demo-sam',
} as const;
