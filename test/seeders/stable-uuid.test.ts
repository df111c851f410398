import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stableUuid } from '../../src/seeders/stable-uuid.js';

describe('stableUuid', () => {
  test('is the version 5 UUID of the URL', () => {
    // python3 -c "import uuid; print(uuid.uuid5(uuid.NAMESPACE_URL, 'https://codex.example/content/sintel'))"
    expect(stableUuid('content/sintel')).toBe('8882378a-6642-5516-97d2-3e5cc3d693e9');
  });

  test('differs from path to path', () => {
    const paths = fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 50 });

    fc.assert(fc.property(paths, (unique) => new Set(unique.map(stableUuid)).size === unique.length));
  });
});
