import { textTable } from '../src/local/text-table.js';
import { compilePackage } from './bundle.js';

// `npm run size`: what each way into a Worker weighs, minified and gzipped, driver included, against its budget.
const budgets = [
  {
    name: 'HTTP executor',
    source: `export { createHttpExecutor } from './src/edge/index.js';`,
    limit: 51_000,
  },
  {
    name: 'edge database',
    source: `export { createEdgeDatabase, createHttpExecutor } from './src/edge/index.js';`,
    limit: 82_000,
  },
  {
    name: 'worker, all entities',
    source: `export * from './src/worker/index.js';`,
    limit: 350_000,
  },
];

const compiled = compilePackage();

try {
  const rows = [];

  for (const { name, source, limit } of budgets) {
    const { gzipped } = await compiled.bundle(source);
    const isOver = gzipped > limit;
    rows.push([name, kilobytes(gzipped), kilobytes(limit), isOver ? 'over budget' : 'ok']);
    process.exitCode = isOver ? 1 : process.exitCode;
  }

  console.log(textTable(['bundle', 'gzipped', 'budget', ''], rows));
} finally {
  compiled.remove();
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
