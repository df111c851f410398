import { createHash } from 'node:crypto';

/** The name space for URLs of RFC 9562. */
const urls = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');

/** The UUID (version 5) that follows from a path such as `content/sintel`: always the same one for the same path. */
export function stableUuid(path: string): string {
  const bytes = createHash('sha1').update(urls).update(`https://codex.example/${path}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);

  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
