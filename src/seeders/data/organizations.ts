import type { Organization } from '../../entities/organization.entity.js';
import type {
  MembershipRole,
  MembershipStatus,
  OrganizationMembership,
} from '../../entities/organization-membership.entity.js';
import type { SeedRow } from '../insert-absent.js';
import { stableUuid } from '../stable-uuid.js';
import type { PersonId } from './people.js';

/** What seed data calls the demo organizations. */
export type OrganizationKey = 'open-films' | 'lantern-audio' | 'marginalia' | 'reel-attic';

/** The key of a demo organization's row. */
export const organizationId = (key: OrganizationKey): string => stableUuid(`organizations/${key}`);

/** Films, audio books, essays; and a film archive that closed and left its slug to its successor. */
export const organizations: SeedRow<Organization>[] = [
  {
    id: organizationId('reel-attic'),
    name: 'The Reel Attic',
    slug: 'open-films',
    description: 'Animated shorts in standard definition.',
    createdAt: new Date('2024-01-16T10:00Z'),
    updatedAt: new Date('2024-02-20T17:30Z'),
    deletedAt: new Date('2024-02-20T17:30Z'),
  },
  {
    id: organizationId('open-films'),
    name: 'Open Films',
    slug: 'open-films',
    description: 'Free-culture animation, from the first open movie of 2006 to this year’s, in the best copy there is.',
    logoUrl: 'https://cdn.codex.example/organizations/open-films.svg',
    websiteUrl: 'https://open-films.example',
    createdAt: new Date('2024-02-21T09:00Z'),
    updatedAt: new Date('2025-06-03T13:44Z'),
  },
  {
    id: organizationId('lantern-audio'),
    name: 'Lantern Audio',
    slug: 'lantern-audio',
    description: 'Old books, read aloud by people who like them.',
    logoUrl: 'https://cdn.codex.example/organizations/lantern-audio.svg',
    websiteUrl: 'https://lantern-audio.example',
    createdAt: new Date('2024-03-05T03:15Z'),
    updatedAt: new Date('2024-03-05T03:15Z'),
  },
  {
    id: organizationId('marginalia'),
    name: 'Marginalia',
    slug: 'marginalia',
    description: 'Short essays on how things are made, stored and passed on.',
    websiteUrl: 'https://marginalia.example',
    createdAt: new Date('2024-05-07T08:30Z'),
    updatedAt: new Date('2024-11-12T15:20Z'),
  },
];

interface Place {
  organization: OrganizationKey;
  user: PersonId;
  role: MembershipRole;
  since: string;
  /** Default active. */
  status?: MembershipStatus;
  invitedBy?: PersonId;
}

const places: Place[] = [
  { organization: 'reel-attic', user: 'demo-mara', role: 'owner', since: '2024-01-16T10:00Z' },
  { organization: 'open-films', user: 'demo-mara', role: 'owner', since: '2024-02-21T09:00Z' },
  {
    organization: 'open-films',
    user: 'demo-ines',
    role: 'admin',
    since: '2024-02-21T09:40Z',
    invitedBy: 'demo-mara',
  },
  {
    organization: 'open-films',
    user: 'demo-tomas',
    role: 'creator',
    since: '2024-02-22T15:05Z',
    invitedBy: 'demo-mara',
  },
  { organization: 'open-films', user: 'demo-sam', role: 'subscriber', since: '2024-04-02T20:19Z' },
  { organization: 'open-films', user: 'demo-lucia', role: 'member', since: '2024-04-19T21:40Z' },
  {
    organization: 'open-films',
    user: 'demo-henrik',
    role: 'creator',
    status: 'inactive',
    since: '2024-06-12T09:30Z',
    invitedBy: 'demo-ines',
  },
  {
    organization: 'open-films',
    user: 'demo-aiko',
    role: 'creator',
    status: 'invited',
    since: '2025-09-24T05:22Z',
    invitedBy: 'demo-ines',
  },
  { organization: 'lantern-audio', user: 'demo-jun', role: 'owner', since: '2024-03-05T03:15Z' },
  {
    organization: 'lantern-audio',
    user: 'demo-priya',
    role: 'creator',
    since: '2024-03-21T11:20Z',
    invitedBy: 'demo-jun',
  },
  { organization: 'lantern-audio', user: 'demo-lucia', role: 'subscriber', since: '2024-05-01T18:00Z' },
  {
    organization: 'lantern-audio',
    user: 'demo-henrik',
    role: 'subscriber',
    status: 'inactive',
    since: '2024-06-20T07:15Z',
  },
  {
    organization: 'lantern-audio',
    user: 'demo-noor',
    role: 'admin',
    status: 'invited',
    since: '2025-08-14T10:10Z',
    invitedBy: 'demo-jun',
  },
  { organization: 'marginalia', user: 'demo-elias', role: 'owner', since: '2024-05-07T08:30Z' },
  {
    organization: 'marginalia',
    user: 'demo-noor',
    role: 'creator',
    since: '2024-05-30T16:45Z',
    invitedBy: 'demo-elias',
  },
  { organization: 'marginalia', user: 'demo-sam', role: 'member', since: '2024-12-01T19:30Z' },
  { organization: 'marginalia', user: 'demo-dele', role: 'member', since: '2025-01-08T12:00Z' },
];

/** Members in every role and every status. */
export const memberships: SeedRow<OrganizationMembership>[] = places.map(
  ({ organization, user, since, status = 'active', invitedBy = null, role }) => ({
    id: stableUuid(`organization_memberships/${organization}/${user}`),
    organization: organizationId(organization),
    user,
    role,
    status,
    invitedBy,
    createdAt: new Date(since),
    updatedAt: new Date(since),
  }),
);
