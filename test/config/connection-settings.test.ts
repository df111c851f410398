import { describe, expect, test } from 'vitest';
import {
  ConfigurationError,
  type ConnectionEnvironment,
  createOrm,
  readConnectionSettings,
  readScopedConnectionSettings,
} from '../../src/index.js';

const secret = 'correct-horse';
const url = `postgresql://ada:${secret}@db.example.org:5433/codex`;

const refusal = (environment: ConnectionEnvironment): ConfigurationError => {
  try {
    readConnectionSettings(environment);
  } catch (error) {
    return error as ConfigurationError;
  }

  throw new Error('The environment was accepted.');
};

describe('readConnectionSettings', () => {
  test.each([
    ['LOCAL_PROXY', 'DATABASE_URL_LOCAL_PROXY'],
    ['NEON_BRANCH', 'DATABASE_URL'],
    ['PRODUCTION', 'DATABASE_URL'],
  ])('takes the URL for %s from %s', (method, variable) => {
    const other = variable === 'DATABASE_URL' ? 'DATABASE_URL_LOCAL_PROXY' : 'DATABASE_URL';
    const environment = { DB_METHOD: method, [variable]: url, [other]: 'postgresql://wrong@wrong/wrong' };

    expect(readConnectionSettings(environment)).toEqual({ method, url });
    expect(refusal({ DB_METHOD: method, [other]: url })).toMatchObject({ variable });
  });

  test('takes the port of the local proxy, and only where there is one', () => {
    const environment = { DATABASE_URL: url, DATABASE_URL_LOCAL_PROXY: url, CODEX_PROXY_PORT: '5000' };

    expect(readConnectionSettings({ ...environment, DB_METHOD: 'LOCAL_PROXY' })).toEqual({
      method: 'LOCAL_PROXY',
      url,
      proxyPort: 5000,
    });
    expect(readConnectionSettings({ ...environment, DB_METHOD: 'PRODUCTION' })).toEqual({ method: 'PRODUCTION', url });
  });

  test.each(['0', '65536', '-1', '1.5', 'x', ' '])('refuses the port %j for the local proxy', (CODEX_PROXY_PORT) => {
    const environment = { DB_METHOD: 'LOCAL_PROXY', DATABASE_URL_LOCAL_PROXY: url, CODEX_PROXY_PORT };

    expect(refusal(environment)).toMatchObject({
      variable: 'CODEX_PROXY_PORT',
      message: 'CODEX_PROXY_PORT must be a whole number from 1 to 65535.',
    });
    expect(() => createOrm({ method: 'LOCAL_PROXY', url, proxyPort: Number(CODEX_PROXY_PORT) })).toThrow(
      'proxyPort must',
    );
  });

  test.each([undefined, '', 'local_proxy', 'NEON', 'toString'])(
    'refuses the method %j and names the allowed ones',
    (method) => {
      const error = refusal({ DB_METHOD: method, DATABASE_URL: url, DATABASE_URL_LOCAL_PROXY: url });

      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error.variable).toBe('DB_METHOD');
      expect(error.message).toMatch(/DB_METHOD .*LOCAL_PROXY, NEON_BRANCH, PRODUCTION/);
    },
  );

  test('refuses LOCAL_PROXY in production, and nothing else', () => {
    const environment = { DATABASE_URL: url, DATABASE_URL_LOCAL_PROXY: url, NODE_ENV: 'production' };

    expect(refusal({ ...environment, DB_METHOD: 'LOCAL_PROXY' }).message).toMatch(/NODE_ENV is production/);
    expect(readConnectionSettings({ ...environment, DB_METHOD: 'NEON_BRANCH' }).method).toBe('NEON_BRANCH');
    expect(readConnectionSettings({ ...environment, DB_METHOD: 'PRODUCTION' }).method).toBe('PRODUCTION');
    expect(readConnectionSettings({ ...environment, DB_METHOD: 'LOCAL_PROXY', NODE_ENV: 'development' }).url).toBe(url);
  });

  test.each([
    [undefined, 'is not set'],
    ['', 'is not set'],
    [`ada:${secret}@host/codex`, 'has the wrong scheme'],
    [`postgresql//${secret}`, 'is not a URL'],
    [`postgresql://ada:${secret}@host:port/codex`, 'is not a URL'],
    [`mysql://ada:${secret}@host/codex`, 'has the wrong scheme'],
    [`https://ada:${secret}@host/codex`, 'has the wrong scheme'],
    [`postgresql://:${secret}@host/codex`, 'names no user'],
    [`postgresql://ada:${secret}@host/`, 'names no database'],
    [`postgresql://ada:${secret}@host`, 'names no database'],
    ['postgresql:///codex', 'names no user and no host'],
    [`postgresql://ada:100%${secret}@host/codex`, 'has a % that begins no escape'],
    [`postgresql://a%ff:${secret}@host/codex`, 'has a % that begins no escape'],
    [`postgresql://ada:${secret}@host/co%dex`, 'has a % that begins no escape'],
    [`postgresql://ada:${secret}@host/codex?sslmode=bogus`, 'has an sslmode that is not'],
    [`postgresql://ada:${secret}@host/codex?sslmode=DISABLE`, 'has an sslmode that is not'],
  ])('refuses the URL %j: it %s', (faulty, fault) => {
    for (const [method, variable] of [
      ['LOCAL_PROXY', 'DATABASE_URL_LOCAL_PROXY'],
      ['NEON_BRANCH', 'DATABASE_URL'],
      ['PRODUCTION', 'DATABASE_URL'],
    ] as const) {
      const error = refusal({ DB_METHOD: method, [variable]: faulty });

      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error.variable).toBe(variable);
      expect(error.message).toMatch(new RegExp(`^${variable} ${fault}.*\\. It must be postgres://`));
      expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain(secret);
    }
  });

  test.each(['postgres', 'postgresql'])('takes the scheme %s', (scheme) => {
    const given = `${scheme}://ada@host/codex`;

    expect(readConnectionSettings({ DB_METHOD: 'PRODUCTION', DATABASE_URL: given }).url).toBe(given);
  });
});

