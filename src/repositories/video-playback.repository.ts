import { type Loaded, raw } from '@mikro-orm/core';
import { EntityRepository } from '@mikro-orm/sql';
import type { VideoPlayback } from '../entities/video-playback.entity.js';
import { exactly } from '../errors/arguments.js';
import { InvalidArgumentError } from '../errors/database-error.js';

/** Where a player stands. */
export interface PlaybackProgress {
  userId: string;
  contentId: string;
  /** Whole seconds from the start. */
  positionSeconds: number;
  /** Whole seconds that the content lasts. */
  durationSeconds: number;
}

/** The share of the duration, in percent, from which on a content counts as watched. */
const completedPercent = 95;

/** Whether so much of a content was watched that it counts as completed. */
export const isCompleted = (positionSeconds: number, durationSeconds: number): boolean =>
  durationSeconds > 0 && positionSeconds * 100 >= durationSeconds * completedPercent;

export class VideoPlaybackRepository extends EntityRepository<VideoPlayback> {
  findProgress(userId: string, contentId: string): Promise<VideoPlayback | null> {
    return this.findOne(exactly({ user: userId, content: contentId }));
  }

  /** What the user has begun and not finished, last watched first. */
  findUnfinished(userId: string): Promise<Loaded<VideoPlayback, 'content'>[]> {
    return this.find(
      { ...exactly({ user: userId }), completed: false },
      { populate: ['content'], orderBy: { updatedAt: 'desc', id: 'asc' } },
    );
  }

  /**
   * Saves where the player stands, in one upsert that is written at once.
   *
   * The position never goes back. `completed` becomes true at 95 % of the duration and stays true.
   *
   * @throws {InvalidArgumentError} unless position and duration are whole numbers from 0 to 2^31 − 1.
   */
  async saveProgress({
    userId,
    contentId,
    positionSeconds,
    durationSeconds,
  }: PlaybackProgress): Promise<VideoPlayback> {
    requireSeconds('positionSeconds', positionSeconds);
    requireSeconds('durationSeconds', durationSeconds);

    await this.createQueryBuilder()
      .insert({
        ...exactly({ user: userId, content: contentId }),
        positionSeconds,
        durationSeconds,
        completed: isCompleted(positionSeconds, durationSeconds),
      })
      .onConflict(['user', 'content'])
      .merge({
        positionSeconds: raw('greatest(video_playback.position_seconds, excluded.position_seconds)'),
        durationSeconds: raw('excluded.duration_seconds'),
        completed: raw(
          `video_playback.completed or excluded.completed or excluded.duration_seconds > 0
           and video_playback.position_seconds * 100.0 >= excluded.duration_seconds * ${completedPercent}`,
        ),
      })
      .execute('run');

    return this.findOneOrFail({ user: userId, content: contentId }, { refresh: true });
  }
}

function requireSeconds(field: string, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > 2 ** 31 - 1) {
    throw new InvalidArgumentError(field, `${field} must be a whole number of seconds from 0 to 2147483647.`);
  }
}
