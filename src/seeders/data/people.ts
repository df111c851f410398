import type { User } from '../../entities/user.entity.js';
import type { SeedRow } from '../insert-absent.js';

type Person = Omit<SeedRow<User>, 'createdAt' | 'updatedAt'> & { joinedAt: string };

const people = [
  {
    id: 'demo-mara',
    name: 'Mara Lindqvist',
    email: 'mara@open-films.example',
    emailVerified: true,
    image: 'https://cdn.codex.example/people/mara.jpg',
    joinedAt: '2024-01-15T09:20Z',
  },
  {
    id: 'demo-tomas',
    name: 'Tomás Ferreira',
    email: 'tomas@open-films.example',
    emailVerified: true,
    image: 'https://cdn.codex.example/people/tomas.jpg',
    joinedAt: '2024-02-09T14:02Z',
  },
  {
    id: 'demo-ines',
    name: 'Ines Okafor',
    email: 'ines@open-films.example',
    emailVerified: true,
    joinedAt: '2024-02-12T08:45Z',
  },
  {
    id: 'demo-jun',
    name: 'Jun Watanabe',
    email: 'jun@lantern-audio.example',
    emailVerified: true,
    image: 'https://cdn.codex.example/people/jun.jpg',
    joinedAt: '2024-03-04T02:31Z',
  },
  {
    id: 'demo-priya',
    name: 'Priya Raman',
    email: 'priya@lantern-audio.example',
    emailVerified: true,
    joinedAt: '2024-03-21T11:17Z',
  },
  {
    id: 'demo-elias',
    name: 'Elias Brandt',
    email: 'elias@marginalia.example',
    emailVerified: true,
    image: 'https://cdn.codex.example/people/elias.jpg',
    joinedAt: '2024-05-06T07:58Z',
  },
  {
    id: 'demo-noor',
    name: 'Noor Haddad',
    email: 'noor@marginalia.example',
    emailVerified: true,
    joinedAt: '2024-05-30T16:40Z',
  },
  {
    id: 'demo-grace',
    name: 'Grace Holm',
    email: 'grace.holm@post.example',
    emailVerified: true,
    joinedAt: '2024-07-18T19:05Z',
  },
  {
    id: 'demo-sam',
    name: 'Sam Whitfield',
    email: 'sam.whitfield@post.example',
    emailVerified: true,
    image: 'https://cdn.codex.example/people/sam.jpg',
    joinedAt: '2024-04-02T20:11Z',
  },
  {
    id: 'demo-lucia',
    name: 'Lucía Romero',
    email: 'lucia.romero@post.example',
    emailVerified: true,
    joinedAt: '2024-04-19T21:36Z',
  },
  {
    id: 'demo-dele',
    name: 'Dele Adeyemi',
    email: 'dele@post.example',
    emailVerified: true,
    joinedAt: '2024-08-27T12:49Z',
  },
  {
    id: 'demo-henrik',
    name: 'Henrik Dahl',
    email: 'henrik.dahl@post.example',
    emailVerified: true,
    joinedAt: '2024-06-11T10:00Z',
  },
  {
    id: 'demo-aiko',
    name: 'Aiko Mori',
    email: 'aiko.mori@post.example',
    emailVerified: false,
    joinedAt: '2025-09-24T05:22Z',
  },
] as const satisfies Person[];

/** The key of a demo user. */
export type PersonId = (typeof people)[number]['id'];

/** A dozen people who make, sell, watch and read. */
export const users: SeedRow<User>[] = people.map(({ joinedAt, ...person }) => ({
  ...person,
  createdAt: new Date(joinedAt),
  updatedAt: new Date(joinedAt),
}));
