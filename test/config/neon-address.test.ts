import { describe, expect, test } from 'vitest';
import { checkConnectionSettings } from '../../src/config/connection-settings.js';
import { isLoopback, neonAddress } from '../../src/config/neon-address.js';
import { ConfigurationError } from '../../src/index.js';

const url = (host: string, rest = '') => `postgresql://ada%40x:s%2Fcret@${host}/co%20dex${rest}`;

describe('LOCAL_PROXY', () => {
  test.for(['localhost', '127.0.0.1', '127.1.2.3', '[::1]', 'db.localtest.me', 'localtest.me', 'LOCALHOST'])(
    'finds the proxy of this machine under %s, whatever port the server has',
    (host) => {
      expect(neonAddress({ method: 'LOCAL_PROXY', url: url(`${host}:54329`) })).toEqual({
        host: '127.0.0.1',
        port: 4444,
        user: 'ada@x',
        password: 's/cret',
        database: 'co dex',
        isSecure: false,
        webSocket: '127.0.0.1:4444/v1',
        http: 'http://127.0.0.1:4444/sql',
      });
    },
  );

  test('finds a proxy on another machine of the network, and on another port', () => {
    expect(neonAddress({ method: 'LOCAL_PROXY', url: url('postgres.internal'), proxyPort: 5000 })).toMatchObject({
      host: 'postgres.internal',
      webSocket: 'postgres.internal:5000/v1',
      http: 'http://postgres.internal:5000/sql',
      isSecure: false,
    });
  });

  test.for(['require', 'verify-ca', 'verify-full'])('refuses sslmode=%s, which the proxy cannot offer', (mode) => {
    const address = () => neonAddress({ method: 'LOCAL_PROXY', url: url('localhost', `?sslmode=${mode}`) });

    expect(address).toThrow(ConfigurationError);
    expect(address).not.toThrow(/cret|ada/);
  });
});

test.for(['NEON_BRANCH', 'PRODUCTION'] as const)('%s means Neon itself, always over TLS', (method) => {
  const host = 'ep-abc-pooler.us-east-2.aws.neon.tech';

  expect(neonAddress({ method, url: url(host, '?sslmode=require') })).toEqual({
    host,
    port: 5432,
    user: 'ada@x',
    password: 's/cret',
    database: 'co dex',
    isSecure: true,
    webSocket: `${host}/v2`,
    http: undefined,
  });
  expect(neonAddress({ method, url: url('localhost') })).toMatchObject({ isSecure: true, webSocket: 'localhost/v2' });
});

test('no name but those of this machine is taken for it', () => {
  for (const host of ['localhost.example.org', 'notlocaltest.me', 'localtest.me.evil.org', '128.0.0.1', '1270.0.0.1']) {
    expect(isLoopback(host), host).toBe(false);
  }
});

describe('a host that is none', () => {
  const hosts = ['evil.example%2F.neon.tech', 'a%3Fb', 'a%23b', 'a%40b', 'a%0Ab', 'a%20b', 'a%3A80', 'a%5Cb', '%'];

  test.for(hosts)('is refused, and not shown: %s', (host) => {
    for (const method of ['LOCAL_PROXY', 'PRODUCTION'] as const) {
      const address = () => neonAddress(checkConnectionSettings({ method, url: url(host) }));

      expect(address).toThrow(ConfigurationError);
      expect(address).not.toThrow(/evil|cret/);
    }
  });

  test('in other letters is written as DNS has it', () => {
    expect(neonAddress({ method: 'PRODUCTION', url: url('EP-X.Neon.Tech') }).webSocket).toBe('ep-x.neon.tech/v2');
    expect(neonAddress({ method: 'PRODUCTION', url: url('ep-ü.neon.tech') }).host).toBe('xn--ep--joa.neon.tech');
  });
});
