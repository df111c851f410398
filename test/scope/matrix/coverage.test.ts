import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Collection, EntityManager as MikroOrmManager, Reference, ScalarReference } from '@mikro-orm/core';
import { BasePostgreSqlEntityManager, EntityRepository, QueryBuilder, SqlEntityManager } from '@mikro-orm/sql';
import { ControlledTransaction, Kysely, QueryCreator } from 'kysely';
import { describe, expect, test } from 'vitest';
import { createEdgeDatabase, createHttpExecutor } from '../../../src/edge/index.js';
import {
  ContentAccessRepository,
  ContentRepository,
  EntityManager,
  MediaItemRepository,
  OrganizationMembershipRepository,
  OrganizationRepository,
  PurchaseRepository,
  ScopedEntityManager,
  UserRepository,
  VideoPlaybackRepository,
} from '../../../src/index.js';
import { escapes } from './escapes.js';
import { harmless } from './harmless-methods.js';
import { repositoryQuestions } from './repositories.js';
import { specialCells } from './special-cells.js';
import { waysToReadOverHttp } from './ways-to-read/http.js';
import { waysToRead } from './ways-to-read/index.js';
import { dataOverHttp, rowsOverHttp } from './ways-to-write/http.js';
import { waysToWriteData, waysToWriteRows } from './ways-to-write/index.js';

const covered = new Set(
  [
    ...waysToRead,
    ...waysToReadOverHttp,
    ...waysToWriteRows,
    ...waysToWriteData,
    ...rowsOverHttp,
    ...dataOverHttp,
    ...escapes,
    ...specialCells,
  ].flatMap(({ covers }) => covers),
);

const repositories = [
  ContentAccessRepository,
  ContentRepository,
  MediaItemRepository,
  OrganizationMembershipRepository,
  OrganizationRepository,
  PurchaseRepository,
  UserRepository,
  VideoPlaybackRepository,
];

const require = createRequire(import.meta.url);

/** The types of a class, as text. */
const typesOf = (module: string, path: string): string =>
  readFileSync(require.resolve(`${module}/package.json`).replace(/package\.json$/, path), 'utf8');

/** Whether the types offer a method: what is private to MikroORM need not be known here. */
const isPublic = (types: string | undefined, method: string): boolean =>
  !types || new RegExp(`^ +(?:get )?${method.replaceAll('$', '\\$')}[<(:?]`, 'm').test(types);

/** Each class under the name that the matrix gives it, and where its types are. */
const classes: [name: string, prototype: object, types?: string][] = [
  ['EntityManager', MikroOrmManager.prototype, typesOf('@mikro-orm/core', 'EntityManager.d.ts')],
  ['EntityManager', SqlEntityManager.prototype, typesOf('@mikro-orm/sql', 'SqlEntityManager.d.ts')],
  ['EntityManager', BasePostgreSqlEntityManager.prototype],
  ['EntityManager', EntityManager.prototype],
  ['EntityManager', ScopedEntityManager.prototype],
  [
    'EntityRepository',
    Object.getPrototypeOf(EntityRepository.prototype),
    typesOf('@mikro-orm/core', 'entity/EntityRepository.d.ts'),
  ],
  ['EntityRepository', EntityRepository.prototype, typesOf('@mikro-orm/sql', 'SqlEntityRepository.d.ts')],
  ['Collection', Collection.prototype, typesOf('@mikro-orm/core', 'entity/Collection.d.ts')],
  ['Reference', Reference.prototype, typesOf('@mikro-orm/core', 'entity/Reference.d.ts')],
  ['ScalarReference', ScalarReference.prototype, typesOf('@mikro-orm/core', 'entity/Reference.d.ts')],
  ['QueryBuilder', QueryBuilder.prototype, typesOf('@mikro-orm/sql', 'query/QueryBuilder.d.ts')],
  ['Kysely', Kysely.prototype],
  ['Kysely', QueryCreator.prototype],
  ['ControlledTransaction', ControlledTransaction.prototype],
  ['HttpExecutor', createHttpExecutor('postgresql://ada@localhost/x')],
  ['EdgeDatabase', Object.getPrototypeOf(createEdgeDatabase(createHttpExecutor('postgresql://ada@localhost/x')))],
];

const methodsOf = new Map(
  [...new Set(classes.map(([name]) => name))].map((name) => {
    const own = classes
      .filter(([each]) => each === name)
      .flatMap(([, prototype, types]) =>
        Object.getOwnPropertyNames(prototype).filter((method) => method !== 'constructor' && isPublic(types, method)),
      );

    return [name, [...new Set(own)].sort()];
  }),
);

describe.for([...methodsOf])('%s', ([name, methods]) => {
  test('has no method that the matrix does not know', () => {
    const known = (method: string) => covered.has(`${name}.${method}`) || harmless[name]?.[method] !== undefined;

    expect(methods.filter((method) => !known(method))).toEqual([]);
  });

  test('has all the methods that are said to be harmless, and none of them is tried as well', () => {
    const listed = Object.keys(harmless[name] ?? {});

    expect(listed.filter((method) => !methods.includes(method))).toEqual([]);
    expect(listed.filter((method) => covered.has(`${name}.${method}`))).toEqual([]);
  });

  test('has all the methods that a way says to go through', () => {
    const named = [...covered].filter((each) => each.startsWith(`${name}.`)).map((each) => each.split('.')[1]!);
    const inherited = name === 'EdgeDatabase' ? methodsOf.get('Kysely')! : [];

    expect(named.filter((method) => ![...methods, ...inherited].includes(method))).toEqual([]);
  });
});

test('every method of a repository is asked for rows of others', () => {
  const methods = repositories.flatMap((repository) =>
    Object.getOwnPropertyNames(repository.prototype)
      .filter((method) => method !== 'constructor')
      .map((method) => `${repository.name}.${method}`),
  );
  const asked = [...covered, ...repositoryQuestions.map(({ method }) => method)];

  expect(methods.filter((method) => !asked.includes(method))).toEqual([]);
});
