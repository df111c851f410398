import { describe, expect } from 'vitest';
import { getConstraintName, isForeignKeyViolation } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { findRow, insertRow, type Row } from '../support/rows.js';

type DeleteRule = 'cascade' | 'restrict' | 'set null';

/** Every reference, and what the deletion of its target does to the row that holds it. */
const references: [table: string, column: string, target: string, rule: DeleteRule][] = [
  ['accounts', 'user_id', 'users', 'cascade'],
  ['content', 'creator_id', 'users', 'restrict'],
  ['content', 'media_item_id', 'media_items', 'set null'],
  ['content', 'organization_id', 'organizations', 'set null'],
  ['content_access', 'content_id', 'content', 'cascade'],
  ['content_access', 'organization_id', 'organizations', 'cascade'],
  ['content_access', 'user_id', 'users', 'cascade'],
  ['media_items', 'creator_id', 'users', 'restrict'],
  ['organization_memberships', 'invited_by', 'users', 'set null'],
  ['organization_memberships', 'organization_id', 'organizations', 'cascade'],
  ['organization_memberships', 'user_id', 'users', 'cascade'],
  ['purchases', 'content_id', 'content', 'restrict'],
  ['purchases', 'customer_id', 'users', 'cascade'],
  ['purchases', 'organization_id', 'organizations', 'restrict'],
  ['sessions', 'user_id', 'users', 'cascade'],
  ['video_playback', 'content_id', 'content', 'cascade'],
  ['video_playback', 'user_id', 'users', 'cascade'],
];

/** References that a rule across tables looks at first. For it, a missing row is like one that breaks the rule. */
const ruled: Record<string, string> = {
  'content.media_item_id': 'content_media_item_of_creator',
  'content_access.content_id': 'content_access_organization_of_content',
  'content_access.organization_id': 'content_access_organization_of_content',
  'purchases.content_id': 'purchases_organization_of_content',
  'purchases.organization_id': 'purchases_organization_of_content',
};

const missing: Record<string, unknown> = {
  users: 'nobody',
  organizations: '99999999-0000-4000-8000-000000000000',
  media_items: '99999999-0000-4000-8000-000000000000',
  content: '99999999-0000-4000-8000-000000000000',
};

describe('every reference', () => {
  test('is in this list, and the other way round', async ({ em }) => {
    const inDatabase = await em.execute<Row[]>(
      `select conrelid::regclass::text as table_name, attname as column_name, confrelid::regclass::text as target,
              case confdeltype when 'c' then 'cascade' when 'r' then 'restrict' when 'n' then 'set null' end as rule
       from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
       where contype = 'f' and connamespace = 'public'::regnamespace order by 1, 2`,
    );

    expect(inDatabase.map((row) => Object.values(row))).toEqual(references);
  });

  test.for(references)('%s.%s refuses a row that %s does not have', async ([table, column, target], { em }) => {
    const error = await insertRow(em, table, { [column]: missing[target] }).catch((caught: unknown) => caught);

    expect(isForeignKeyViolation(error)).toBe(true);
    expect(getConstraintName(error)).toBe(ruled[`${table}.${column}`] ?? `${table}_${column}_foreign`);
  });

  test.for(references)('%s.%s: deleting its %s does %s', async ([table, column, target, rule], { em }) => {
    const parent = await insertRow(em, target);
    const child = await insertRow(em, table, { [column]: parent.id });
    const deletion = em.execute(`delete from "${target}" where id = ?`, [parent.id]);

    if (rule === 'restrict') {
      const error = await deletion.catch((caught: unknown) => caught);
      expect(isForeignKeyViolation(error)).toBe(true);
      expect(getConstraintName(error)).toBe(`${table}_${column}_foreign`);
      expect(await findRow(em, table, child.id)).toEqual(child);
    } else {
      await deletion;
      const left = await findRow(em, table, child.id);
      expect(left?.[column]).toBe(rule === 'cascade' ? undefined : null);
      expect(left === undefined).toBe(rule === 'cascade');
    }
  });
});
