import { type Keyed, type Text, written } from './work.js';

type Essay = Omit<Text, 'category'>;

/** Essays of Marginalia, and what its writers keep for themselves. */
export const essays = [
  essay('what-the-margin-is-for', {
    creator: 'demo-elias',
    title: 'What the margin is for',
    description: 'Why the empty part of the page is the part that lasts.',
    tags: ['books', 'reading'],
    visibility: 'public',
    addedAt: '2024-05-08T09:10Z',
    publishedAt: '2024-05-09T07:00Z',
    viewCount: 3_912,
    body: `Printers did not leave margins for readers. They left them for thumbs, and for the binder's knife, which took a little more of the page each time a book was bound anew. That is why the oldest margins are the widest: someone expected them to be cut.

Readers moved in anyway. They corrected, disagreed, drew small hands that point at a line, and counted what they owed the butcher. Of some books nothing is rarer than a clean copy, and nothing is duller.

We named this place after them. A margin is room that was left because someone thought further than the first reading.`,
  }),
  essay('the-label-on-the-tin', {
    creator: 'demo-elias',
    title: 'The label on the tin',
    description: 'Film archives lose more to bad names than to fire.',
    tags: ['archives', 'film'],
    visibility: 'public',
    addedAt: '2024-06-17T10:25Z',
    publishedAt: '2024-06-20T07:00Z',
    viewCount: 5_087,
    body: `A film archivist once told me that fire is not the enemy. Fire is quick, and everybody runs. The enemy is a tin that says "Reel 2, good one".

Good for whom? The person who wrote it knew. There were two copies, one was scratched, and this was the other. The label was perfect for about a week.

A name has to work for someone who was not in the room. Write down what it is, which of how many, and when; leave out how you felt about it. Then the tin can be found by a stranger in sixty years, and it is strangers who keep films alive.`,
  }),
  essay('closed-captions-open-doors', {
    creator: 'demo-noor',
    title: 'Closed captions, open doors',
    description: 'Made for some, used by nearly everyone.',
    tags: ['accessibility', 'film'],
    visibility: 'public',
    addedAt: '2024-09-02T13:00Z',
    publishedAt: '2024-09-05T07:00Z',
    viewCount: 2_648,
    body: `My grandmother learned her third language from captions, a kitchen drama at a time. The people who fought for them had never thought of her. They had thought of viewers who could not hear, and they were right to.

That is the usual course of such things. The ramp at the library was built for a wheelchair, and is used by prams, suitcases and the man who brings the paper. Nobody has ever asked to have the steps back.

So when somebody asks how many viewers really need captions, I answer with another question: how many doors do you have, and who told you that they are all wide enough?`,
  }),
  essay('the-second-copy', {
    creator: 'demo-elias',
    title: 'The second copy',
    description: 'A backup is a promise. Promises are tested by being called in.',
    tags: ['archives', 'practice'],
    visibility: 'purchased_only',
    priceCents: 150,
    addedAt: '2024-11-11T08:40Z',
    publishedAt: '2024-11-14T07:00Z',
    viewCount: 1_204,
    body: `Everyone has a second copy. Ask when it was last read, and the room becomes quiet.

The monks had it easier. To copy a book they had to read it, every letter, so that the copy was proven in the making. Our copies are made by machines that do not look, and we find out what they missed on the worst day of the year.

Choose one afternoon each season. Take the second copy, put the first one out of reach, and try to work. Whatever you miss before evening was never saved.`,
  }),
  essay('reading-at-the-speed-of-a-candle', {
    creator: 'demo-noor',
    title: 'Reading at the speed of a candle',
    description: 'An evening with a book and no other light.',
    tags: ['reading', 'practice'],
    visibility: 'purchased_only',
    priceCents: 250,
    addedAt: '2025-01-20T17:05Z',
    publishedAt: '2025-01-23T07:00Z',
    viewCount: 987,
    body: `A candle lights one page. The other one, on the left, is already dusk. I had not known how much of my reading was looking ahead until I could not.

At that speed a paragraph is a place. You notice that a character has been standing in the rain since the last chapter. You notice your own breath, because the flame does.

It burned for three hours and I read forty pages, about as many as the author wrote in a month. It seemed a fair trade.`,
  }),
  essay('a-shelf-is-an-argument', {
    creator: 'demo-noor',
    title: 'A shelf is an argument',
    description: 'Sorting by colour is a position too.',
    tags: ['books', 'libraries'],
    visibility: 'members_only',
    addedAt: '2025-06-09T12:30Z',
    publishedAt: '2025-06-12T07:00Z',
    viewCount: 341,
    body: `Put the cookbooks beside the chemistry and you have said something. Put them beside the memoirs and you have said something else. There is no neutral place for a book: even the alphabet claims that names matter more than subjects.

The best shelf that I know belongs to a bookbinder. It is sorted by when the books will need her again.`,
  }),
  essay('against-the-endless-list', {
    creator: 'demo-elias',
    title: 'Against the endless list',
    description: 'In favour of the last page.',
    tags: ['reading', 'design'],
    visibility: 'public',
    status: 'draft',
    addedAt: '2025-09-30T06:55Z',
    body: `A page ends. It is the oldest courtesy of the book: here you may stop, and nobody will think less of you.`,
  }),
  essay('on-deadlines', {
    creator: 'demo-elias',
    title: 'On deadlines',
    description: 'Written late, withdrawn early.',
    tags: ['practice'],
    visibility: 'public',
    status: 'draft',
    addedAt: '2025-02-03T23:50Z',
    deletedAt: '2025-02-04T08:05Z',
    body: `I meant to write about deadlines last week.`,
  }),
  written('notes-from-a-night-train', {
    creator: 'demo-noor',
    title: 'Notes from a night train',
    description: 'Vienna to Hamburg, carriage 262, one window.',
    category: 'Journal',
    tags: ['travel'],
    visibility: 'public',
    addedAt: '2025-03-17T10:15Z',
    publishedAt: '2025-03-17T10:40Z',
    viewCount: 156,
    body: `Linz, 22:14. Nobody gets on. The platform clock is a minute ahead of the train's, and for that minute we are late.

Somewhere after midnight, a lit kitchen. A woman is buttering bread at the speed at which one butters bread for someone else.

Hamburg, 8:47. The sea is not here yet, but the gulls have been sent ahead.`,
  }),
  written('storyboarding-in-the-dark', {
    creator: 'demo-mara',
    title: 'Storyboarding in the dark',
    description: 'Notes to myself, perhaps a talk.',
    category: 'Journal',
    tags: ['film', 'practice'],
    visibility: 'private',
    status: 'draft',
    addedAt: '2025-08-11T21:37Z',
    body: `Draw the sound first. If I know where the door slams, I know where the camera stands.`,
  }),
];

function essay<const Key extends string>(key: Key, text: Essay): Keyed<Key> {
  return written(key, { organization: 'marginalia', category: 'Essays', ...text });
}
