import type { Orm, Scope } from '../../../src/index.js';
import { type Door, throughOrm } from './doors.js';
import { isAllowed, isSeen, mayWrite, ownersOf, representatives } from './expectation.js';
import { newRows, ownVersionOf } from './new-rows.js';
import { missingKey, type Subject, subjectsOf } from './subjects.js';
import { waysToWriteData, waysToWriteRows } from './ways-to-write/index.js';
import { type DataWay, type RowWay, setOf } from './ways-to-write/way.js';
import { changesBetween, nameOf, type Row, readDigest, restoreWorld, rows } from './world.js';

/** How many attempts there were, and what was wrong with them. */
export interface WriteCells {
  cells: number;
  faults: WriteFault[];
}

interface WriteFault {
  way: string;
  /** Whether rows were written that must not be, and whether the scope sees at least those. */
  leak: 'unseen' | 'read-only' | undefined;
  text: string;
}

interface WaysToWrite<Inside> {
  rows: readonly RowWay<Inside>[];
  data: readonly DataWay<Inside>[];
}

/** Tries to write by every way to every entity in every scope. */
export async function writeAll(orm: Orm, scopes: Record<string, Scope>): Promise<WriteCells> {
  return writeBy(orm, throughOrm(orm), { rows: waysToWriteRows, data: waysToWriteData }, scopes);
}

/** The same through another door. */
export async function writeBy<Inside>(
  orm: Orm,
  door: Door<Inside>,
  ways: WaysToWrite<Inside>,
  scopes: Record<string, Scope>,
): Promise<WriteCells> {
  const run = new WriteRun(orm, door, await readDigest(orm));

  for (const subject of subjectsOf(orm)) {
    for (const [name, scope] of Object.entries(scopes)) {
      for (const way of ways.rows) {
        await run.writeRows(way, subject, name, scope);
      }

      for (const way of ways.data) {
        await run.writeData(way, subject, name, scope);
      }
    }
  }

  return run;
}

class WriteRun<Inside> implements WriteCells {
  cells = 0;
  readonly faults: WriteFault[] = [];
  readonly #orm: Orm;
  readonly #door: Door<Inside>;
  readonly #untouched: Map<string, string>;
  /** Whether something was tried since the last look at the rows. */
  #isUnchecked = false;

  constructor(orm: Orm, door: Door<Inside>, untouched: Map<string, string>) {
    this.#orm = orm;
    this.#door = door;
    this.#untouched = untouched;
  }

  /** Does the same to rows of every sort: exactly those that the scope may write are written. */
  async writeRows(way: RowWay<Inside>, subject: Subject, scopeName: string, scope: Scope): Promise<void> {
    const about = `${way.name} of ${subject.name} in the scope of ${scopeName}`;
    const write = (key: string) => (inside: Inside) => way.run(inside, subject, key);
    const toldOfMissing = await this.#tell(scope, missingKey(subject), write(missingKey(subject)));
    const told = new Map<Row, string>();

    for (const row of representatives(subject.rows, scope)) {
      if (!changeOf(way, subject, scope, row)) {
        told.set(row, await this.#tell(scope, row.id, write(row.id)));
      }
    }

    await this.#expectNothing(way, scope, about);

    for (const [row, answer] of told) {
      if (answer.startsWith('failed') && !isRefusal(answer)) {
        this.#report(way, undefined, `${about}, ${nameOf(row)}: ${answer}`);
      }

      if (!isSeen(scope, row) && answer !== toldOfMissing) {
        this.#report(
          way,
          undefined,
          `${about} tells ${nameOf(row)} from a missing row: ${answer}, not ${toldOfMissing}`,
        );
      }
    }

    for (const row of representatives(subject.rows, scope).filter((each) => !told.has(each))) {
      const change = `${changeOf(way, subject, scope, row)} ${row.table} ${row.id}`;
      await this.#expect(way, `${about}, ${nameOf(row)}`, scope, write(row.id), [change]);
    }
  }

  async writeData(way: DataWay<Inside>, subject: Subject, scopeName: string, scope: Scope): Promise<void> {
    const about = `${way.name} of ${subject.name} in the scope of ${scopeName}`;

    if (way.does === 'insert') {
      for (const { name, isWithin, data } of newRows(scope, subject)) {
        const write = (inside: Inside) => way.run(inside, subject, data);
        const made = isWithin && isAllowed(scope, subject.table, 'insert') ? [`new ${subject.table}`] : [];
        await this.#expect(way, `${about}, ${name}`, scope, write, made, subject);
      }

      await this.#expectNothing(way, scope, about);
      return;
    }

    for (const row of representatives(subject.rows, scope)) {
      const data = ownVersionOf(row, scope, subject, setOf(subject));
      const isAllowedTo = mayWrite(scope, row, 'update') && isAllowed(scope, row.table, 'insert');
      const changes = isAllowedTo ? [`changed ${row.table} ${row.id}`] : [];
      await this.#expect(way, `${about}, ${nameOf(row)}`, scope, (inside) => way.run(inside, subject, data), changes);
    }

    await this.#expectNothing(way, scope, about);
  }