describe('createOrm', () => {
  test('takes the settings that are passed in and reads no environment', () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      DB_METHOD: 'nonsense',
      DATABASE_URL: 'nonsense',
      MIKRO_ORM_HOST: 'elsewhere.example.org',
      MIKRO_ORM_PORT: '1',
      MIKRO_ORM_USER: 'mallory',
      MIKRO_ORM_PASSWORD: 'x',
      MIKRO_ORM_DB_NAME: 'elsewhere',
      MIKRO_ORM_CLIENT_URL: 'postgresql://mallory@elsewhere.example.org/elsewhere',
    });

    try {
      const { config } = createOrm({ method: 'LOCAL_PROXY', url });

      expect(config.getAll()).toMatchObject({
        host: 'db.example.org',
        port: 5433,
        user: 'ada',
        password: secret,
        dbName: 'codex',
      });
    } finally {
      process.env = before;
    }
  });

  test('reads the environment when nothing is passed in', () => {
    const before = { ...process.env };
    Object.assign(process.env, { DB_METHOD: 'NEON_BRANCH', DATABASE_URL: url });

    try {
      expect(createOrm().config.get('host')).toBe('db.example.org');
      delete process.env.DB_METHOD;
      expect(() => createOrm()).toThrow(/DB_METHOD is not set/);
    } finally {
      process.env = before;
    }
  });

  test('refuses faulty settings that are passed in, naming the option', () => {
    expect(() => createOrm({ method: 'NEON' as 'PRODUCTION', url })).toThrow(/^method is unknown/);
    expect(() => createOrm({ method: 'PRODUCTION', url: `mysql://ada:${secret}@host/codex` })).toThrow(
      /^url has the wrong scheme/,
    );
    // @ts-expect-error -- a URL alone does not say which kind of database it is
    expect(() => createOrm({ url })).toThrow(/^method is unknown/);
  });

  test('asks Neon for TLS with a checked certificate, and the local server for none', () => {
    const ssl = (method: 'LOCAL_PROXY' | 'NEON_BRANCH' | 'PRODUCTION', query = '') =>
      (createOrm({ method, url: url + query }).config.get('driverOptions') as { ssl: unknown }).ssl;

    expect(ssl('PRODUCTION')).toEqual({ rejectUnauthorized: true });
    expect(ssl('NEON_BRANCH')).toEqual({ rejectUnauthorized: true });
    expect(ssl('PRODUCTION', '?sslmode=require')).toEqual({ rejectUnauthorized: true });
    expect(ssl('LOCAL_PROXY')).toBe(false);
    expect(ssl('LOCAL_PROXY', '?sslmode=require')).toEqual({ rejectUnauthorized: false });
    expect(ssl('LOCAL_PROXY', '?sslmode=verify-full')).toEqual({ rejectUnauthorized: true });
    expect(ssl('LOCAL_PROXY', '?sslmode=disable')).toBe(false);
    expect(() => ssl('NEON_BRANCH', '?sslmode=disable')).toThrow(/sslmode that is not require, verify-ca, verify-full/);
    expect(() => ssl('PRODUCTION', '?sslmode=disable')).toThrow(ConfigurationError);
  });

  test('takes the parts of a URL as they are meant', () => {
    const config = (given: string) => createOrm({ method: 'LOCAL_PROXY', url: given }).config.getAll();
    const encoded = config(
      'postgresql://a%40b:p%3A%2F%25@[::1]/co%20dex?application_name=worker&options=-c%20geqo%3Doff',
    );

    expect(encoded).toMatchObject({ user: 'a@b', password: 'p:/%', host: '::1', port: 5432, dbName: 'co dex' });
    expect(encoded.driverOptions).toMatchObject({ application_name: 'worker', options: '-c geqo=off' });
    expect(config(url).driverOptions).toMatchObject({
      application_name: '@codex/database',
      connectionTimeoutMillis: 10_000,
    });
    expect(config(url).driverOptions).not.toHaveProperty('options');
  });

  test('takes a pool of at least one connection, and is silent unless told otherwise', () => {
    const settings = { method: 'LOCAL_PROXY', url } as const;

    expect(createOrm(settings).config.get('pool')).toMatchObject({ max: 10 });
    expect(createOrm({ ...settings, poolSize: 1 }).config.get('pool')).toMatchObject({ max: 1 });
    expect(createOrm(settings).config.get('debug')).toBe(false);
    expect(createOrm({ ...settings, debug: true }).config.get('debug')).toEqual(['query', 'info']);

    for (const poolSize of [0, -1, 1.5, Number.NaN]) {
      expect(() => createOrm({ ...settings, poolSize })).toThrow(/^poolSize must be/);
    }
  });
});

