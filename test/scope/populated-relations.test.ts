import { describe, expect } from 'vitest';
import { Content, inScope, Purchase, type Scope } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { insertRow } from '../support/rows.js';
import { publish } from '../support/world.js';

describe('a relation to a row that the scope does not have', () => {
  test.for(['joined', 'select-in'] as const)(
    'does not hide the row that refers to it (%s)',
    async (strategy, { orm, em }) => {
      const { creator, organization, content } = await publish(em);
      const bought = await insertRow(em, 'purchases', { content_id: content.id });
      const scope: Scope = { user: `${bought.customer_id}` };

      await inScope(orm, scope, async (scoped) => {
        const options = { populate: ['content', 'organization', 'customer'], strategy } as const;
        const purchases = await scoped.find(Purchase, {}, options);
        const [found, total] = await scoped.findAndCount(Purchase, {}, options);

        expect(purchases.map(({ id }) => id)).toEqual([bought.id]);
        expect(found).toEqual(purchases);
        expect(total).toBe(1);
        expect(purchases[0]?.customer.name).toBe('Ada');
        expect(JSON.stringify(purchases)).not.toContain(content.title);
        // What it was bought from is kept, whatever is flushed.
        purchases[0]!.status = 'refunded';
      });

      expect(await em.fork().findOneOrFail(Purchase, `${bought.id}`, { populate: ['content.creator'] })).toMatchObject({
        status: 'refunded',
        organization: { id: organization.id },
        content: { id: content.id, creator: { id: creator.id } },
      });
      await inScope(orm, { org: organization.id }, async (scoped) => {
        const [purchase] = await scoped.find(Purchase, {}, { populate: ['content', 'customer'], strategy });

        expect(purchase?.content.title).toBe('Spring');
        expect(await scoped.find(Content, {}, { populate: ['creator', 'mediaItem'], strategy })).toHaveLength(1);
      });
    },
  );
});
