/** What a test whose transaction is rolled back cannot do. */
export class RollbackTestError extends Error {
  override readonly name = 'RollbackTestError';
}

const advice =
  'Use test.database(…): its database is its own, so it can commit, and open as many connections as it needs.';

export const secondConnection = (): RollbackTestError =>
  new RollbackTestError(
    `The test has one connection, on which a transaction (or a stream) is open, and this work asked for another one. Pass the transaction's entity manager on, or wait for its end. ${advice}`,
  );

export const brokenOut = (what: string): RollbackTestError =>
  new RollbackTestError(`${what} would end, or has ended, the transaction that isolates the test. ${advice}`);

export const isOver = (): RollbackTestError =>
  new RollbackTestError('This test is over, and so is its transaction. Await all work inside of the test.');

export const notOffered = (fixture: string): RollbackTestError =>
  new RollbackTestError(
    `The fixture "${fixture}" reaches the database over another connection, which sees nothing of this test: all that it does stays in one transaction and is never committed. ${advice}`,
  );
