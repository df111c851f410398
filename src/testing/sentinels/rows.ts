/** The tables of this package's model. */
export const sentinelTables = [
  'users',
  'accounts',
  'sessions',
  'verification_tokens',
  'organizations',
  'organization_memberships',
  'media_items',
  'content',
  'content_access',
  'purchases',
  'video_playback',
] as const;

/** The key of the organization that stands in every test database, and of all else that it has. */
export const sentinelIds = {
  organization: '5e471e10-0000-4000-8000-000000000001',
  creator: 'sentinel-creator',
  member: 'sentinel-member',
  mediaItem: '5e471e10-0000-4000-8000-000000000002',
  content: '5e471e10-0000-4000-8000-000000000003',
  draft: '5e471e10-0000-4000-8000-000000000004',
} as const;

const { organization, creator, member, mediaItem, content, draft } = sentinelIds;
const uuid = (number: number): string => `5e471e10-0000-4000-8000-0000000001${String(number).padStart(2, '0')}`;
const at = `timestamptz '2001-01-01T00:00:00Z'`;

/** A second organization with rows in every table, as SQL: what it inserts does not change with the entities. */
export const sentinelSql = `
  insert into users (id, name, email, created_at, updated_at) values
    ('${creator}', 'Sentinel Creator', 'creator@sentinel.example', ${at}, ${at}),
    ('${member}', 'Sentinel Member', 'member@sentinel.example', ${at}, ${at});
  insert into accounts (id, account_id, provider_id, user_id, created_at, updated_at) values
    ('sentinel-account', 'sentinel', 'github', '${member}', ${at}, ${at});
  insert into sessions (id, expires_at, token, user_id, created_at, updated_at) values
    ('sentinel-session', ${at}, 'sentinel-session-token', '${member}', ${at}, ${at});
  insert into verification_tokens (id, identifier, value, expires_at, created_at, updated_at) values
    ('sentinel-verification-token', 'newcomer@sentinel.example', 'sentinel-value', ${at}, ${at}, ${at});
  insert into organizations (id, name, slug, created_at, updated_at) values
    ('${organization}', 'Sentinel', 'sentinel', ${at}, ${at});
  insert into organization_memberships (id, organization_id, user_id, role, status, created_at, updated_at) values
    ('${uuid(1)}', '${organization}', '${creator}', 'owner', 'active', ${at}, ${at}),
    ('${uuid(2)}', '${organization}', '${member}', 'subscriber', 'active', ${at}, ${at});
  insert into media_items (id, creator_id, title, media_type, status, r2_key, created_at, updated_at) values
    ('${mediaItem}', '${creator}', 'Sentinel film', 'video', 'ready', 'sentinel/original.mp4', ${at}, ${at});
  insert into content (id, creator_id, organization_id, media_item_id, title, slug, content_type, visibility, status,
      price_cents, published_at, created_at, updated_at) values
    ('${content}', '${creator}', '${organization}', '${mediaItem}', 'Sentinel film', 'sentinel-film', 'video',
      'purchased_only', 'published', 500, ${at}, ${at}, ${at}),
    ('${draft}', '${creator}', '${organization}', null, 'Sentinel draft', 'sentinel-draft', 'written', 'public', 'draft',
      null, null, ${at}, ${at});
  insert into content_access (id, user_id, content_id, organization_id, access_type, created_at, updated_at) values
    ('${uuid(3)}', '${member}', '${content}', '${organization}', 'purchased', ${at}, ${at});
  insert into purchases (id, customer_id, content_id, organization_id, amount_paid_cents, stripe_payment_intent_id, status,
      created_at, updated_at) values
    ('${uuid(4)}', '${member}', '${content}', '${organization}', 500, 'pi_sentinel', 'completed', ${at}, ${at});
  insert into video_playback (id, user_id, content_id, position_seconds, duration_seconds, created_at, updated_at) values
    ('${uuid(5)}', '${member}', '${content}', 60, 600, ${at}, ${at});`;
