import { once } from 'node:events';
import { request } from 'node:http';
import { connect as connectSocket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect } from 'vitest';
import WebSocket from 'ws';
import type { NeonProxy } from '../../../src/local/neon-proxy/index.js';
import { backendOf, test } from './support/index.js';

/** The status of a request with headers that `fetch` does not let anybody choose. */
async function statusOf(proxy: NeonProxy, headers: Record<string, string>, method = 'OPTIONS'): Promise<number> {
  const [response] = await once(request(proxy.httpUrl, { method, headers }).end(), 'response');
  response.resume();
  return response.statusCode;
}

/** The status of an upgrade; 101 if it becomes a WebSocket. */
function upgradeStatusOf(proxy: NeonProxy, headers: Record<string, string>, path = '/v1'): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${proxy.port}${path}`, { headers });

  return new Promise((resolve) => {
    socket.on('error', () => {});
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode!);
    });
  });
}

describe('the proxy', () => {
  test('is reached over the loopback interface only', async ({ proxy }) => {
    const addresses = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address?.family === 'IPv4' && !address.internal)
      .map((address) => address!.address);

    for (const host of ['127.0.0.2', ...addresses]) {
      const socket = connectSocket({ host, port: proxy.port });
      await expect(once(socket, 'connect')).rejects.toThrow(/ECONNREFUSED|EADDRNOTAVAIL/);
    }
  });

  test.for([
    ['127.0.0.1:4444', 'served'],
    ['localhost', 'served'],
    ['api.localhost:1', 'served'],
    ['[::1]:4444', 'served'],
    ['db.localtest.me', 'served'],
    ['rebound.example', 'refused'],
    ['localhost.rebound.example', 'refused'],
    ['notlocaltest.me', 'refused'],
    ['127.0.0.1.rebound.example', 'refused'],
    ['10.0.0.1', 'refused'],
    ['rebound.example@localhost:x', 'refused'],
  ] as const)('named %s by the client is %s', async ([host, outcome], { proxy }) => {
    expect(await statusOf(proxy, { host })).toBe(outcome === 'served' ? 200 : 403);
    expect(await upgradeStatusOf(proxy, { host })).toBe(outcome === 'served' ? 101 : 403);
  });

  test.for([
    ['http://localhost:3000', 'served'],
    ['http://127.0.0.1:5173', 'served'],
    ['https://page.example', 'refused'],
    ['null', 'refused'],
    ['', 'refused'],
  ] as const)('asked by a page of %j is %s', async ([origin, outcome], { proxy }) => {
    expect(await statusOf(proxy, { origin })).toBe(outcome === 'served' ? 200 : 403);
    expect(await upgradeStatusOf(proxy, { origin })).toBe(outcome === 'served' ? 101 : 403);
  });

  test('does not query for a page from elsewhere', async ({ post }) => {
    const { status, body } = await post({ query: 'select 1' }, { Origin: 'https://page.example' });

    expect([status, body.message]).toEqual([403, 'this proxy takes no requests of web pages from elsewhere']);
  });

  test('says which methods there are, and allows no page to read an answer', async ({ post, proxy }) => {
    const options = await fetch(proxy.httpUrl, { method: 'OPTIONS' });
    const answers = [options, await post({ query: 'select 1' }), await post({ query: 'select' })];

    expect(options.status).toBe(200);
    expect(options.headers.get('allow')).toBe('OPTIONS, POST');
    expect(await options.text()).toBe('');
    answers.forEach(({ headers }) => void expect(headers.get('access-control-allow-origin')).toBeNull());
  });

  test('takes a WebSocket on any path', async ({ proxy }) => {
    for (const path of ['/', '/v1', '/v2', '/sql']) {
      expect(await upgradeStatusOf(proxy, {}, path)).toBe(101);
    }
  });

  test('connects to its own server only, whatever name that has', async ({ proxy, url }) => {
    const { host, port } = backendOf(url);
    const statusFor = (address: string) => upgradeStatusOf(proxy, {}, `/v1?address=${address}`);

    expect(await statusFor(`${host}:${port}`)).toBe(101);
    expect(await statusFor(`localhost:${proxy.port}`)).toBe(101);
    expect(await statusFor(`[::1]:${proxy.port}`)).toBe(101);
    expect(await statusFor(`db.localtest.me:${proxy.port}`)).toBe(101);
    expect(await statusFor(`${host}:22`)).toBe(403);
    expect(await statusFor(`example.org:${port}`)).toBe(403);
    expect(await statusFor(host)).toBe(403);
    expect(await statusFor('')).toBe(403);
  });
});
