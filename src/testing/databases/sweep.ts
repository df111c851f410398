import type { AdminSession } from '../server/admin-session.js';
import { dropDatabase } from './clones.js';
import type { Names } from './names.js';

/** How many templates stay that no run uses now: those of other packages, branches and PostgreSQL versions. */
const unusedTemplates = 8;

/** Drops what killed runs have left, and the oldest templates that nobody uses. What a living session uses is locked. */
export async function sweep(admin: AdminSession, names: Names, current: string): Promise<void> {
  const databases = await admin.query<{ name: string }>(
    'select datname as name from pg_database where starts_with(datname, $1) order by oid desc',
    [names.prefix],
  );
  const all = databases.map(({ name }) => name);
  const owned = new RegExp(`^${names.prefix}own_(\\w{8})_\\d+$`);
  const pattern = new RegExp(`^${names.prefix}[0-9a-f]{12}$`);
  // A session's own locks do not stop it.
  const templates = all.filter((name) => pattern.test(name) && name !== current);

  for (const name of all) {
    const token = owned.exec(name)?.[1];

    if (token) {
      await ifUnused(admin, names.ownerLock(token), () => dropDatabase(admin, name));
    }
  }

  for (const name of templates.slice(unusedTemplates)) {
    await ifUnused(admin, name, async () => {
      for (const slot of all.filter((each) => each.startsWith(`${name}_slot`))) {
        await dropDatabase(admin, slot);
      }

      await dropDatabase(admin, name);
    });
  }
}

async function ifUnused(admin: AdminSession, lock: string, work: () => Promise<void>): Promise<void> {
  if (await admin.tryLock(lock)) {
    // Another session that sweeps may be faster, and a database that resists is no reason not to test.
    await work().catch(() => {});
    await admin.unlock(lock);
  }
}
