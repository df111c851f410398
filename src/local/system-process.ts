import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that runs now. */
export interface SystemProcess {
  /** Tells it from a later process with the same id. */
  startedAt: string;
  /** Program and arguments; empty where the system does not tell, as on Windows. */
  command: string;
}

/** What runs under that id now, if anything does. A process that ended but was not yet collected does not count. */
export function findProcess(pid: number): SystemProcess | undefined {
  switch (process.platform) {
    case 'linux':
      return readProc(pid);
    case 'win32':
      return exists(pid) ? { startedAt: '', command: '' } : undefined;
    default:
      return askPs(pid);
  }
}

/** From files, because slim container images have no `ps`. */
function readProc(pid: number): SystemProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the name in parentheses, may contain anything. The third is the state, the 22nd the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return fields[0] === 'Z' ? undefined : { startedAt: fields[19]!, command };
  } catch {
    return undefined;
  }
}

function askPs(pid: number): SystemProcess | undefined {
  const ask = (column: string) =>
    spawnSync('ps', ['-ww', '-o', `${column}=`, '-p', `${pid}`])
      .stdout.toString()
      .trim();
  const startedAt = ask('lstart');
  return startedAt && !ask('stat').startsWith('Z') ? { startedAt, command: ask('command') } : undefined;
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
