import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../support/command.js';

export interface Example {
  /** Heading above the example, and its line in the document. */
  title: string;
  /** A module whose default export runs the example on what is given. */
  module: string;
}

/**
 * Cuts the examples out of a document: all blocks marked `ts`.
 *
 * A line `expression; // => value` becomes an expectation. In a `catch` it only counts when it is reached, so an example
 * with one must reach it.
 */
export async function readExamples(document: string): Promise<Example[]> {
  const lines = (await readFile(join(root, document), 'utf8')).split('\n');
  const examples: Example[] = [];
  let heading = document;

  for (let line = 0; line < lines.length; line++) {
    heading = /^#+ (.*)$/.exec(lines[line]!)?.[1] ?? heading;

    if (lines[line] === '```ts') {
      const end = lines.indexOf('```', line);
      examples.push({
        title: `${heading} (line ${line + 1})`,
        module: toModule(lines.slice(line + 1, end).join('\n')),
      });
      line = end;
    }
  }

  return examples;
}

function toModule(code: string): string {
  const imports = code.match(/^import [^;]+;$/gm) ?? [];
  const body = imports
    .reduce((rest, statement) => rest.replace(statement, ''), code)
    .replaceAll(/^( *)(.+); \/\/ => (.+)$/gm, '$1expect($2).toEqual($3);');
  const names = ['orm', 'em', 'organizationId', 'creatorId', 'userId', 'contentId', 'sessionToken'];
  const given = names.filter((name) => !new RegExp(`^const ${name} =`, 'm').test(body));

  return [
    `import { expect } from 'vitest';`,
    `import type { Given } from '../given.js';`,
    ...imports,
    `export default async ({ ${given.join(', ')} }: Given): Promise<void> => {`,
    ...(body.includes('catch (error)') ? ['expect.hasAssertions();'] : []),
    body.trim(),
    '};',
    '',
  ].join('\n');
}
