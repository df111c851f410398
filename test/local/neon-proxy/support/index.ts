import {
  Client as NeonClient,
  type NeonConfig,
  type NeonQueryFunction,
  neon,
  neonConfig,
} from '@neondatabase/serverless';
import { Client } from 'pg';
import { test as base, onTestFinished, vi } from 'vitest';
import { type NeonProxy, type NeonProxyOptions, startNeonProxy } from '../../../../src/local/neon-proxy/index.js';
import { createEmptyDatabase } from '../../../../src/testing/index.js';
import { serverUrl } from '../../../support/server.js';

/** An answer of the proxy, with its body parsed. */
interface Answer {
  status: number;
  headers: Headers;
  body: any;
}

/** Sends a body to a proxy as a client without the driver does; one that is not text becomes JSON. */
export type Post = (body: unknown, headers?: Record<string, string>, init?: RequestInit) => Promise<Answer>;

/** The server of the test run. */
export const backendOf = (url: string): { host: string; port: number } => {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 5432) };
};

/** A proxy for one test, in front of the test run's server. */
export async function startProxy(options: Partial<NeonProxyOptions> = {}): Promise<NeonProxy> {
  const proxy = await startNeonProxy({ backend: backendOf(await serverUrl()), port: 0, ...options });
  onTestFinished(() => proxy.close());
  return proxy;
}

export async function connect(url: string): Promise<Client> {
  const client = new Client(url);
  await client.connect();
  return client;
}

/** The driver's client, connected through a proxy. What it would throw when the proxy ends it is dropped. */
export async function connectDriver(
  proxy: NeonProxy,
  url: string | ConstructorParameters<typeof NeonClient>[0],
  config: Partial<NeonConfig> = {},
): Promise<NeonClient> {
  const client = new NeonClient(url);
  Object.assign(client.neonConfig, { wsProxy: () => proxy.webSocketAddress, useSecureWebSocket: false, ...config });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** The URL with parts of it replaced. */
export const changed = (url: string, parts: Partial<Record<'username' | 'password' | 'pathname' | 'search', string>>) =>
  Object.assign(new URL(url), parts).href;

export const poster =
  (proxy: NeonProxy, url: string): Post =>
  async (body, headers, init) => {
    const response = await fetch(proxy.httpUrl, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: {
        'Neon-Connection-String': url,
        'Neon-Raw-Text-Output': 'true',
        'Neon-Array-Mode': 'true',
        ...headers,
      },
      ...init,
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text && JSON.parse(text) };
  };

/** Waits until something is so, however busy the machine is. */
export const eventually = (isSo: () => boolean | Promise<boolean>): Promise<unknown> =>
  vi.waitUntil(isSo, { timeout: 10_000, interval: 20 });

/** What the connections to the file's database run, as somebody sees it who is not one of them. */
export async function activity(admin: Client): Promise<{ pid: number; state: string; query: string }[]> {
  const { rows } = await admin.query(
    `select pid, state, query from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
  );
  return rows;
}

/** Vitest's `test` with a proxy, and with an empty database that the file has for itself. */
export const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixture's dependencies from the pattern.
  .extend('url', { scope: 'file' }, async ({}, { onCleanup }): Promise<string> => {
    const { url, drop } = await createEmptyDatabase();
    onCleanup(drop);
    return url;
  })
  .extend('proxy', { scope: 'file' }, async ({ url }, { onCleanup }): Promise<NeonProxy> => {
    const proxy = await startNeonProxy({ backend: backendOf(url), port: 0 });
    onCleanup(() => proxy.close());
    return proxy;
  })
  /** A connection to the file's database that does not go through the proxy. */
  .extend('admin', { scope: 'file' }, async ({ url }, { onCleanup }): Promise<Client> => {
    const admin = await connect(url);
    onCleanup(() => admin.end());
    return admin;
  })
  .extend('post', ({ proxy, url }): Post => poster(proxy, url))
  /** The driver, as applications use it. */
  .extend('sql', ({ proxy, url }): NeonQueryFunction<false, true> => {
    neonConfig.fetchEndpoint = proxy.httpUrl;
    return neon(url, { fullResults: true });
  });