  /** Whatever was tried since the last look, nothing is written. */
  async #expectNothing(way: { name: string }, scope: Scope, about: string): Promise<void> {
    if (!this.#isUnchecked) {
      return;
    }

    const changes = await this.#changes();

    if (changes.length > 0) {
      this.#report(way, leakOf(scope, changes), `${about} wrote ${changes.join(', ')}`);
      await restoreWorld(this.#orm);
    }
  }

  /** Exactly these rows are written or, if there are none, the scope refuses. */
  async #expect(
    way: { name: string },
    about: string,
    scope: Scope,
    work: (inside: Inside) => unknown,
    expected: string[],
    newOf?: Subject,
  ): Promise<void> {
    await this.#expectNothing(way, scope, about);
    const told = await this.#tell(scope, '', work);

    if (expected.length === 0 && isRefusal(told)) {
      // The next look at the rows is soon enough.
      return;
    }

    const changes = await this.#changes();
    const found = newOf ? changes.map((change) => change.replace(/^(new \S+) .*/, '$1')) : changes;

    if (`${found}` !== `${expected}`) {
      const leaks = changes.filter((_, index) => !expected.includes(found[index]!));
      this.#report(
        way,
        leakOf(scope, leaks),
        `${about}: ${found.join(', ') || 'nothing'}, not ${expected.join(', ') || 'nothing'} (${told})`,
      );
    } else if (expected.length === 0) {
      this.#report(way, undefined, `${about} is not refused: ${told}`);
    } else if (newOf && !(await this.#isOwn(scope, newOf, changes))) {
      this.#report(way, 'unseen', `${about} made a row of somebody else`);
    }

    changes.length > 0 && (await restoreWorld(this.#orm));
  }

  /** What the caller is told, without the key that it asked for. */
  async #tell(scope: Scope, key: string, work: (inside: Inside) => unknown): Promise<string> {
    this.cells++;
    this.#isUnchecked = true;

    try {
      return `told ${JSON.stringify(await this.#door.open(scope, work))}`;
    } catch (error) {
      const { name, code, message, constraint } = error as Record<string, unknown>;
      const said = `failed: ${name} ${code} ${constraint} ${message}`;
      return key ? said.replaceAll(key, '<key>') : said;
    }
  }

  async #changes(): Promise<string[]> {
    this.#isUnchecked = false;
    return changesBetween(this.#untouched, await readDigest(this.#orm));
  }

  async #isOwn(scope: Scope, { table }: Subject, changes: string[]): Promise<boolean> {
    const [row] = await this.#orm.em
      .fork()
      .execute(`select * from "${table}" where id = ?`, [changes[0]!.split(' ')[2]]);
    return ownersOf(scope, table).every(([column, value]) => row?.[column] === value);
  }

  #report(way: { name: string }, leak: WriteFault['leak'], text: string): void {
    this.faults.push({ way: way.name, leak, text });
  }
}

/**
 * What a scope says to a write that it does not allow. Where a rule across tables is looked at before the policy, the rule
 * refuses; and what lacks the key that only its caller can give does not get as far as the database.
 */
const isRefusal = (told: string): boolean =>
  /^failed: (\w+ (OUT_OF_SCOPE|HARD_DELETE_REFUSED|QUERY_FAILED \w+_of_(creator|content)) |ValidationError .* Value for User\.id is required)/.test(
    told,
  );

function changeOf(way: RowWay<any>, { meta }: Subject, scope: Scope, row: Row): 'changed' | 'gone' | undefined {
  const hasMark = 'deletedAt' in meta.properties;
  const does = way.does === 'remove' ? (hasMark ? 'update' : 'delete') : way.does;

  if (way.hidesDeleted && row.deleted_at) {
    return undefined;
  }

  return mayWrite(scope, row, does) ? (does === 'delete' ? 'gone' : 'changed') : undefined;
}

/** What it means that these rows are different, though they had to stay as they are. */
function leakOf(scope: Scope, changes: readonly string[]): WriteFault['leak'] {
  const isReadOnly = (change: string) =>
    rows.some((row) => change.endsWith(` ${row.table} ${row.id}`) && isSeen(scope, row));
  return changes.length === 0 ? undefined : changes.every(isReadOnly) ? 'read-only' : 'unseen';
}
