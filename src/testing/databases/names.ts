import { createHash, randomUUID } from 'node:crypto';

/**
 * The names of all databases that the harness makes.
 *
 * They begin with a mark of the administrative database: the advisory locks that protect them are only seen from there.
 */
export class Names {
  /** Names this process's databases, and the lock that says that it lives. */
  readonly token = randomUUID().slice(0, 8);
  readonly prefix: string;
  #count = 0;

  private constructor(adminDatabase: string) {
    this.prefix = `codex_test_${hash(adminDatabase).slice(0, 4)}_`;
  }

  static of({ url }: { url: string }): Names {
    return new Names(new URL(url).pathname);
  }

  template(key: string): string {
    return `${this.prefix}${key}`;
  }

  slot(template: string, number: number): string {
    return `${template}_slot${number}`;
  }

  /** A name that no other database has, for one of this process's own. */
  own(): string {
    this.#count += 1;
    return `${this.prefix}own_${this.token}_${this.#count}`;
  }

  /** A name for a database that stays for somebody to look at. Later ones come later in the alphabet. */
  kept(): string {
    const time = new Date(performance.timeOrigin + performance.now()).toISOString().replaceAll(/\D/g, '').slice(0, 14);
    this.#count += 1;
    return `${this.prefix}kept_${time}_${this.token}_${this.#count}`;
  }

  /** The lock of the process that a database of its own belongs to. */
  ownerLock(token = this.token): string {
    return `${this.prefix}own_${token}`;
  }
}

export const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
