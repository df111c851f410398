import type { Orm, Scope } from '../../../src/index.js';
import { type Door, throughOrm } from './doors.js';
import { isSeen, representatives, secretTables } from './expectation.js';
import { missingKey, type Subject, subjectsOf } from './subjects.js';
import { waysToRead } from './ways-to-read/index.js';
import type { KeyWay, ReadWay } from './ways-to-read/way.js';
import { nameOf, type Row, rows } from './world.js';

/** What a way showed of an entity in a scope, and what it had to show: keys of rows, or what it was answered instead. */
interface ReadCell {
  scope: string;
  entity: string;
  way: string;
  seen: string[];
  expected: string[];
}

/** Not a row, but that the database refused the question. */
const refused = 'refused: OUT_OF_SCOPE';

/** What is said of a row that there is not. */
const saysNothing = /^(null|undefined|.*NotFoundError: .*)$/;

/** Asks every way for every entity in every scope. */
export async function readAll(orm: Orm, scopes: Record<string, Scope>): Promise<ReadCell[]> {
  return readBy(orm, throughOrm(orm), waysToRead, scopes);
}

/** The same through another door. */
export async function readBy<Inside>(
  orm: Orm,
  door: Door<Inside>,
  ways: readonly ReadWay<Inside>[],
  scopes: Record<string, Scope>,
): Promise<ReadCell[]> {
  const cells: ReadCell[] = [];

  for (const subject of subjectsOf(orm)) {
    const fitting = ways.filter(({ appliesTo = () => true }) => appliesTo(subject));

    for (const [name, scope] of Object.entries(scopes)) {
      const read = async (inside: Inside, way: ReadWay<Inside>): Promise<ReadCell> => ({
        scope: name,
        entity: subject.name,
        way: way.name,
        seen: await seenBy(door, inside, way, subject, scope),
        expected: expectedOf(way, subject, scope),
      });

      cells.push(...(await together(door, scope, fitting, read)));
    }
  }

  return cells;
}

/** All ways in one scope; or each in a scope of its own, where one ends the scope. */
async function together<Inside>(
  door: Door<Inside>,
  scope: Scope,
  ways: readonly ReadWay<Inside>[],
  read: (inside: Inside, way: ReadWay<Inside>) => Promise<ReadCell>,
): Promise<ReadCell[]> {
  const cells: ReadCell[] = [];

  try {
    await door.open(scope, async (inside) => {
      for (const way of ways) {
        cells.push(await read(door.fresh(inside), way));
      }
    });
  } catch (error) {
    if (ways.length === 1) {
      return cells.map((cell) => ({ ...cell, seen: [describe(error)] }));
    }

    cells.length = 0;

    for (const way of ways) {
      cells.push(...(await together(door, scope, [way], read)));
    }
  }

  return cells;
}

async function seenBy<Inside>(
  door: Door<Inside>,
  inside: Inside,
  way: ReadWay<Inside>,
  subject: Subject,
  scope: Scope,
): Promise<string[]> {
  try {
    return 'list' in way
      ? [...new Set(await way.list(inside, subject))].sort()
      : await askForEach(door, inside, way, subject, scope);
  } catch (error) {
    return [describe(error)];
  }
}

/** The keys that were seen, and whatever else was said of a row that is not what is said of a missing one. */
async function askForEach<Inside>(
  door: Door<Inside>,
  inside: Inside,
  way: KeyWay<Inside>,
  subject: Subject,
  scope: Scope,
): Promise<string[]> {
  const ask = async (key: string): Promise<string> => {
    try {
      return `${await way.ask(door.fresh(inside), subject, key)}`;
    } catch (error) {
      return describe(error).replaceAll(key, '<key>');
    }
  };
  const missing = await ask(missingKey(subject));
  const found = saysNothing.test(missing) ? [] : [missing];

  for (const { id } of askedFor(way, subject, scope)) {
    const answer = await ask(id);
    answer !== missing && found.push(answer);
  }

  return found.sort();
}

function describe(error: unknown): string {
  const { code, name, message } = error as { code?: string; name: string; message: string };
  return code === 'OUT_OF_SCOPE' ? refused : `${name}: ${message}`;
}

const askedFor = (way: ReadWay<any>, { rows: all }: Subject, scope: Scope): readonly Row[] =>
  'list' in way || way.asksForAll ? all : representatives(all, scope);

function expectedOf(way: ReadWay<any>, subject: Subject, scope: Scope): string[] {
  if (secretTables.includes(subject.table)) {
    return [refused];
  }

  return askedFor(way, subject, scope)
    .filter((row) => isSeen(scope, row) && !(way.hidesDeleted && row.deleted_at))
    .filter((row) => way.reaches?.(row, subject, scope) ?? true)
    .map(({ id }) => id)
    .sort();
}

/** What is wrong with a cell, in words. */
export function faultOf({ scope, entity, way, seen, expected }: ReadCell): string[] {
  const known = (key: string) => rows.find(({ id }) => id === key);
  const inWords = (key: string) => (known(key) ? nameOf(known(key)!) : key);
  const more = seen.filter((key) => !expected.includes(key)).map((key) => `+ ${inWords(key)}`);
  const less = expected.filter((key) => !seen.includes(key)).map((key) => `- ${inWords(key)}`);

  return more.length + less.length > 0
    ? [`${way} of ${entity} in the scope of ${scope}: ${[...more, ...less].join(', ')}`]
    : [];
}

/** The ways that showed rows which the scope does not have. */
export const leakingWays = (cells: readonly ReadCell[]): string[] =>
  [
    ...new Set(
      cells
        .filter(({ seen, expected }) => seen.some((key) => isRow(key) && !expected.includes(key)))
        .map(({ way }) => way),
    ),
  ].sort();

const isRow = (key: string): boolean => rows.some(({ id }) => id === key);
