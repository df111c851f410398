import { EntityRepository } from '@mikro-orm/sql';
import type { User } from '../entities/user.entity.js';
import { exactly } from '../errors/arguments.js';

/** What a user needs to exist. */
export interface UserIdentity {
  id: string;
  name: string;
  email: string;
}

export class UserRepository extends EntityRepository<User> {
  findByEmail(email: string): Promise<User | null> {
    return this.findOne(exactly({ email }));
  }

  /**
   * Creates the user, or returns the one who has that e-mail address already.
   *
   * One statement decides, so that of two callers at the same time exactly one creates. The row is written at once.
   */
  async createOrFindByEmail({ id, name, email }: UserIdentity): Promise<{ user: User; isNew: boolean }> {
    const inserted = await this.createQueryBuilder()
      .insert(exactly({ id, name, email }))
      .onConflict('email')
      .ignore()
      .returning('id')
      .execute('all');
    const user = await this.findOneOrFail({ email });

    return { user, isNew: inserted.length > 0 };
  }
}
