import { Account } from '../../entities/account.entity.js';
import { Session } from '../../entities/session.entity.js';
import { User } from '../../entities/user.entity.js';
import { VerificationToken } from '../../entities/verification-token.entity.js';
import { daysAfter, type FactorySource, type Overrides } from './factory-source.js';

const firstNames = ['Ada', 'Bela', 'Chidi', 'Dana', 'Emeka', 'Freya', 'Goran', 'Hana', 'Ivo', 'José'];
const lastNames = ['Abe', 'Berg', 'Castillo', 'Diallo', 'Eriksen', 'Fischer', 'Gupta', 'Horvat', 'O’Brien', 'Šimić'];
const userAgents = ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'codex-tv/3.2', null];

/** Factories for users and the ways in which they sign in. */
export function identityFactories(source: FactorySource) {
  const { em } = source;

  function user(overrides: Overrides<User> = {}): User {
    const draw = source.draw('users');
    const createdAt = overrides.createdAt ?? source.nextInstant();

    return em.create(User, {
      id: `user-${draw.suffix}`,
      name: `${draw.pick(firstNames)} ${draw.pick(lastNames)}`,
      email: `user-${draw.suffix}@factory.example`,
      emailVerified: draw.pick([true, true, false]),
      image: draw.pick([`https://cdn.codex.example/people/${draw.suffix}.jpg`, null]),
      createdAt,
      updatedAt: createdAt,
      ...overrides,
    });
  }

  function account(overrides: Overrides<Account> = {}): Account {
    const draw = source.draw('accounts');
    const owner = overrides.user ?? user();
    const createdAt = overrides.createdAt ?? source.nextInstant();
    const providerId = overrides.providerId ?? draw.pick(['credential', 'github', 'google']);
    const credentials =
      providerId === 'credential'
        ? { accountId: owner.id, password: `salt-${draw.suffix}:key-that-no-password-has` }
        : {
            accountId: `${draw.integer(1_000_000, 99_999_999)}`,
            accessToken: `access-token-${draw.suffix}`,
            refreshToken: draw.pick([`refresh-token-${draw.suffix}`, null]),
            accessTokenExpiresAt: daysAfter(createdAt, 1),
            scope: 'openid,email',
          };

    return em.create(Account, {
      id: `account-${draw.suffix}`,
      user: owner,
      providerId,
      createdAt,
      updatedAt: createdAt,
      ...credentials,
      ...overrides,
    });
  }

  function session(overrides: Overrides<Session> = {}): Session {
    const draw = source.draw('sessions');
    const owner = overrides.user ?? user();
    const createdAt = overrides.createdAt ?? source.nextInstant();

    return em.create(Session, {
      id: `session-${draw.suffix}`,
      user: owner,
      token: `session-token-${draw.suffix}`,
      expiresAt: daysAfter(createdAt, 7),
      ipAddress: draw.pick([`198.51.100.${draw.integer(1, 254)}`, '2001:db8::1', null]),
      userAgent: draw.pick(userAgents),
      createdAt,
      updatedAt: createdAt,
      ...overrides,
    });
  }

  function verificationToken(overrides: Overrides<VerificationToken> = {}): VerificationToken {
    const draw = source.draw('verification_tokens');
    const createdAt = overrides.createdAt ?? source.nextInstant();

    return em.create(VerificationToken, {
      id: `verification-token-${draw.suffix}`,
      identifier: `newcomer-${draw.suffix}@factory.example`,
      value: `verification-value-${draw.suffix}`,
      expiresAt: daysAfter(createdAt, 1),
      createdAt,
      updatedAt: createdAt,
      ...overrides,
    });
  }

  return { user, account, session, verificationToken };
}

/** What {@link identityFactories} makes. */
export type IdentityFactories = ReturnType<typeof identityFactories>;
