import type { Orm } from '../../../src/index.js';

/** A policy as the database has it. */
export interface StoredPolicy {
  name: string;
  table: string;
  command: string;
  roles: string;
  using: string;
  check: string | null;
}

/** One change that takes something from a policy, and what puts it back. */
export interface PolicyMutation {
  name: string;
  /** What of the database it is about, and which part of that it takes away. */
  about: string;
  part?: string;
  table: string;
  apply: string;
  undo: string;
}

export async function readPolicies(orm: Orm): Promise<StoredPolicy[]> {
  return orm.em.fork().execute<StoredPolicy[]>(
    `select polname as name, polrelid::regclass::text as "table", case polcmd when 'r' then 'select' else 'all' end as command,
      (select string_agg(rolname, ', ') from pg_roles where oid = any(polroles)) as roles,
      pg_get_expr(polqual, polrelid) as using, pg_get_expr(polwithcheck, polrelid) as check
     from pg_policy order by polrelid::regclass::text, polname`,
  );
}

/** Without the policy, and without each part of each of its conditions. */
export function mutationsOf(policy: StoredPolicy): PolicyMutation[] {
  const { name, table, command, roles, using, check } = policy;
  const about = `${table}.${name}`;
  const conditions = `using (${using})${check ? ` with check (${check})` : ''}`;
  const alter = `alter policy "${name}" on "${table}"`;
  const without = (word: string, condition: string): PolicyMutation[] =>
    weakened(condition).map(([part, rest]) => ({
      name: `${about} ${word} without ${part}`,
      about: `${about} ${word}`,
      part,
      table,
      apply: `${alter} ${word} (${rest})`,
      undo: `${alter} ${word} (${condition})`,
    }));

  return [
    {
      name: `${about} dropped`,
      about,
      table,
      apply: `drop policy "${name}" on "${table}"`,
      undo: `create policy "${name}" on "${table}" for ${command} to ${roles} ${conditions}`,
    },
    ...without('using', using),
    ...(check ? without('with check', check) : []),
  ];
}

/** The condition without each of its parts: those that must all hold, and those of which one must. */
function weakened(condition: string): [part: string, rest: string][] {
  const parts = split(condition, 'AND');

  return parts.flatMap((part, index): [string, string][] => {
    const others = parts.filter((_, each) => each !== index);
    const either = split(part, 'OR');

    return [
      [part, others.join(' AND ') || 'true'],
      ...(either.length > 1
        ? either.map((dropped): [string, string] => [
            dropped,
            [...others, `(${either.filter((each) => each !== dropped).join(' OR ')})`].join(' AND '),
          ])
        : []),
    ];
  });
}

/** The parts of a condition between the operator, outside of all parentheses of its own. */
function split(condition: string, operator: 'AND' | 'OR'): string[] {
  const text = unwrap(condition.trim());
  const parts: string[] = [];
  let [depth, start] = [0, 0];

  for (let index = 0; index < text.length; index++) {
    depth += text[index] === '(' ? 1 : text[index] === ')' ? -1 : 0;

    if (depth === 0 && text.startsWith(` ${operator} `, index)) {
      parts.push(text.slice(start, index));
      start = index + operator.length + 2;
    }
  }

  return [...parts, text.slice(start)].map((part) => part.trim());
}

/** The text without parentheses around all of it. */
function unwrap(text: string): string {
  let depth = 0;

  for (let index = 0; index < text.length - 1; index++) {
    depth += text[index] === '(' ? 1 : text[index] === ')' ? -1 : 0;

    if (depth === 0) {
      return text;
    }
  }

  return text.startsWith('(') ? unwrap(text.slice(1, -1).trim()) : text;
}
