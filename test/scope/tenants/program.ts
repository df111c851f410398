import fc from 'fast-check';
import { expect } from 'vitest';
import { DatabaseError, type Scope } from '../../../src/index.js';
import { creatorOf, marksIn, memberOf, organizationOf, type Tenant } from './world.js';

/** One thing that a tenant does in a scope, to one of the tables and in a variant that `pick` chooses. */
export interface Step {
  action: string;
  pick: number;
}

/** What a tenant does in one scope. */
interface Visit {
  tenant: 'a' | 'b';
  kind: keyof typeof kinds;
  steps: Step[];
  /** Turns of the event loop before it begins. */
  pause: number;
}

export interface Program {
  /** Visits of one lane follow each other; the lanes run at the same time. */
  lanes: Visit[][];
  /** The tenant that only reads, so that all its rows must stay as they were. */
  reader: 'a' | 'b' | null;
}

/** What a step needs to know. */
export interface Turn {
  own: Tenant;
  other: Tenant;
  scope: Scope;
  pick: number;
  /** Takes what the step does not wait for. The program does, once all visits are over. */
  leave: (late: PromiseLike<unknown>) => void;
}

/** Every kind of scope, for the people of a tenant. */
const kinds = {
  creator: (tenant: Tenant): Scope => ({ creator: creatorOf(tenant) }),
  org: (tenant: Tenant): Scope => ({ org: organizationOf(tenant) }),
  both: (tenant: Tenant): Scope => ({ creator: creatorOf(tenant), org: organizationOf(tenant) }),
  user: (tenant: Tenant): Scope => ({ user: memberOf(tenant) }),
};

/** At most thirty steps of these actions, by both tenants, in up to four lanes. */
export function randomProgram(actions: readonly string[]): fc.Arbitrary<Program> {
  const visit: fc.Arbitrary<Visit> = fc.record({
    tenant: fc.constantFrom('a' as const, 'b' as const),
    kind: fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[])),
    steps: fc.array(fc.record({ action: fc.constantFrom(...actions), pick: fc.nat(1000) }), {
      minLength: 1,
      maxLength: 3,
      size: 'max',
    }),
    pause: fc.nat(5),
  });

  return fc.record({
    lanes: fc
      .array(fc.tuple(fc.nat(3), visit), { minLength: 4, maxLength: 10, size: 'max' })
      .map((visits) => [0, 1, 2, 3].map((lane) => visits.filter(([each]) => each === lane).map(([, each]) => each))),
    reader: fc.constantFrom('a', 'b', null),
  });
}

/** What ends a visit on purpose. */
export class Interrupted extends Error {}

/**
 * Runs the lanes at the same time. Whatever a visit gives, rows or an error, must carry its tenant's mark and no other.
 *
 * @param enter runs one visit in its scope, and passes to `give` what each step gave
 * @returns how many of the steps gave a row
 */
export async function runProgram(
  { lanes, reader }: Program,
  writes: ReadonlySet<string>,
  enter: (turn: Omit<Turn, 'pick'>, steps: Step[], give: (result: unknown) => void) => Promise<unknown>,
): Promise<number> {
  let shown = 0;
  const late: Promise<() => void>[] = [];
  await Promise.all(
    lanes.map(async (lane) => {
      for (const visit of lane) {
        await runVisit(visit);
      }
    }),
  );

  for (const check of await Promise.all(late)) {
    check();
  }

  return shown;

  async function runVisit({ tenant, kind, steps, pause }: Visit): Promise<void> {
    for (let turn = 0; turn < pause; turn += 1) {
      await new Promise(setImmediate);
    }

    const allowed = steps.filter(({ action }) => tenant !== reader || !writes.has(action));
    const label = `${kind} of ${tenant}: ${allowed.map(({ action }) => action)}`;
    const give = (result: unknown) => {
      expect(
        marksIn(result).filter((mark) => mark !== tenant),
        label,
      ).toEqual([]);
      shown += marksIn(result).length;
    };

    const turn = {
      own: tenant,
      other: tenant === 'a' ? ('b' as const) : ('a' as const),
      scope: kinds[kind](tenant),
      leave: (each: PromiseLike<unknown>) => {
        const ended = Promise.resolve(each).catch((error: Error) => error.message);
        late.push(ended.then((result) => () => give(result)));
      },
    };

    try {
      give(await enter(turn, allowed, give));
    } catch (error) {
      if (!(error instanceof DatabaseError || error instanceof Interrupted)) {
        throw error;
      }

      give(`${error.message} ${JSON.stringify(error)}`);
    }
  }
}
