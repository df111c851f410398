import { defineConfig } from 'vitest/config';

export default defineConfig({
  // As in tsconfig.json: entities are classes with decorators, and MikroORM reads the types of their properties.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: { include: ['test/**/*.test.ts'], testTimeout: 20_000 },
});
