import { expect } from 'vitest';
import { inScope } from '../../../src/index.js';
import { test } from '../../support/database-per-file.js';
import { repositoryQuestions } from './repositories.js';
import { createWorld } from './world.js';

test.beforeAll(({ orm }) => createWorld(orm));

test.for(repositoryQuestions)(
  '$method finds what the scope has, and nothing of others',
  async ({ scope, ask }, { orm }) => {
    const own = await inScope(orm, scope, (em) => ask(em, 'a'));
    const foreign = await inScope(orm, scope, (em) => ask(em, 'b'));

    expect([own].flat()).not.toEqual([]);
    expect(own).not.toBeNull();
    expect([foreign].flat().filter((found) => found !== null)).toEqual([]);
  },
);
