import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../support/command.js';
import { inProject } from './support/project.js';

describe('docs/testing.md', { timeout: 300_000 }, () => {
  test('has examples that pass as they are', async () => {
    const text = await readFile(join(root, 'docs/testing.md'), 'utf8');
    const examples = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code!);
    expect(examples).toHaveLength(4);
    const files = Object.fromEntries(examples.map((code, index) => [`example-${index}`, code]));

    await inProject(
      files,
      async (project) => {
        const { code, output } = await project.run();
        expect(code, output).toBe(0);
        expect(output).toContain('6 passed');
        expect(await project.compile()).toBe('');
      },
      '',
    );
  });
});
