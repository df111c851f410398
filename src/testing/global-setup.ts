import type { TestProject } from 'vitest/node';
import { createTemporaryDatabase } from './database.js';
import { startTestServer } from './server.js';

/**
 * Vitest's global setup: finds or starts a server, and migrates the template that the test files clone.
 *
 * The server is the one that `TEST_DATABASE_URL` names, or else an embedded one that lives as long as the run.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { adminUrl, stop } = await startTestServer(process.env.TEST_DATABASE_URL);

  try {
    const template = await createTemporaryDatabase(adminUrl);

    try {
      await template.orm.migrator.up();
      // A database with connections cannot be cloned.
      await template.orm.close();
    } catch (error) {
      await template.drop();
      throw error;
    }

    project.provide('codexTestServer', { adminUrl, template: template.name });

    return async () => {
      await template.drop();
      await stop();
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