describe('readScopedConnectionSettings', () => {
  const owners = {
    DATABASE_URL: 'postgresql://owner@db/codex',
    DATABASE_URL_LOCAL_PROXY: 'postgresql://owner@db/codex',
  };

  test.each(['LOCAL_PROXY', 'NEON_BRANCH', 'PRODUCTION'] as const)(
    'takes the URL from DATABASE_URL_SCOPED for %s',
    (method) => {
      const environment = { ...owners, DB_METHOD: method, DATABASE_URL_SCOPED: url };

      expect(readScopedConnectionSettings(environment)).toEqual({ method, url });
      expect(readConnectionSettings(environment).url).not.toBe(url);
      expect(() => readScopedConnectionSettings({ ...owners, DB_METHOD: method })).toThrow(
        'DATABASE_URL_SCOPED is not set',
      );
    },
  );

  test('has the rules of the other one for all else', () => {
    const environment = { DATABASE_URL_SCOPED: url, CODEX_PROXY_PORT: '5000' };
    const read = (variables: ConnectionEnvironment) => () =>
      readScopedConnectionSettings({ ...environment, ...variables });

    expect(read({ DB_METHOD: 'LOCAL_PROXY' })().proxyPort).toBe(5000);
    expect(read({})).toThrow('DB_METHOD is not set');
    expect(read({ DB_METHOD: 'LOCAL_PROXY', NODE_ENV: 'production' })).toThrow('NODE_ENV is production');
    expect(read({ DB_METHOD: 'PRODUCTION', DATABASE_URL_SCOPED: `${url}?sslmode=disable` })).toThrow(
      'DATABASE_URL_SCOPED has an sslmode',
    );
    expect(read({ DB_METHOD: 'PRODUCTION', DATABASE_URL_SCOPED: `mysql://ada:${secret}@b/c` })).toThrow(
      /^DATABASE_URL_SCOPED has the wrong scheme\. It must be [^:]+:\/\/ or [^:]+:\/\/ with a user, a host and a database\.$/,
    );
  });
});
