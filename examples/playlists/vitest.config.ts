import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Entities are declared by decorators, which esbuild's successor leaves alone unless told.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: { include: ['test/**/*.test.ts'], testTimeout: 20_000 },
});
