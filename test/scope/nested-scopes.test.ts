import { describe, expect } from 'vitest';
import { Content, inScope, Organization, type Scope, ScopeRefusedError } from '../../src/index.js';
import { test as base } from '../support/database-per-file.js';
import { publish } from '../support/world.js';

/** An organization whose content is by two creators. */
const test = base.extend('shared', async ({ em }) => {
  const { organization, content, creator } = await publish(em);
  const other = await publish(em);
  other.content.organization = organization as never;
  other.content.slug = 'other';
  await em.flush();

  return { org: organization.id, creator: creator.id, content: content.id, other: other.content.id };
});

const settings = `select current_user as role, current_setting('codex.org', true) as org,
  current_setting('codex.creator', true) as creator, current_setting('transaction_read_only') as "readOnly",
  txid_current_if_assigned() is not null as writes`;

describe('a scope within a scope', () => {
  test('narrows it, in the same transaction, until it ends', async ({ orm, shared: { org, creator, content } }) => {
    await inScope(orm, { org }, async (em) => {
      const before = await em.execute(settings);
      const inner = await inScope(orm, { creator, org }, async (em) => ({
        ids: (await em.find(Content, {})).map(({ id }) => id),
        settings: await em.execute(settings),
      }));

      expect(inner.ids).toEqual([content]);
      expect(inner.settings).toMatchObject([{ role: 'codex_scoped_creator_org', org, creator }]);
      expect(await em.count(Content)).toBe(2);
      expect(await em.execute(settings)).toEqual(before);
    });
  });

  test('may be read-only, and the outer one writes on', async ({ orm, shared: { org, content } }) => {
    await inScope(orm, { org }, async (em) => {
      const write = inScope(orm, { org }, (inner) => inner.nativeUpdate(Content, content, { title: 'x' }), {
        readOnly: true,
      });

      await expect(write).rejects.toMatchObject({ sqlState: '25006' });
      expect(await inScope(orm, { org }, (inner) => inner.count(Content), { readOnly: true })).toBe(2);
      expect(await em.nativeUpdate(Content, content, { title: 'written' })).toBe(1);
    });
  });

  test('takes back only what it did itself if it fails', async ({ orm, shared: { org, content, other } }) => {
    await inScope(orm, { org }, async (em) => {
      await em.nativeUpdate(Content, content, { title: 'outer' });
      const inner = inScope(orm, { org }, async (em) => {
        await em.nativeUpdate(Content, other, { title: 'inner' });
        await em.execute('select 1 / 0');
      });

      await expect(inner).rejects.toMatchObject({ sqlState: '22012' });
      expect(await em.execute(settings)).toMatchObject([{ role: 'codex_scoped_org', org, readOnly: 'off' }]);
    });

    const titles = (await orm.em.fork().find(Content, [content, other])).map(({ id, title }) => [id, title]);
    expect(Object.fromEntries(titles)).toEqual({ [content]: 'outer', [other]: 'Spring' });
  });

  test('is undone with the outer one', async ({ orm, shared: { org, content } }) => {
    const outer = inScope(orm, { org }, async () => {
      await inScope(orm, { org }, (em) => em.nativeUpdate(Content, content, { title: 'inner' }));
      throw new Error('outer');
    });

    await expect(outer).rejects.toThrow('outer');
    expect(await orm.em.fork().findOneOrFail(Content, content)).toMatchObject({ title: 'Spring' });
  });

  test.for<[string, (shared: { org: string; creator: string }) => [Scope, Scope]]>([
    ['another organization', ({ org }) => [{ org }, { org: crypto.randomUUID() }]],
    ['a creator instead', ({ org, creator }) => [{ org }, { creator }]],
    ['a user instead', ({ org }) => [{ org }, { user: 'ada' }]],
    ['less', ({ org, creator }) => [{ org, creator }, { org }]],
    [
      'another creator',
      ({ org, creator }) => [
        { org, creator },
        { org, creator: 'eve' },
      ],
    ],
  ])('cannot be %s', async ([, scopes], { orm, shared }) => {
    const [outer, inner] = scopes(shared);
    const nested = inScope(orm, outer, () => inScope(orm, inner, (em) => em.find(Content, {})));

    await expect(nested).rejects.toBeInstanceOf(ScopeRefusedError);
  });

  test('cannot have an isolation level of its own', async ({ orm, shared: { org } }) => {
    const nested = inScope(orm, { org }, () => inScope(orm, { org }, () => {}, { isolationLevel: 'serializable' }));

    await expect(nested).rejects.toBeInstanceOf(ScopeRefusedError);
  });

  test('has the transaction for itself while it works', async ({ orm, shared: { org, creator } }) => {
    await inScope(orm, { org }, async (em) => {
      const inner = inScope(orm, { org, creator }, async (inner) => {
        await expect(em.find(Content, {})).rejects.toBeInstanceOf(ScopeRefusedError);
        expect(() => em.getKysely().selectFrom('content').selectAll().compile()).toThrow(ScopeRefusedError);

        return inner.count(Content);
      });
      const second = inScope(orm, { org }, (third) => third.count(Content));

      await expect(second).rejects.toBeInstanceOf(ScopeRefusedError);
      expect(await inner).toBe(1);
      expect(await em.count(Content)).toBe(2);
    });
  });

  test('is none once the outer one is over, or for another database’s ORM', async ({ orm, shared: { org }, neon }) => {
    const { createOrm } = await import('../../src/index.js');
    const other = createOrm(neon);
    let later: (() => Promise<number>) | undefined;

    try {
      await inScope(orm, { org }, async () => {
        expect(await inScope(other, { user: 'ada' }, (em) => em.count(Organization))).toBe(0);
        const { promise, resolve } = Promise.withResolvers<void>();
        const waiting = promise.then(() => inScope(orm, { user: 'ada' }, (em) => em.count(Organization)));
        later = () => {
          resolve();
          return waiting;
        };
      });

      expect(await later?.()).toBe(0);
    } finally {
      await other.close();
    }
  });
});
