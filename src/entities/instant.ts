import { t } from '@mikro-orm/core';

/** A point in time as `timestamptz(3)`: a `Date` has milliseconds, and a cursor over finer instants would lose rows. */
export const instant = { type: t.datetime, length: 3 } as const;
