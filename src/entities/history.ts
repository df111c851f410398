/**
 * For required relations: what was bought, granted, watched or joined is shown even after it was deleted. Without it, the
 * rows that refer to it would vanish from every read that populates it.
 */
export const throughDeleted = { notDeleted: false } as const;
