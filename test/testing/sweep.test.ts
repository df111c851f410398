import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { hash, Names } from '../../src/testing/databases/names.js';
import { sweep } from '../../src/testing/databases/sweep.js';
import type { AdminSession } from '../../src/testing/server/admin-session.js';
import { connectToTestServer } from '../../src/testing/server/connect.js';

async function connect(): Promise<AdminSession> {
  const admin = await connectToTestServer();
  onTestFinished(() => admin.end());
  return admin;
}

test('templates that nobody uses go, but the eight latest, with their slots', { timeout: 120_000 }, async () => {
  const admin = await connect();
  const other = await connect();
  // As if another administrative database were in use: names of their own.
  const names = Names.of({ url: `postgresql://127.0.0.1/${randomUUID()}` });
  const templates = Array.from({ length: 11 }, (_, index) => names.template(hash(`${index}`).slice(0, 12)));
  const slot = names.slot(templates[0]!, 1);

  for (const name of [...templates, slot]) {
    await admin.query(`create database "${name}" template template0`);
    onTestFinished(async () => {
      await admin.query(`drop database if exists "${name}"`);
    });
  }

  await other.lock(templates[1]!, 'shared');
  await sweep(admin, names, templates[2]!);
  const left = await admin.query<{ name: string }>(
    'select datname as name from pg_database where starts_with(datname, $1) order by oid',
    [names.prefix],
  );

  // The first is the oldest; the second is in use, the third one's own.
  expect(left.map(({ name }) => name)).toEqual(templates.slice(1));
});
