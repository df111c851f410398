import { stableUuid } from '../stable-uuid.js';
import { audioBooks } from './audio-books.js';
import { essays } from './essays.js';
import { films } from './films.js';
import { personalVideos } from './personal-videos.js';

/** All demo contents, by subject. */
export const works = [...films, ...audioBooks, ...essays, ...personalVideos];

/** What seed data calls a demo content. */
export type WorkKey = (typeof works)[number]['key'];

/** The key of a demo content's row. */
export const contentId = (key: WorkKey): string => stableUuid(`content/${key}`);
