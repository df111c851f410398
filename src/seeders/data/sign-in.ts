import type { Account } from '../../entities/account.entity.js';
import type { Session } from '../../entities/session.entity.js';
import type { VerificationToken } from '../../entities/verification-token.entity.js';
import type { SeedRow } from '../insert-absent.js';
import type { PersonId } from './people.js';

const timestamps = (instant: string) => ({ createdAt: new Date(instant), updatedAt: new Date(instant) });

/** In the form of a scrypt hash, `salt:key`, but no password has it. */
const passwordThatNothingMatches = 'local-demo-salt:local-demo-key-that-no-password-has';

/** Sign-ins with a password, with GitHub and with Google; none of them works. */
export const accounts: (SeedRow<Account> & { user: PersonId })[] = [
  {
    id: 'demo-account-mara-password',
    user: 'demo-mara',
    providerId: 'credential',
    accountId: 'demo-mara',
    password: passwordThatNothingMatches,
    ...timestamps('2024-01-15T09:20Z'),
  },
  {
    id: 'demo-account-mara-github',
    user: 'demo-mara',
    providerId: 'github',
    accountId: '10000001',
    accessToken: 'local-demo-github-access-token',
    scope: 'read:user,user:email',
    ...timestamps('2024-02-01T08:12Z'),
  },
  {
    id: 'demo-account-sam-google',
    user: 'demo-sam',
    providerId: 'google',
    accountId: '100000000000000000001',
    accessToken: 'local-demo-google-access-token',
    refreshToken: 'local-demo-google-refresh-token',
    idToken: 'local-demo-google-id-token',
    accessTokenExpiresAt: new Date('2025-10-06T19:02Z'),
    scope: 'openid,email,profile',
    ...timestamps('2024-04-02T20:11Z'),
  },
  {
    id: 'demo-account-jun-password',
    user: 'demo-jun',
    providerId: 'credential',
    accountId: 'demo-jun',
    password: passwordThatNothingMatches,
    ...timestamps('2024-03-04T02:31Z'),
  },
];

/** A session that lasts, and one that ended long ago. */
export const sessions: (SeedRow<Session> & { user: PersonId })[] = [
  {
    id: 'demo-session-sam-television',
    user: 'demo-sam',
    token: 'local-demo-session-token-sam-television',
    expiresAt: new Date('2099-12-31T00:00Z'),
    ipAddress: '203.0.113.24',
    userAgent:
      'Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0 Safari/537.36',
    ...timestamps('2025-10-06T18:02Z'),
  },
  {
    id: 'demo-session-mara-laptop',
    user: 'demo-mara',
    token: 'local-demo-session-token-mara-laptop',
    expiresAt: new Date('2024-01-22T09:20Z'),
    ipAddress: '2001:db8::8:800:200c:417a',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0',
    ...timestamps('2024-01-15T09:20Z'),
  },
];

/** A token that Aiko has not used yet, and one that expired. */
export const verificationTokens: SeedRow<VerificationToken>[] = [
  {
    id: 'demo-verification-aiko',
    identifier: 'aiko.mori@post.example',
    value: 'local-demo-verification-value-aiko',
    expiresAt: new Date('2099-12-31T00:00Z'),
    ...timestamps('2025-09-24T05:22Z'),
  },
  {
    id: 'demo-verification-dele',
    identifier: 'reset-password:dele@post.example',
    value: 'local-demo-verification-value-dele',
    expiresAt: new Date('2025-03-02T13:10Z'),
    ...timestamps('2025-03-02T12:10Z'),
  },
];
