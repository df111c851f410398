import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  type Account,
  Content,
  type ContentAccess,
  type ContentRepository,
  type ContentVisibility,
  createOrm,
  type EntityManager,
  MediaItem,
  type NewAccount,
  type NewContent,
  type NewContentAccess,
  type NewMediaItem,
  type NewOrganization,
  type NewOrganizationMembership,
  type NewPurchase,
  type NewSession,
  type NewUser,
  type NewVerificationToken,
  type NewVideoPlayback,
  Organization,
  type Tables,
  User,
  type VideoPlayback,
} from '../../src/index.js';

/** The keys that must be given. */
type Required<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T];

const { em } = createOrm({ method: 'LOCAL_PROXY', url: 'postgresql://ada@127.0.0.1/none' });

describe('em.create', () => {
  test('asks for what neither the database nor the entity provides, and for nothing else', () => {
    expectTypeOf<Required<NewUser>>().toEqualTypeOf<'id' | 'name' | 'email'>();
    expectTypeOf<Required<NewAccount>>().toEqualTypeOf<'id' | 'user' | 'accountId' | 'providerId'>();
    expectTypeOf<Required<NewSession>>().toEqualTypeOf<'id' | 'user' | 'expiresAt' | 'token'>();
    expectTypeOf<Required<NewVerificationToken>>().toEqualTypeOf<'id' | 'identifier' | 'value' | 'expiresAt'>();
    expectTypeOf<Required<NewOrganization>>().toEqualTypeOf<'name' | 'slug'>();
    expectTypeOf<Required<NewOrganizationMembership>>().toEqualTypeOf<'organization' | 'user'>();
    expectTypeOf<Required<NewMediaItem>>().toEqualTypeOf<'creator' | 'title' | 'mediaType' | 'r2Key'>();
    expectTypeOf<Required<NewContent>>().toEqualTypeOf<'creator' | 'title' | 'slug' | 'contentType'>();
    expectTypeOf<Required<NewContentAccess>>().toEqualTypeOf<'user' | 'content' | 'organization' | 'accessType'>();
    expectTypeOf<Required<NewPurchase>>().toEqualTypeOf<
      'customer' | 'content' | 'organization' | 'amountPaidCents' | 'stripePaymentIntentId' | 'status'
    >();
    expectTypeOf<Required<NewVideoPlayback>>().toEqualTypeOf<'user' | 'content' | 'durationSeconds'>();
  });

  test('refuses at compile time what is missing, misspelt or out of range', () => {
    const unit = em.fork();

    // @ts-expect-error -- a user's key comes from the caller
    unit.create(User, { name: 'Ada', email: 'ada@example.org' });
    // @ts-expect-error -- no slug
    unit.create(Organization, { name: 'Studio' });
    // @ts-expect-error -- not one of the media types
    unit.create(MediaItem, { creator: 'ada', title: 'Spring', mediaType: 'image', r2Key: 'spring.png' });
    // @ts-expect-error -- no such property
    unit.create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org', nickname: 'Countess' });

    expect(unit.create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' }).emailVerified).toBe(false);
    expect(unit.create(User, { name: 'Ada' }, { partial: true, persist: false }).name).toBe('Ada');
  });

  test('takes a relation as an entity or as its key', () => {
    const unit = em.fork();
    const creator = unit.create(User, { id: 'grace', name: 'Grace', email: 'grace@example.org' });

    for (const given of [creator, 'grace']) {
      const content = unit.create(Content, { creator: given, title: 'Spring', slug: 'spring', contentType: 'video' });
      expect(content.creator.id).toBe('grace');
    }
  });
});

describe('the types', () => {
  test('find the repository of an entity', () => {
    expectTypeOf(em.fork().getRepository(Content)).toEqualTypeOf<ContentRepository>();
    expectTypeOf(em.fork()).toExtend<EntityManager>();
  });

  test('let a relation be read only when it was loaded', () => {
    const content = em
      .fork()
      .create(Content, { creator: 'ada', title: 'Spring', slug: 'spring', contentType: 'video' });

    expectTypeOf(content.creator.id).toBeString();
    // @ts-expect-error -- the creator was not populated
    content.creator.name;
  });

  test('know every table and column by its name in the database', () => {
    expectTypeOf<keyof Tables>().toEqualTypeOf<
      | 'users'
      | 'accounts'
      | 'sessions'
      | 'verification_tokens'
      | 'organizations'
      | 'organization_memberships'
      | 'media_items'
      | 'content'
      | 'content_access'
      | 'purchases'
      | 'video_playback'
    >();
    expectTypeOf<keyof Tables['organization_memberships']>().toEqualTypeOf<
      'id' | 'organization_id' | 'user_id' | 'invited_by' | 'role' | 'status' | 'created_at' | 'updated_at'
    >();
    expectTypeOf<Tables['media_items']['r2_key']>().toBeString();
    expectTypeOf<Tables['media_items']['file_size_bytes']>().toEqualTypeOf<number | null>();
    expectTypeOf<Tables['content']['organization_id']>().toEqualTypeOf<string | null>();
    expectTypeOf<Tables['content']['content_type']>().toEqualTypeOf<Content['contentType']>();
    expectTypeOf<Tables['content_access']['expires_at']>().toEqualTypeOf<ContentAccess['expiresAt']>();
    expectTypeOf<Tables['accounts']['user_id']>().toEqualTypeOf<Account['id']>();
    expectTypeOf<Tables['video_playback']['duration_seconds']>().toEqualTypeOf<VideoPlayback['durationSeconds']>();

    const selected = () => em.fork().getKysely().selectFrom('content').selectAll().executeTakeFirstOrThrow();
    type Selected = Awaited<ReturnType<typeof selected>>;
    expectTypeOf<Selected['tags']>().toEqualTypeOf<string[]>();
    expectTypeOf<Selected['status']>().toEqualTypeOf<'draft' | 'published' | 'archived'>();
    expectTypeOf<Selected['view_count']>().toEqualTypeOf<number>();
    expectTypeOf<Selected['visibility']>().toEqualTypeOf<ContentVisibility>();
    expectTypeOf<Selected['created_at']>().toEqualTypeOf<Date>();

    // @ts-expect-error -- no such table
    em.fork().getKysely().selectFrom('user');
    // @ts-expect-error -- no such column
    em.fork().getKysely().selectFrom('users').select('e_mail');
    // @ts-expect-error -- slug is missing
    em.fork().getKysely().insertInto('organizations').values({ name: 'Studio' });
    em.fork().getKysely().insertInto('organizations').values({ name: 'Studio', slug: 'studio' });
  });
});
