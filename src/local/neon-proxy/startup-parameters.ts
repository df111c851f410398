/** The parameters that Neon's proxy hands on to PostgreSQL. It drops all others without a word. */
const tracked = ['user', 'database', 'application_name', 'replication', 'options'];

/** The option by which a client asks Neon for all of its parameters. */
const passAll = 'neon_proxy_params_compat:true';

/** Options that are for Neon's proxy, such as the endpoint's name for clients without SNI. */
const forNeon = /^(?:endpoint=|project=|neon_)/;

/** The startup parameters that reach PostgreSQL. `isStrict` false hands on those as well that Neon drops. */
export function parametersFor(client: ReadonlyMap<string, string>, isStrict: boolean): Map<string, string> {
  const options = (client.get('options') ?? '').split(/(?<!\\) +/);
  const keepsAll = !isStrict || options.includes(passAll);
  const kept = new Map([...client].filter(([name]) => isKnown(name) && (keepsAll || tracked.includes(name))));

  if (options.some((option) => forNeon.test(option))) {
    kept.set('options', options.filter((option) => !forNeon.test(option)).join(' '));
  }

  return kept.set('client_encoding', 'UTF8');
}

/** Whether a parameter is of protocol 3.0: the prefix marks those of newer ones. */
export const isKnown = (name: string): boolean => !name.startsWith('_pq_.');
