import { createOrm } from '../../../src/index.js';
import { TestWorker } from '../../../src/testing/worker.js';

// Opens a worker of the harness, and is killed at the point that it is told, as a run that somebody interrupts.
const [point, sentinels] = process.argv.slice(2) as [string, string];
const die = () => process.kill(process.pid, 'SIGKILL');

const worker = await TestWorker.open({
  createOrm: (settings) => {
    const orm = createOrm(settings);

    if (new URL(settings.url).pathname.startsWith('/codex_test_')) {
      const { migrator } = orm;
      const up = migrator.up.bind(migrator);
      migrator.up = async (...args) => {
        point === 'before the migrations' && die();
        const done = await up(...args);
        point === 'after the migrations' && die();
        return done;
      };
    }

    return orm;
  },
  sentinels,
});
const slot = await worker.takeSlot();
point === 'with a slot' && die();
await slot.beginTest();
await slot.orm.em.fork().execute('delete from purchases');
await (Reflect.get(slot, 'client') as { query(sql: string): Promise<unknown> }).query('commit');
point === 'with something committed' && die();
const { name } = await worker.clone();
process.send!(name, die);
