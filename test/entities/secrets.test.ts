import { serialize } from '@mikro-orm/core';
import { describe, expect } from 'vitest';
import { Account, Session, VerificationToken } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { insertRow } from '../support/rows.js';

const secrets = [
  ['accounts', Account, ['password', 'accessToken', 'refreshToken', 'idToken']],
  ['sessions', Session, ['token']],
  ['verification_tokens', VerificationToken, ['value']],
] as const;

const columnOf = (property: string) => property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

describe('a secret', () => {
  test.for(secrets)(
    'of %s is neither selected nor serialized unless it is asked for by name',
    async ([table, entity, properties], { em }) => {
      const marker = 'marker-of-a-secret';
      const row = Object.fromEntries(properties.map((property) => [columnOf(property), `${marker}-${property}`]));
      const { id } = await insertRow(em, table, row);
      const name = entity as typeof Account;

      const plain = await em.fork().findOneOrFail(name, `${id}`);
      expect(`${JSON.stringify(plain)} ${JSON.stringify({ ...plain })}`).not.toContain(marker);

      const populate = properties as never;
      const asked = await em.fork().findOneOrFail(name, `${id}`, { populate });
      expect(asked).toMatchObject(
        Object.fromEntries(properties.map((property) => [property, `${marker}-${property}`])),
      );
      expect(
        `${JSON.stringify(asked)} ${JSON.stringify(serialize(asked, { populate: ['*'] as never }))}`,
      ).not.toContain(marker);
    },
  );

  test('finds a session, though it is not selected', async ({ em }) => {
    const { id, token } = await insertRow(em, 'sessions');
    const session = await em.findOneOrFail(Session, { token: `${token}` });

    expect(session.id).toBe(id);
    expect(session.token).toBeUndefined();
  });
});
