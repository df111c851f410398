import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: {
    alias: {
      '@codex/database/edge': fileURLToPath(new URL('src/edge/index.ts', import.meta.url)),
      '@codex/database/local': fileURLToPath(new URL('src/local/index.ts', import.meta.url)),
      '@codex/database/testing': fileURLToPath(new URL('src/testing/index.ts', import.meta.url)),
      '@codex/database/worker': fileURLToPath(new URL('src/worker/index.ts', import.meta.url)),
      '@codex/database': fileURLToPath(new URL('src/index.ts', import.meta.url)),
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
