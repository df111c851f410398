import { t } from '@mikro-orm/core';

/** A text that is not selected unless it is asked for by name, and never serialized. */
export const requiredSecret = { type: t.text, lazy: true, hidden: true } as const;

/** The same for a column that may be empty. */
export const secret = { ...requiredSecret, nullable: true } as const;
