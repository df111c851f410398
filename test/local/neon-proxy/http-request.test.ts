import { describe, expect } from 'vitest';
import { changed, poster, startProxy, test } from './support/index.js';

describe('a request over HTTP', () => {
  test.for([
    ['{', 'it is not JSON'],
    ['', 'it is not JSON'],
    ['[]', 'it is not a JSON object'],
    ['null', 'it is not a JSON object'],
    ['{}', 'it has neither query nor queries'],
    ['{"query":1}', 'query must be a string'],
    ['{"query":"select 1","params":null}', 'params must be an array'],
    ['{"query":"select 1","params":{}}', 'params must be an array'],
    ['{"query":"select 1","arrayMode":"yes"}', 'arrayMode must be true or false'],
    ['{"queries":{}}', 'it has neither query nor queries'],
    ['{"queries":["select 1"]}', 'query must be a string'],
    [`{"query":"select 1","params":[${'['.repeat(50_000)}${']'.repeat(50_000)}]}`, 'it is nested too deeply'],
  ])('with the body %.40s is refused', async ([body, reason], { post }) => {
    const answer = await post(body);

    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ message: `could not parse the HTTP request body: ${reason}`, code: '' });
  });

  test('that is not UTF-8 is refused', async ({ post }) => {
    const { status, body } = await post('', {}, { body: Buffer.from('{"query":"select \'\xff\'"}', 'latin1') });

    expect([status, body.message]).toEqual([400, 'could not parse the HTTP request body: it is not UTF-8']);
  });

  test('with a text that PostgreSQL would cut off is refused', async ({ post }) => {
    expect(await post({ query: 'select 1\0 union select 2' })).toMatchObject({ status: 400, body: { code: '' } });
  });

  test('with more parameters than can be counted is refused', async ({ post }) => {
    const params = Array.from({ length: 65_536 }, () => null);

    expect(await post({ query: 'select 1', params })).toMatchObject({ status: 400, body: { code: '' } });
  });

  test.for([
    ['no-url', 'invalid connection string: it is not a URL'],
    ['mysql://ada:secret@localhost/codex', 'incorrect scheme'],
    ['postgres://ada:secret@localhost', 'missing database name'],
    ['postgres://:secret@localhost/codex', 'missing username'],
    ['postgres://ada@localhost/codex', 'missing authentication credentials: required password'],
    ['postgres:///codex', 'missing username'],
    ['postgres://a%00da:secret@localhost/codex', 'invalid username'],
    ['postgres://ada:secret@localhost/co%00dex', 'invalid database name'],
    ['postgres://ada:s%00ecret@localhost/codex', 'invalid password'],
    ['postgres://%ff:secret@localhost/codex', 'invalid username'],
    ['postgres://ada:sécret@localhost/codex', 'invalid header: neon-connection-string'],
  ])('with the connection string %j is refused', async ([url, message], { post }) => {
    const { status, body } = await post({ query: 'select 1' }, { 'Neon-Connection-String': url! });

    expect([status, body.message, body.code]).toEqual([400, message, '']);
  });

  test('without a connection string is refused', async ({ proxy }) => {
    const response = await fetch(proxy.httpUrl, { method: 'POST', body: '{"query":"select 1"}' });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message: 'invalid header: neon-connection-string' });
  });

  test('with a token is refused, with or without a password', async ({ post }) => {
    expect(await post({ query: 'select 1' }, { Authorization: 'Bearer x.y.z' })).toMatchObject({
      status: 400,
      body: { message: 'missing authentication credentials: required password' },
    });
  });

  test('may name any host, also an address', async ({ post, url }) => {
    for (const host of ['127.0.0.1:1', '[::1]', 'ep-cool-name.us-east-2.aws.neon.tech']) {
      const elsewhere = url.replace(new URL(url).host, host);
      expect(await post({ query: 'select 1' }, { 'Neon-Connection-String': elsewhere })).toMatchObject({ status: 200 });
    }
  });

  test('takes no session setting from the connection string', async ({ post, url }) => {
    const search = '?options=-c%20statement_timeout%3D5s&application_name=mine&statement_timeout=5000';
    const header = { 'Neon-Connection-String': changed(url, { search }) };

    const { body } = await post(
      { query: `select current_setting('statement_timeout'), current_setting('application_name') <> 'mine'` },
      header,
    );

    expect(body.rows).toEqual([['0', 't']]);
  });

  test('to another path or with another method is not a query', async ({ proxy }) => {
    const root = `http://127.0.0.1:${proxy.port}`;
    const requests = [fetch(`${root}/sql`), fetch(`${root}/`, { method: 'POST' }), fetch(`${root}/sql/`)];

    for (const response of await Promise.all(requests)) {
      expect([response.status, await response.text()]).toEqual([400, '"query is not supported"']);
    }
  });

  test('may be as long as the limit, and no longer', async ({ url }) => {
    const proxy = await startProxy({ maxRequestBytes: 1000 });
    const ofSize = (size: number) => `{"query":"select 1"}`.padEnd(size);

    const fitting = await poster(proxy, url)(ofSize(1000));
    const tooLong = await poster(proxy, url)(ofSize(1001));
    const farTooLong = await poster(proxy, url)(ofSize(5_000_000));

    expect(fitting.status).toBe(200);
    expect(tooLong).toMatchObject({ status: 413, body: { message: 'request is too large (max is 1000 bytes)' } });
    expect(farTooLong.status).toBe(413);
  });

  test('gets no more rows than the limit, in all of its statements', async ({ url }) => {
    const proxy = await startProxy({ maxResponseBytes: 1000 });
    const post = poster(proxy, url);
    const query = `select repeat('é', 200)`;

    const single = await post({ query });
    const batch = await post({ queries: [{ query }, { query }, { query }] });
    const endless = await post({ query: 'select generate_series(1, 100000000)' });

    expect(single.status).toBe(200);
    expect(batch).toMatchObject({ status: 507, body: { message: 'response is too large (max is 1000 bytes)' } });
    expect(endless.status).toBe(507);
    expect(await post({ query })).toMatchObject({ status: 200 });
  });
});
