import type { AdminSession } from '../server/admin-session.js';
import { dropDatabase } from './clones.js';
import type { Names } from './names.js';

/** A database for tests that leave nothing behind, used by one session at a time and then by the next. */
export interface SlotDatabase {
  name: string;
  url: string;
  /** Lets others have it. @param isClean whether it is as it was. */
  release(isClean: boolean): Promise<void>;
}

/** The note on a slot that nobody uses. While somebody does there is none, so a killed run leaves none. */
const clean = 'clean';

/** Takes the first slot that no session has, and makes it anew unless it was left clean. */
export async function takeSlot(admin: AdminSession, names: Names, template: string): Promise<SlotDatabase> {
  for (let number = 1; ; number++) {
    const name = names.slot(template, number);

    if (await admin.tryLock(name)) {
      await prepare(admin, name, template);

      return {
        name,
        url: admin.urlOf(name),
        release: async (isClean) => {
          await (isClean ? admin.query(`comment on database "${name}" is '${clean}'`) : dropDatabase(admin, name));
          await admin.unlock(name);
        },
      };
    }
  }
}

async function prepare(admin: AdminSession, name: string, template: string): Promise<void> {
  const [found] = await admin.query<{ note: string | null }>(
    `select shobj_description(oid, 'pg_database') as note from pg_database where datname = $1`,
    [name],
  );

  if (found?.note === clean) {
    await admin.query(`comment on database "${name}" is null`);
    return;
  }

  found && (await dropDatabase(admin, name));
  await admin.query(`create database "${name}" template "${template}"`);
}
