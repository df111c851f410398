import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test as base } from 'vitest';
import type { ConnectionSettings } from '../../../src/edge/index.js';

/** One request that a stand-in got. */
export interface Received {
  headers: IncomingHttpHeaders;
  body: any;
}

/** Something that answers in Neon's place, in ways that the local proxy has no reason to. */
export interface StandIn {
  settings: ConnectionSettings;
  received: Received[];
}

export type Answer = (response: ServerResponse, count: number) => void;

/** Nothing listens there: only the system's own programs could. */
export const closedPort = 2;

export const settingsAt = (proxyPort: number): ConnectionSettings => ({
  method: 'LOCAL_PROXY',
  url: 'postgres://ada:s3cret@127.0.0.1/codex',
  proxyPort,
});

/** Answers with a status and a body that Neon's proxy would give with it. */
export const refuse =
  (status: number, body: object | string): Answer =>
  (response) =>
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));

/** Answers with one row that has the column `n`. */
export const giveOne: Answer = (response) => {
  const fields = [{ name: 'n', dataTypeID: 23 }];
  response.end(JSON.stringify({ fields, rows: [['1']], command: 'SELECT', rowCount: 1, rowAsArray: true }));
};

/** The first answer to the first request and so on; the last one to all that follow. */
export const inTurn =
  (...answers: Answer[]): Answer =>
  (response, count) =>
    answers[Math.min(count, answers.length) - 1]!(response, count);

/** What Node's fetch does when it has no answer. */
export const failingFetch = (cause: object) => async (): Promise<never> => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('s3cret'), cause) });
};

/** Asking for `standIn` gives a function that starts one for the test. */
export const test = base.extend(
  'standIn',
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixture's dependencies from the pattern.
  ({}, { onCleanup }) => {
    const closing: (() => void)[] = [];
    onCleanup(() => {
      for (const close of closing) {
        close();
      }
    });

    return async (answer: Answer): Promise<StandIn> => {
      const received: Received[] = [];
      const server = createServer(async (request, response) => {
        const chunks = await request.toArray();
        received.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
        answer(response, received.length);
      });
      closing.push(() => {
        server.close();
        server.closeAllConnections();
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');

      return { settings: settingsAt((server.address() as AddressInfo).port), received };
    };
  },
);
