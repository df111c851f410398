import type { ContentStatus, ContentType, ContentVisibility } from '../../entities/content.entity.js';
import type { MediaStatus } from '../../entities/media-item.entity.js';
import type { OrganizationKey } from './organizations.js';
import type { PersonId } from './people.js';

/** A content as seed data tells it, with the file that it plays. Instants are ISO 8601. */
export interface Work {
  key: string;
  creator: PersonId;
  /** None for what the creator offers under the own name. */
  organization?: OrganizationKey;
  contentType: ContentType;
  title: string;
  /** Default the key. */
  slug?: string;
  description: string;
  body?: string;
  category: string;
  tags: string[];
  visibility: ContentVisibility;
  /** None is free. */
  priceCents?: number;
  /** Default published. */
  status?: ContentStatus;
  addedAt: string;
  publishedAt?: string;
  deletedAt?: string;
  /** Default 0. */
  viewCount?: number;
  file?: WorkFile;
}

/** What a work plays. */
export interface WorkFile {
  /** Running time, `m:ss` or `h:mm:ss`. */
  length: string;
  sizeBytes: number;
  /** In pixels; none for audio. */
  frame?: [width: number, height: number];
  /** Default ready. */
  status?: MediaStatus;
  deletedAt?: string;
}

/** What is told of a video or an audio. */
export type Recording = Omit<Work, 'key' | 'contentType' | 'body' | 'file'> & { file: WorkFile };

/** What is told of a text. */
export type Text = Omit<Work, 'key' | 'contentType' | 'file'> & { body: string };

/** A work whose key the compiler knows, so that nothing that refers to it can misspell it. */
export type Keyed<Key extends string> = Work & { key: Key };

/** Tells of a video. */
export function video<const Key extends string>(key: Key, recording: Recording): Keyed<Key> {
  return { key, contentType: 'video', ...recording };
}

/** Tells of an audio. */
export function audio<const Key extends string>(key: Key, recording: Recording): Keyed<Key> {
  return { key, contentType: 'audio', ...recording };
}

/** Tells of a text. */
export function written<const Key extends string>(key: Key, text: Text): Keyed<Key> {
  return { key, contentType: 'written', ...text };
}

/** A running time in seconds: `14:48` is 888. */
export const seconds = (length: string): number =>
  length.split(':').reduce((total, part) => total * 60 + Number(part), 0);
