import type { VideoPlayback } from '../../entities/video-playback.entity.js';
import type { SeedRow } from '../insert-absent.js';
import { stableUuid } from '../stable-uuid.js';
import type { PersonId } from './people.js';
import { seconds } from './work.js';
import { contentId, type WorkKey, works } from './works.js';

interface Viewing {
  user: PersonId;
  work: WorkKey;
  /** Where the player stands, `m:ss`. */
  position: string;
  startedAt: string;
  stoppedAt: string;
}

const viewings: Viewing[] = [
  {
    user: 'demo-sam',
    work: 'tears-of-steel',
    position: '12:14',
    startedAt: '2024-05-17T20:06Z',
    stoppedAt: '2024-05-17T20:19Z',
  },
  {
    user: 'demo-sam',
    work: 'glass-half',
    position: '1:41',
    startedAt: '2024-07-13T18:51Z',
    stoppedAt: '2024-07-13T18:53Z',
  },
  {
    user: 'demo-sam',
    work: 'spring',
    position: '3:52',
    startedAt: '2024-12-26T20:00Z',
    stoppedAt: '2025-01-04T21:17Z',
  },
  {
    user: 'demo-sam',
    work: 'charge',
    position: '0:58',
    startedAt: '2025-07-12T20:09Z',
    stoppedAt: '2025-10-06T18:04Z',
  },
  {
    user: 'demo-lucia',
    work: 'sintel',
    position: '7:20',
    startedAt: '2024-04-20T19:10Z',
    stoppedAt: '2024-04-20T19:18Z',
  },
  {
    user: 'demo-lucia',
    work: 'cosmos-laundromat',
    position: '11:58',
    startedAt: '2024-06-09T21:13Z',
    stoppedAt: '2024-06-10T06:40Z',
  },
  {
    user: 'demo-dele',
    work: 'sprite-fright',
    position: '0:00',
    startedAt: '2025-05-10T20:37Z',
    stoppedAt: '2025-05-10T20:37Z',
  },
  {
    user: 'demo-aiko',
    work: 'the-bowline',
    position: '6:35',
    startedAt: '2025-09-24T05:30Z',
    stoppedAt: '2025-09-24T05:37Z',
  },
];

/** Videos watched to the end, left in the middle and only just opened. */
export const playback: SeedRow<VideoPlayback>[] = viewings.map(({ user, work, position, startedAt, stoppedAt }) => {
  const positionSeconds = seconds(position);
  const durationSeconds = seconds(works.find(({ key }) => key === work)!.file!.length);

  return {
    id: stableUuid(`video_playback/${user}/${work}`),
    user,
    content: contentId(work),
    positionSeconds,
    durationSeconds,
    completed: positionSeconds * 100 >= durationSeconds * 95,
    createdAt: new Date(startedAt),
    updatedAt: new Date(stoppedAt),
  };
});
