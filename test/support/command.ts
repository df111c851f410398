import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folder of this package. */
export const root = join(import.meta.dirname, '../..');

export interface Outcome {
  code: number;
  /** Standard output and error, without colours. */
  output: string;
}

/** Runs a command as a developer would, with no variables set that choose a database but those given. */
export function run(command: string, args: string[], variables: NodeJS.ProcessEnv = {}, cwd = root): Promise<Outcome> {
  const { DB_METHOD, DATABASE_URL, DATABASE_URL_LOCAL_PROXY, NODE_ENV, NODE_OPTIONS, FORCE_COLOR, VITEST, ...rest } =
    process.env;

  return new Promise((resolve) => {
    const env = { ...rest, NO_COLOR: '1', ...variables };
    const child = execFile(command, args, { cwd, env }, (_error, stdout, stderr) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how a colour begins.
      resolve({ code: child.exitCode ?? 1, output: `${stdout}${stderr}`.replaceAll(/\u001b\[\d*m/g, '') });
    });
  });
}

/** Runs `work` in a folder that looks like this package, but has no local data yet. */
export async function inFreshProject<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-project-'));
  // So that the unprivileged user under whom root runs the server gets to its data.
  await chmod(folder, 0o711);

  try {
    for (const name of ['package.json', 'tsconfig.json', 'mikro-orm.config.ts', 'node_modules', 'src']) {
      await symlink(join(root, name), join(folder, name));
    }

    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
