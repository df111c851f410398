import { describe, expect, test } from 'vitest';
import { Scram } from '../../../src/local/neon-proxy/scram.js';
import { ProtocolError } from '../../../src/local/neon-proxy/wire-protocol.js';

const nonceOf = ({ firstMessage }: Scram) => firstMessage.split('r=')[1]!;

describe('a SCRAM login', () => {
  test.for([
    ['a nonce of somebody else', () => 'r=other,s=c2FsdA==,i=4096'],
    ['no salt', (nonce: string) => `r=${nonce}1,i=4096`],
    ['no iterations', (nonce: string) => `r=${nonce}1,s=c2FsdA==,i=0`],
    ['no message', () => ''],
  ] as const)('ends when the server sends %s', async ([, answerTo]) => {
    const scram = new Scram('pencil');

    await expect(scram.proof(answerTo(nonceOf(scram)))).rejects.toThrow(ProtocolError);
  });

  test.for(['v=c2lnbmF0dXJl', `v=${Buffer.alloc(32).toString('base64')}`, 'v=', 'e=other-error', ''])(
    'ends when the server does not prove that it knows the password, but says %j',
    async (answer) => {
      const scram = new Scram('pencil');

      expect(() => scram.verify(answer)).toThrow(ProtocolError);
      await scram.proof(`r=${nonceOf(scram)}1,s=c2FsdA==,i=4096`);
      expect(() => scram.verify(answer)).toThrow(ProtocolError);
    },
  );
});
