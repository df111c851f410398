import pg from 'pg';
import { createOrm } from '../../../src/index.js';

// A process that migrates: the database's URL, the folder, and, if it is to die, after which writing statement and whether
// that one was only sent (`sent`) or also answered (`answered`).
const [url = '', folder = '', killAt = '', moment = ''] = process.argv.slice(2);
let writing = 0;
killAtStatement(Number(killAt), moment);

const orm = createOrm({ method: 'LOCAL_PROXY', url, migrations: { path: folder } });

try {
  const applied = await orm.migrator.up();
  console.log(`applied ${applied.length} with ${writing} writing statements`);
} finally {
  await orm.close();
}

/** What writes, or begins or ends a transaction. A process that dies between reads leaves the same as before them. */
function killAtStatement(last: number, when: string): void {
  const { prototype } = pg.Client as unknown as { prototype: { query(...args: unknown[]): Promise<unknown> } };
  const query = prototype.query;

  prototype.query = function (this: object, ...args: unknown[]): Promise<unknown> {
    const result = query.apply(this, args);

    if (!/^\s*select (?!set_config|pg_try)/i.test(String(args[0])) && ++writing === last) {
      when === 'sent' ? setImmediate(die) : result.then(die, die);
    }

    return result;
  };
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
