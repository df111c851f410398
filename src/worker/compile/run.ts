import { writeFileSync } from 'node:fs';
import { compiledFile, compileFunctions } from './compile-functions.js';

// `npm run compile`, after a change to an entity.
writeFileSync(compiledFile, compileFunctions());
console.log(`Wrote ${compiledFile}`);
