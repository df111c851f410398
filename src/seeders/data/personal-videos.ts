import { video } from './work.js';

/** Videos that a creator without an organization publishes under the own name. */
export const personalVideos = [
  video('the-bowline', {
    creator: 'demo-grace',
    title: 'Knots, part one: the bowline',
    description: 'Tied slowly, from both sides, with wet hands and with gloves.',
    category: 'Seamanship',
    tags: ['knots', 'lesson'],
    visibility: 'public',
    addedAt: '2024-07-20T17:15Z',
    publishedAt: '2024-07-21T08:00Z',
    viewCount: 2_940,
    file: { length: '6:41', sizeBytes: 402_118_656, frame: [1920, 1080] },
  }),
  video('low-tide', {
    creator: 'demo-grace',
    title: 'The harbour at low tide',
    description: 'One morning, one camera, no words. For friends.',
    category: 'Seamanship',
    tags: ['harbour'],
    visibility: 'private',
    addedAt: '2024-11-03T09:10Z',
    publishedAt: '2024-11-03T09:40Z',
    viewCount: 17,
    file: { length: '4:12', sizeBytes: 268_959_744, frame: [3840, 2160] },
  }),
  video('the-sheet-bend', {
    creator: 'demo-grace',
    title: 'Knots, part two: the sheet bend',
    description: 'Two ropes of different thickness, and why it matters which one is the loop.',
    category: 'Seamanship',
    tags: ['knots', 'lesson'],
    visibility: 'public',
    status: 'draft',
    addedAt: '2025-06-29T18:26Z',
    file: { length: '7:18', sizeBytes: 439_353_344, frame: [1920, 1080], status: 'failed' },
  }),
];
