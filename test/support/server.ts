import { connectToTestServer } from '../../src/testing/server/connect.js';

/** The owner's URL of a database of the test server that is always there. */
export async function serverUrl(): Promise<string> {
  const admin = await connectToTestServer();
  await admin.end();

  return admin.url;
}
