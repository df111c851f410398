import { describe, expect } from 'vitest';
import { test } from '../../src/testing/index.js';
import { findRow, insertRow } from '../support/rows.js';

const published = { status: 'published', published_at: '2026-01-01T00:00:00Z' };

describe('content of an organization that is deleted for good', () => {
  test("becomes its creator's draft under the same slug", async ({ em }) => {
    const organization_id = (await insertRow(em, 'organizations')).id;
    const content = await insertRow(em, 'content', { organization_id, ...published });
    await em.execute('delete from organizations where id = ?', [organization_id]);

    expect(await findRow(em, 'content', content.id)).toMatchObject({
      organization_id: null,
      status: 'draft',
      published_at: null,
      slug: content.slug,
    });
  });

  test('gets its id at the end of a slug that its creator already uses', async ({ em }) => {
    const organization_id = (await insertRow(em, 'organizations')).id;
    const slug = 's'.repeat(500);
    const personal = await insertRow(em, 'content', { slug, ...published });
    const content = await insertRow(em, 'content', { organization_id, creator_id: personal.creator_id, slug });
    await em.execute('delete from organizations where id = ?', [organization_id]);

    expect((await findRow(em, 'content', content.id))?.slug).toBe(`${'s'.repeat(463)}-${content.id}`);
    expect(await findRow(em, 'content', personal.id)).toEqual(personal);
  });

  test('survives when two organizations with the same slug go in one statement', async ({ em }) => {
    const [one, two] = [await insertRow(em, 'organizations'), await insertRow(em, 'organizations')];
    const first = await insertRow(em, 'content', { organization_id: one.id, slug: 'twin' });
    const second = await insertRow(em, 'content', {
      organization_id: two.id,
      slug: 'twin',
      creator_id: first.creator_id,
    });
    await em.execute('delete from organizations where id in (?, ?)', [one.id, two.id]);

    const slugs = [await findRow(em, 'content', first.id), await findRow(em, 'content', second.id)].map(
      (row) => row?.slug,
    );
    expect(slugs).toContain('twin');
    expect(new Set(slugs).size).toBe(2);
  });

  test('keeps its slug when only deleted content of its creator has it, or when it is deleted itself', async ({
    em,
  }) => {
    const organization_id = (await insertRow(em, 'organizations')).id;
    const deleted_at = '2026-01-01T00:00:00Z';
    const personal = await insertRow(em, 'content', { deleted_at });
    const { creator_id, slug } = personal;
    const live = await insertRow(em, 'content', { organization_id, creator_id, slug });
    const deleted = await insertRow(em, 'content', { organization_id, creator_id, slug, deleted_at });
    await em.execute('delete from organizations where id = ?', [organization_id]);

    expect((await findRow(em, 'content', live.id))?.slug).toBe(slug);
    expect((await findRow(em, 'content', deleted.id))?.slug).toBe(slug);
  });

  test('stays as it is while the organization lives, and when it changes hands', async ({ em }) => {
    const [one, two] = [await insertRow(em, 'organizations'), await insertRow(em, 'organizations')];
    const content = await insertRow(em, 'content', { organization_id: one.id, ...published });
    await em.execute('update content set organization_id = ? where id = ?', [two.id, content.id]);
    await em.execute('update content set title = ? where id = ?', ['Renamed', content.id]);

    expect(await findRow(em, 'content', content.id)).toMatchObject({ organization_id: two.id, status: 'published' });
  });

  test("leaves the creator's own published content alone", async ({ em }) => {
    const content = await insertRow(em, 'content', published);
    await em.execute('update content set title = ? where id = ?', ['Renamed', content.id]);

    expect(await findRow(em, 'content', content.id)).toMatchObject({ status: 'published', title: 'Renamed' });
  });
});
