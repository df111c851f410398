import { afterEach, describe, expect, vi } from 'vitest';
import { Content, EntityManager, inScope, type Orm, ScopedEntityManager } from '../../../src/index.js';
import type { Lease } from '../../../src/orm/lease.js';
import { ScopeState } from '../../../src/scope/scope-state.js';
import { ScopeDefaults } from '../../../src/scope/scoped-entity-manager.js';
import { test } from '../../support/database-per-file.js';
import { escapes, faultOfEscape } from './escapes.js';
import { isSeen } from './expectation.js';
import { scopes } from './scopes.js';
import { faultOfCell, specialCells } from './special-cells.js';
import { createWorld, restoreWorld, rows } from './world.js';

/** Guards that are functions of a module, and not methods, by their names. */
const removed = vi.hoisted(() => new Set<string>());

vi.mock(import('../../../src/scope/statement-guard.js'), async (original) => {
  const module = await original();
  return { ...module, refuseEscape: (sql) => removed.has('refuseEscape') || module.refuseEscape(sql) };
});

vi.mock(import('../../../src/scope/scope.js'), async (original) => {
  const module = await original();
  const narrowScope: typeof module.narrowScope = (outer, inner) =>
    removed.has('narrowScope') ? inner : module.narrowScope(outer, inner);
  return { ...module, narrowScope };
});

vi.mock(import('../../../src/orm/lease.js'), async (original) => {
  const module = await original();

  class LooseLease extends module.Lease {
    constructor(...given: ConstructorParameters<typeof Lease>) {
      super(...given);
      removed.has('Lease.failure') && Object.defineProperty(this, 'failure', { get: () => undefined, set: () => {} });
    }

    override streamQuery<Row>(...given: Parameters<Lease['streamQuery']>) {
      return removed.has('Lease.streamQuery')
        ? this.connection.streamQuery<Row>(...given)
        : super.streamQuery<Row>(...given);
    }

    override end() {
      return removed.has('Lease.end') ? this.connection : super.end();
    }
  }

  return { ...module, Lease: LooseLease };
});

test.beforeAll(({ orm }) => createWorld(orm));

afterEach(() => {
  vi.restoreAllMocks();
  removed.clear();
});

/** What notices that each guard is missing, and how to remove it. */
const guards: [name: string, noticedBy: string, remove: () => void][] = [
  ['refuseEscape', 'em.execute: reset role', () => removed.add('refuseEscape')],
  ['narrowScope', 'a wider scope within the scope', () => removed.add('narrowScope')],
  ['Lease.end', 'statements that nobody awaits, on their way while the scope ends', () => removed.add('Lease.end')],
  [
    'Lease.end, at a rollback',
    'statements that nobody awaits, on their way while the scope is rolled back',
    () => removed.add('Lease.end'),
  ],
  ['Lease.streamQuery', 'kysely.getExecutor, streamed', () => removed.add('Lease.streamQuery')],
  ['Lease.failure', 'an error that is caught takes back what was written before', () => removed.add('Lease.failure')],
  [
    'ScopeState.check',
    'the outer scope while an inner one works',
    () => replace(ScopeState.prototype, 'check', () => {}),
  ],
  [
    'ScopeDefaults',
    `a new entity by its constructor is the scope's`,
    () => replace(ScopeDefaults.prototype, 'onFlush', () => {}),
  ],
  ['the flush that must find its rows', 'a flush takes content from another organization', () => inherit('flush')],
  ['fork without a session', 'em.fork with a session', () => inherit('fork')],
  ['begin', 'em.begin', () => inherit('begin')],
  ['getKysely, while in use', 'Kysely of the outer scope while an inner one works', () => inherit('getKysely')],
  ['tryCache', 'em.find from a cache', () => inherit('tryCache')],
  ['filters that cannot be switched off', 'em.find without filters', () => inherit('applyFilters')],
];

/** In place of the guard's method, the one that it overrides. */
function inherit(method: keyof EntityManager): void {
  replace(ScopedEntityManager.prototype, method, Reflect.get(EntityManager.prototype, method) as () => void);
}

function replace(prototype: object, method: string, by: (...args: never[]) => unknown): void {
  vi.spyOn(prototype as Record<string, () => unknown>, method).mockImplementation(by as () => unknown);
}

const own = rows
  .filter((row) => row.table === 'content' && !row.deleted_at && isSeen(scopes['organization a']!, row))
  .map(({ id }) => id)
  .sort();

async function faultsOf(orm: Orm, name: string): Promise<string[]> {
  const attempt = escapes.find((each) => each.name === name);
  const cell = specialCells.find((each) => each.name === name);

  return attempt ? faultOfEscape(orm, attempt, own) : faultOfCell(orm, cell!);
}

describe.for(guards)('%s', ([, noticedBy, remove]) => {
  test('is noticed where it is missing', async ({ orm }) => {
    expect(await faultsOf(orm, noticedBy)).toEqual([]);

    remove();
    const faults = await faultsOf(orm, noticedBy).finally(() => vi.restoreAllMocks());
    removed.clear();
    await restoreWorld(orm);

    expect(faults).not.toEqual([]);
    expect(await faultsOf(orm, noticedBy)).toEqual([]);
  });
});

test.for([
  ['commit', 'em.commit'],
  ['rollback', 'em.rollback'],
  ['setTransactionContext', 'em.setTransactionContext'],
] as const)('em.%s is refused by the connection too', async ([method, noticedBy], { orm }) => {
  inherit(method);

  expect(await faultsOf(orm, noticedBy)).toEqual([]);
});

test('the condition of the scope is noticed where it is missing, if the policies are', async ({ orm }) => {
  await orm.em.fork().execute('alter table content disable row level security');
  const count = () => inScope(orm, scopes['organization a']!, (em) => em.count(Content));

  expect(await count()).toBe(own.length);
  inherit('applyFilters');
  expect(await count()).toBeGreaterThan(own.length);
});
