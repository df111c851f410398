import { describe, expect } from 'vitest';
import { cancelRequest, cString } from '../../../src/local/neon-proxy/wire-protocol.js';
import { activity, eventually, startProxy, test } from './support/index.js';
import { startPretender, welcome } from './support/pretender.js';
import { connectRaw, fieldsOf, loginOf, message, packet, query } from './support/raw-client.js';

describe('the protocol over a WebSocket', () => {
  test('asks for the password in clear text, then says what the server says', async ({ proxy, url }) => {
    const client = await connectRaw(proxy);
    const { startup, password } = loginOf(url);

    client.send(startup);
    const { type, body } = await client.read();
    client.send(password);
    const { types } = await client.readLogin();

    expect([type, body.readInt32BE()]).toEqual(['R', 3]);
    expect(types).toMatch(/^RS+KZ$/);
  });

  test('takes a login in any number of frames, with queries behind it', async ({ proxy, url }) => {
    const { startup, password } = loginOf(url);
    const bytes = Buffer.concat([startup, password, query('select 1'), query('select 2')]);
    const [whole, cut] = [await connectRaw(proxy), await connectRaw(proxy)];

    whole.send(bytes);
    cut.send(...[...bytes].map((byte) => Buffer.of(byte)));

    for (const client of [whole, cut]) {
      expect((await client.readLogin()).types).toMatch(/^RRS+KZ$/);
      expect((await client.readLogin()).types).toBe('TDCZ');
      expect((await client.readLogin()).types).toBe('TDCZ');
    }
  });

  test('has no encryption inside', async ({ proxy, url }) => {
    const client = await connectRaw(proxy);
    const { startup, password } = loginOf(url);

    client.send(packet(80_877_103), packet(80_877_104));
    await eventually(() => client.received.readableLength === 2);
    expect(client.received.read(2).toString()).toBe('NN');
    client.send(startup, password);

    expect((await client.readLogin()).types).toMatch(/^RRS+KZ$/);
  });

  test('cancels a query that another connection runs', async ({ admin, proxy, url }) => {
    const [client, canceller] = [await connectRaw(proxy), await connectRaw(proxy)];
    const { startup, password } = loginOf(url);
    client.send(startup, password);
    let key = Buffer.alloc(0) as Buffer;

    for (let type = ''; type !== 'Z'; ) {
      const next = await client.read();
      type = next.type;
      key = type === 'K' ? next.body : key;
    }

    client.send(query('select pg_sleep(63)'));
    await eventually(async () => (await activity(admin)).some((one) => one.query.includes('pg_sleep(63)')));
    canceller.send(cancelRequest(key));

    expect(fieldsOf((await client.readLogin()).last)).toMatchObject({ C: '57014' });
    expect(await canceller.closed).toBe(1000);
  });

  test('is understood up to version 3.0', async ({ proxy, url }) => {
    const client = await connectRaw(proxy);
    const { startup, password } = loginOf(url, { '_pq_.command_tag_format': 'x' });
    startup.writeInt32BE(196_610, 4);

    client.send(startup, password);
    const negotiation = await client.read();

    expect(negotiation.type).toBe('v');
    expect(negotiation.body.readInt32BE()).toBe(196_608);
    expect(negotiation.body.subarray(4)).toEqual(
      Buffer.concat([Buffer.of(0, 0, 0, 1), cString('_pq_.command_tag_format')]),
    );
    expect((await client.readLogin()).types).toMatch(/^RRS+KZ$/);
  });

  test('has its texts in UTF-8, whatever a client asks for', async ({ url }) => {
    const proxy = await startProxy({ strictStartup: false });
    const client = await connectRaw(proxy);
    const { startup, password } = loginOf(url, { client_encoding: 'LATIN1' });

    client.send(startup, password, query('show client_encoding'));
    await client.readLogin();
    const [, row] = [await client.read(), await client.read()];

    expect(row.body.toString()).toContain('UTF8');
  });

  test('loses nothing that the server says together with its welcome', async () => {
    const { port } = await startPretender(Buffer.concat([welcome, message('N', cString('Mextra'))]));
    const proxy = await startProxy({ backend: { host: '127.0.0.1', port } });
    const client = await connectRaw(proxy);
    const { startup, password } = loginOf('postgres://ada:secret@localhost/codex');

    client.send(startup, password);
    await client.readLogin();

    expect(fieldsOf(await client.read())).toEqual({ M: 'extra' });
  });

  test('ends when the server refuses a login, though it keep the connection', async () => {
    const { port } = await startPretender(message('E', ...['SFATAL', 'C53300'].map(cString), Buffer.of(0)));
    const proxy = await startProxy({ backend: { host: '127.0.0.1', port } });
    const client = await connectRaw(proxy);
    const { startup, password } = loginOf('postgres://ada:secret@localhost/codex');

    client.send(startup, password);

    expect(fieldsOf((await client.readLogin()).last)).toEqual({ S: 'FATAL', C: '53300' });
    expect(await client.closed).toBe(1000);
  });

  test.for([
    ['a version before 3', [packet(131_072)], '0A000'],
    ['a length that is too long', [Buffer.from('GET / HTTP/1.1')], '08P01'],
    ['a length that is too short', [Buffer.of(0, 0, 0, 7, 0, 0, 0)], '08P01'],
    ['a query in place of the password', [packet(196_608, { user: 'ada' }), query('select 1')], '08P01'],
    ['a password that is too long', [packet(196_608, { user: 'ada' }), message('p', Buffer.alloc(512))], '08P01'],
  ] as const)('refuses %s, and closes', async ([, frames, code], { proxy }) => {
    const client = await connectRaw(proxy);

    client.send(...frames);

    expect(fieldsOf((await client.readLogin()).last)).toMatchObject({ S: 'FATAL', C: code });
    expect(await client.closed).toBe(1000);
  });

  test('refuses a text frame', async ({ admin, proxy, url }) => {
    const client = await connectRaw(proxy);
    const { startup, password } = loginOf(url, { application_name: 'texting' });
    client.send(startup, password);
    await client.readLogin();

    client.socket.send('select 1');

    expect(await client.closed).toBe(1003);
    await eventually(async () => (await activity(admin)).every((one) => !one.query.includes('texting')));
  });

  test('says in its own words that the server is down', async () => {
    const proxy = await startProxy({ backend: { host: '127.0.0.1', port: 1 } });
    const client = await connectRaw(proxy);
    const { startup, password } = loginOf('postgres://ada:secret@localhost/codex');

    client.send(startup, password);
    const { last } = await client.readLogin();

    expect(fieldsOf(last)).toEqual({
      ...{ S: 'FATAL', V: 'FATAL', C: '08006' },
      M: "couldn't connect to PostgreSQL on 127.0.0.1:1 (ECONNREFUSED)",
    });
    expect(await client.closed).toBe(1000);
  });

  test('has a time limit for the login, and none afterwards', async ({ url }) => {
    const proxy = await startProxy({ handshakeTimeoutMs: 300 });
    const [slow, fast] = [await connectRaw(proxy), await connectRaw(proxy)];
    const { startup, password } = loginOf(url);

    fast.send(startup, password);
    slow.send(startup);
    await fast.readLogin();

    expect((await slow.read()).type).toBe('R');
    expect(fieldsOf((await slow.readLogin()).last)).toMatchObject({ C: '08006' });
    expect(await slow.closed).toBe(1000);
    fast.send(query('select 1'));
    expect((await fast.readLogin()).types).toBe('TDCZ');
  });

  test('is not compressed', async ({ proxy }) => {
    const client = await connectRaw(proxy, { perMessageDeflate: true });

    expect(client.socket.extensions).toBe('');
  });
});
